"""Walking pages ends: at the last, at one that fails, and where a server goes in circles or never ends."""

from collections.abc import Mapping

import pytest

from pulsecity_pipeline.sources.formats.json_records import load_json
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage, Validators

FEED = Feed("x", "feed", "https://a.example/0")


class Pages:
    """A client that has a body for each address; one that is missing fails."""

    def __init__(self, bodies: Mapping[str, bytes]) -> None:
        self._bodies = bodies

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        found = self._bodies.get(url[18:])
        assert validators == Validators()
        return Answer(url, "failed", 500, "HTTP 500") if found is None else Answer(url, "ok", 200, body=found)


def next_ask(body: bytes, ask: Ask) -> Ask | None:
    following = load_json(body)["next"]
    return None if following is None else Ask(f"https://a.example/{following}")


def walk(**bodies: str) -> list[tuple[str, str | None]]:
    client = Pages({name.removeprefix("_"): body.encode() for name, body in bodies.items()})
    pages: list[FetchedPage] = list(follow_pages(client, FEED, next_ask, most_pages=4))
    assert {page.feed for page in pages} == {FEED}
    return [(page.answer.url[18:], page.answer.reason) for page in pages]


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ({"_0": '{"next": 1}', "_1": '{"next": null}'}, [("0", None), ("1", None)]),
        ({"_0": '{"next": 1}'}, [("0", None), ("1", "HTTP 500")]),
        ({"_0": "<html>"}, [("0", None)]),
        ({"_0": '{"next": 0}'}, [("0", None), ("0#again", "endless pages: the page after it is one asked before")]),
        ({"_0": '{"next": 1}', "_1": '{"next": 1}'}, [("0", None), ("1", "endless pages: the same page again")]),
        (
            {f"_{n}": f'{{"next": {n + 1}}}' for n in range(9)},
            [("0", None), ("1", None), ("2", None), ("3", None), ("3#more", "endless pages: more than 4 pages")],
        ),
    ],
)
def test_walks_end(bodies: dict[str, str], expected: list[tuple[str, str | None]]) -> None:
    assert walk(**bodies) == expected
