"""MusicBrainz: search and look-up over real HTTP, rows of clean.artist_facts, and what throttling leaves."""

import json
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import ArtistFact
from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.candidates import read_candidates, read_details
from pulsecity_pipeline.enrichment.musicbrainz import find_artists, lookup_url, search_url
from pulsecity_pipeline.enrichment.performers import PERFORMERS
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.enrichment.answers import AT, DAVIS, asker, golden
from pulsecity_pipeline_tests.fetch.conftest import MakeClient, make_client, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

__all__ = ["make_client", "server"]
LO_FERRY = "00000000-0000-4000-8000-00000000a001"
SEARCH, LOOKUP = (golden("musicbrainz", f"{kind}_lo_ferry") for kind in ("search", "lookup"))


def performers(*names: str, words: tuple[str, ...] = ("folk",)) -> pl.DataFrame:
    rows = [(name.lower(), name, True, AT.date(), list(words)) for name in names]
    return pl.DataFrame(rows, schema=PERFORMERS, orient="row")


def test_an_artist_is_found_over_http(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/ws/2/artist", answer(body=SEARCH))
    server.on(f"/ws/2/artist/{LO_FERRY}", answer(body=LOOKUP))
    client = make_client(routes={"musicbrainz.org": f"127.0.0.1:{server.port}"})
    (row,) = find_artists(performers("Lo Ferry"), DAVIS, AT, Asker("musicbrainz", client, 10)).to_dicts()
    assert row == {
        "city_id": "us-ca-davis",
        "performer": "lo ferry",
        "billed_as": "Lo Ferry",
        "mbid": LO_FERRY,
        "artist_name": "Lo Ferry",
        "score": 0.95,
        "rivals": 1,
        "genres": ["folk", "americana"],
        "links": ["https://loferry.example/", "https://soundcloud.com/lo-ferry-demo"],
        "evidence": "name same, music, country US, area Davis, tag folk; 1 rival",
        "checked_at": AT,
    }
    assert [seen.path.partition("?")[0] for seen in server.pages()] == ["/ws/2/artist", f"/ws/2/artist/{LO_FERRY}"]


def test_what_is_asked() -> None:
    assert search_url('AC/DC "x"').startswith(
        "https://musicbrainz.org/ws/2/artist?query=artist%3A%22AC%5C%2FDC+%5C%22x%5C%22%22+OR+alias%3A"
    )
    assert lookup_url("m") == "https://musicbrainz.org/ws/2/artist/m?inc=url-rels+genres+tags&fmt=json"


def test_whom_nothing_tells_apart_is_a_row_without_an_artist() -> None:
    content = json.loads(SEARCH)
    for item in content["artists"]:
        for field in ("country", "area", "begin-area", "tags"):
            item.pop(field, None)
    asking, client = asker("musicbrainz", {"query=": content})
    (row,) = find_artists(performers("Lo Ferry"), DAVIS, AT, asking).to_dicts()
    assert (row["mbid"], row["artist_name"], row["rivals"], row["score"]) == (None, None, 1, 0.65)
    assert row["evidence"].startswith("left: another is as likely")
    assert len(client.asked) == 1, "nobody is looked up"


def test_a_throttled_night_keeps_what_came_and_asks_the_rest_another_night() -> None:
    asking, client = asker("musicbrainz", {"Lo+Ferry": SEARCH, LO_FERRY: LOOKUP, "Nara+K": 503})
    found = find_artists(performers("Lo Ferry", "Nara K", "Third"), DAVIS, AT, asking)
    assert found["performer"].to_list() == ["lo ferry"]
    assert (len(client.asked), asking.closed) == (3, "HTTP 503")


def test_no_row_without_the_look_up() -> None:
    asking, _ = asker("musicbrainz", {"query=": SEARCH, LO_FERRY: 500})
    assert find_artists(performers("Lo Ferry"), DAVIS, AT, asking).is_empty()


@pytest.mark.parametrize("content", [{}, [], {"artists": "none"}, {"error": "bad query"}])
def test_another_shape_is_a_failure_and_ends_after_three(content: Any) -> None:
    asking, client = asker("musicbrainz", {"query=": content})
    assert find_artists(performers("A", "B", "C", "D"), DAVIS, AT, asking).is_empty()
    assert (len(client.asked), asking.closed) == (3, "another shape than it was: no list of artists")


def test_candidates_with_everything_missing() -> None:
    broken: dict[str, Any] = {
        "artists": [None, {"name": None}, {"id": "x", "name": "Y", "area": None, "aliases": [None], "tags": [{}]}]
    }
    (only,), count = read_candidates(broken)
    assert (only.mbid, only.aliases, only.tags, count) == ("x", frozenset(), (), 3)
    details = read_details({"id": "x", "name": "Y", "relations": [{"url": None}], "tags": [{"name": "t", "count": 1}]})
    assert (details.genres, details.links) == (("t",), ())


def test_rows_keep_the_contract() -> None:
    asking, _ = asker("musicbrainz", {"query=": SEARCH, LO_FERRY: LOOKUP})
    found = find_artists(performers("Lo Ferry", "Nobody"), DAVIS, AT, asking)
    assert found.height == 2
    assert [outcome.name for outcome in evaluate(found, ArtistFact) if not outcome.passed] == []
