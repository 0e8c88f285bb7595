"""Every registered source satisfies the protocol, and turns its golden pages into exactly its golden rows."""

import pytest

from pulsecity_pipeline.contracts import Reading
from pulsecity_pipeline.sources.protocol import Answer, Feed, Source, Validators, Window
from pulsecity_pipeline.sources.readings import readings_frame
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sources.golden import AS_OF, GoldenCase, golden_cases, render_page


@pytest.mark.parametrize("name", SOURCES)
def test_source_satisfies_the_protocol(name: str) -> None:
    source = SOURCES[name]
    assert isinstance(source, Source)
    assert name == source.NAME
    assert any(case.expected["rows"] for case in golden_cases(name)), "no golden case with rows"


@pytest.mark.parametrize("case", [case for case in golden_cases() if case.source in SOURCES], ids=str)
def test_page_becomes_its_golden_rows(case: GoldenCase) -> None:
    assert render_page(SOURCES[case.source], case.page.read_bytes()) == case.expected


@pytest.mark.parametrize("case", [case for case in golden_cases() if case.source in SOURCES], ids=str)
def test_rows_keep_the_contract(case: GoldenCase) -> None:
    source = SOURCES[case.source]
    result = source.read(source.split(case.page.read_bytes()), Window.around(AS_OF))
    frame = readings_frame(result, source=source.NAME, feed="feed", page_id="pag_aaaaaaaaaaaaaaaa")
    assert frame.schema == Reading.polars_schema()
    for row in frame.iter_rows(named=True):
        Reading.model_validate(row)


class _Recorder:
    """A client that answers every request with the validators it was given."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Validators]] = []

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        self.asked.append((url, validators))
        return Answer(url=url, outcome="not_modified", status=304)


@pytest.mark.parametrize("name", ["ics", "rss"])
def test_fetch_asks_each_feed_once_and_conditionally(name: str) -> None:
    client, known = _Recorder(), Validators(etag='"7"')
    feeds = [Feed(name, "a", "https://a.example/x"), Feed(name, "b", "https://b.example/x")]
    pages = list(SOURCES[name].fetch(client, feeds, {"https://b.example/x": known}))
    assert [page.feed for page in pages] == feeds
    assert client.asked == [("https://a.example/x", Validators()), ("https://b.example/x", known)]
