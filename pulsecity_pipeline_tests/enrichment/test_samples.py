"""Samples: each provider's answers, the chain from one to the next, and that nobody else's music is taken."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import ArtistFact, Sample
from pulsecity_pipeline.enrichment import deezer, itunes, soundcloud
from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.findings import Found, Nothing, Performer
from pulsecity_pipeline.enrichment.performers import PERFORMERS
from pulsecity_pipeline.enrichment.samples import find_one, find_samples, keep_better
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.enrichment.answers import AT, DAVIS, SavedClient, asker, golden
from pulsecity_pipeline_tests.fetch.conftest import MakeClient, make_client, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, Step, answer
from pulsecity_pipeline_tests.history.frames import make_rows

__all__ = ["make_client", "server"]
PROFILE, HOME = "https://soundcloud.com/lo-ferry-demo", "https://loferry.example/"
LO_FERRY = Performer(
    "lo ferry", "Lo Ferry", "US", mbid="m", artist_name="Lo Ferry", score=0.95, rivals=0, links=(HOME, PROFILE)
)
QUOTA = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
NO_DATA = {"error": {"type": "DataException", "message": "no data", "code": 800}}
PLAYER = (
    "https://w.soundcloud.com/player/?visual=true&url=https%3A%2F%2Fapi.soundcloud.com%2Fusers%2F1&show_artwork=true"
)
SONG = "https://audio-ssl.itunes.apple.com/itunes-assets/demo/mzaf_1.plus.aac.p.m4a"
GOOD: dict[str, Any] = {
    "soundcloud.com/oembed": golden("soundcloud", "lo_ferry"),
    "/search/artist": golden("deezer", "search"),
    "/top": golden("deezer", "top"),
    "itunes.apple.com/search": golden("itunes", "search"),
    "itunes.apple.com/lookup": golden("itunes", "lookup"),
}


def askers(answers: dict[str, Any]) -> tuple[dict[str, Asker], SavedClient]:
    client = SavedClient(answers)
    made = {name: Asker(name, client, 100) for name in ("soundcloud", "itunes")}
    return {**made, "deezer": Asker("deezer", client, 100, deezer.find_fault)}, client


def changed(provider: str, page: str, **changes: Any) -> dict[str, Any]:
    """The golden answer with its first item changed."""
    content: dict[str, Any] = json.loads(golden(provider, page))
    items = content["data"] if "data" in content else content["results"]
    items[0] |= changes
    return content


def test_soundcloud_gives_the_player_of_the_linked_profile() -> None:
    found = soundcloud.find_sample(LO_FERRY, asker("soundcloud", GOOD)[0])
    assert isinstance(found, Found)
    assert (found.kind, found.url, found.match_confidence) == ("embed", PLAYER, 0.95)


@pytest.mark.parametrize(
    ("change", "reason", "is_failure"),
    [
        ({"html": '<iframe src="https://evil.example/player/?a"></iframe>'}, "answer without a player", True),
        ({"html": '<iframe src="https://w.soundcloud.com.evil.example/player/?a">'}, "answer without a player", True),
        ({"html": None}, "answer without a player", True),
        ({"author_url": "https://soundcloud.com/somebody"}, "the player is of https://soundcloud.com/somebody", False),
        ({"author_url": None}, "the player is of nobody named", False),
    ],
)
def test_soundcloud_answers_that_are_not_taken(change: dict[str, Any], reason: str, is_failure: bool) -> None:
    content = json.loads(golden("soundcloud", "lo_ferry")) | change
    found = soundcloud.find_sample(LO_FERRY, asker("soundcloud", {"oembed": content})[0])
    assert found == Nothing(reason, is_failure)


@pytest.mark.parametrize(
    "link", [HOME, "https://soundcloud.com/a/track", "https://notsoundcloud.com/a", "soundcloud.com"]
)
def test_soundcloud_is_not_asked_without_a_profile(link: str) -> None:
    asking, client = asker("soundcloud", GOOD)
    assert soundcloud.find_sample(replace(LO_FERRY, links=[link]), asking) == Nothing("no link known")
    assert client.asked == []


def test_deezer_gives_the_artists_own_track_and_never_its_expiring_address() -> None:
    found = deezer.find_sample(LO_FERRY, asker("deezer", GOOD)[0])
    assert isinstance(found, Found)
    assert (found.kind, found.url, found.match_confidence) == ("preview", "https://www.deezer.com/track/880003", 0.8)


def test_a_link_leads_to_the_artist_without_a_search() -> None:
    links = ["https://www.deezer.com/fr/artist/990001", "https://music.apple.com/us/artist/lo-ferry/770001"]
    linked = replace(LO_FERRY, links=links, rivals=7)
    for find, name in ((deezer.find_sample, "deezer"), (itunes.find_sample, "itunes")):
        asking, client = asker(name, GOOD)
        found = find(linked, asking)
        assert isinstance(found, Found)
        assert (found.match_confidence, len(client.asked)) == (0.95, 1)


def test_itunes_gives_a_songs_preview_of_the_countrys_store() -> None:
    asking, client = asker("itunes", GOOD)
    found = itunes.find_sample(LO_FERRY, asking)
    assert isinstance(found, Found)
    assert (found.kind, found.url, found.match_confidence) == ("preview", SONG, 0.8)
    assert all("country=US" in url for url in client.asked)


@pytest.mark.parametrize(
    ("performer", "reason"),
    [
        (replace(LO_FERRY, rivals=1), "one of that name, and namesakes are known"),
        (Performer("lo ferry", "Lo Ferry", "US", score=0.65, rivals=1), "one of that name, and namesakes are known"),
        (Performer("lo ferry", "Lo Ferry", "US", score=0.55), "one of so short a name"),
        (Performer("ferry", "Ferry", "US"), "nobody of that name"),
    ],
)
def test_a_namesake_is_not_taken(performer: Performer, reason: str) -> None:
    made, client = askers(GOOD)
    for name, find in (("deezer", deezer.find_sample), ("itunes", itunes.find_sample)):
        found = find(performer, made[name])
        assert isinstance(found, Nothing)
        assert (found.reason, found.is_failure) == (reason, False)
    assert len(client.asked) == 2, "nobody's tracks are asked for"


def test_a_name_that_two_artists_have_is_nobodys() -> None:
    deezers = asker("deezer", GOOD | {"/search/artist": changed("deezer", "search", name="LO FERRY")})[0]
    assert isinstance(deezer.find_sample(LO_FERRY, deezers), Found), "one of two names"
    content = json.loads(golden("deezer", "search"))
    content["data"][1]["name"] = "Lo  Férry"
    both = deezer.find_sample(LO_FERRY, asker("deezer", GOOD | {"/search/artist": content})[0])
    assert both == Nothing("several artists of that name")
    content = json.loads(golden("itunes", "search"))
    content["results"][1]["artistName"] = "lo ferry"
    both = itunes.find_sample(
        LO_FERRY, asker("itunes", {"/search": content, "/lookup": GOOD["itunes.apple.com/lookup"]})[0]
    )
    assert both == Nothing("several artists of that name")


def test_whom_musicbrainz_does_not_know_needs_a_name_of_two_words() -> None:
    unknown = Performer("lo ferry", "Lo Ferry", "US")
    found = deezer.find_sample(unknown, asker("deezer", GOOD)[0])
    assert isinstance(found, Found)
    assert found.match_confidence == 0.5
    single = asker("deezer", GOOD | {"/search/artist": changed("deezer", "search", name="Ferry")})[0]
    assert deezer.find_sample(Performer("ferry", "Ferry", "US"), single) == Nothing("one of so short a name")


def test_deezers_errors_come_with_200() -> None:
    asking, client = asker("deezer", {"": QUOTA}, find_fault=deezer.find_fault)
    first = deezer.find_sample(LO_FERRY, asking)
    assert first == Nothing("Quota limit exceeded (code 4)", is_failure=True)
    assert deezer.find_sample(LO_FERRY, asking) == Nothing("not asked: Quota limit exceeded (code 4)", is_failure=True)
    assert len(client.asked) == 1
    nobody = asker("deezer", {"": NO_DATA}, find_fault=deezer.find_fault)[0]
    assert deezer.find_sample(LO_FERRY, nobody) == Nothing("nobody of that name")


#: Each provider's failure, and who has the sample then.
SILENT = {"soundcloud.com/oembed": 500, "/search/artist": QUOTA, "itunes.apple.com/search": 503}
CHAIN = [
    ([], "soundcloud", "embed", PLAYER, 0),
    (["soundcloud.com/oembed"], "deezer", "preview", "https://www.deezer.com/track/880003", 1),
    (["soundcloud.com/oembed", "/search/artist"], "itunes", "preview", SONG, 2),
    (list(SILENT), "link", "link", HOME, 3),
]


@pytest.mark.parametrize(("silent", "provider", "kind", "url", "failures"), CHAIN)
def test_each_failure_hands_on_to_the_next(
    silent: list[str], provider: str, kind: str, url: str, failures: int
) -> None:
    made, _ = askers({name: SILENT[name] for name in silent} | GOOD | {name: SILENT[name] for name in silent})
    row = find_one(LO_FERRY, made)
    assert (row["provider"], row["kind"], row["url"], row["failures"]) == (provider, kind, url, failures)
    assert row["reason"].count("; ") == (2 if failures > 1 else failures)


def test_the_chain_over_http(server: ScriptedServer, make_client: MakeClient) -> None:
    """Every provider fails in its own way, one after the other, and at last there is a link only."""
    routes = dict.fromkeys(("soundcloud.com", "api.deezer.com", "itunes.apple.com"), f"127.0.0.1:{server.port}")
    steps: list[tuple[str, Step, Step]] = [
        ("/oembed", answer(body=GOOD["soundcloud.com/oembed"]), answer(404)),
        ("/search/artist", answer(body=GOOD["/search/artist"]), answer(body=json.dumps(QUOTA).encode())),
        ("/search", answer(body=GOOD["itunes.apple.com/search"]), answer(503)),
    ]
    server.on("/artist/990001/top", answer(body=GOOD["/top"]))
    server.on("/lookup", answer(body=GOOD["itunes.apple.com/lookup"]))
    for path, good, _ in steps:
        server.on(path, good)
    got = []
    for failing in (None, *steps):
        if failing is not None:
            server.on(failing[0], failing[2])
        client = make_client(routes=routes)
        made = {name: Asker(name, client, 10) for name in ("soundcloud", "itunes")}
        row = find_one(LO_FERRY, {**made, "deezer": Asker("deezer", client, 10, deezer.find_fault)})
        got.append((row["provider"], row["failures"]))
    assert got == [("soundcloud", 0), ("deezer", 0), ("itunes", 1), ("link", 2)]
    assert row["reason"] == (
        "soundcloud: HTTP 404 Not Found; deezer: Quota limit exceeded (code 4); "
        "itunes: HTTP 503 Service Unavailable (after 3 attempts)"
    )


def test_nothing_is_known_of_nobody() -> None:
    row = find_one(Performer("ferry", "Ferry", "US"), askers({})[0])
    assert (row["provider"], row["kind"], row["url"], row["match_confidence"]) == ("none", "none", None, None)


def test_the_link_is_the_artists_own_page_before_a_catalogue() -> None:
    catalogue = "https://www.wikidata.org/wiki/Q1"
    assert find_one(replace(LO_FERRY, links=[catalogue, HOME]), {})["url"] == HOME
    assert find_one(replace(LO_FERRY, links=[catalogue]), {})["url"] == "https://musicbrainz.org/artist/m"


def test_rows_of_performers_of_music_and_of_known_artists() -> None:
    billed: list[tuple[object, ...]] = [
        (name, name, is_music, AT.date(), [])
        for name, is_music in (("lo ferry", True), ("nara k", False), ("talk", False))
    ]
    facts = make_rows(
        ArtistFact, {"performer": "nara k", "links": []}, {"performer": "talk", "mbid": None, "links": []}
    )
    made, _ = askers(GOOD)
    found = find_samples(pl.DataFrame(billed, schema=PERFORMERS, orient="row"), facts, DAVIS, AT, made)
    assert found.select("performer", "provider", "match_confidence").rows() == [
        ("lo ferry", "deezer", 0.5),
        ("nara k", "link", 0.85),
    ]
    assert [outcome.name for outcome in evaluate(found, Sample) if not outcome.passed] == []


def test_sound_that_was_known_outlives_a_night_without_answers() -> None:
    known = make_rows(Sample, {"performer": "a"}, {"performer": "b"})
    silenced = {"provider": "link", "kind": "link", "failures": 1}
    made = make_rows(
        Sample,
        {"performer": "a", **silenced},
        {"performer": "b", **silenced, "failures": 0},
        {"performer": "c", **silenced},
    )
    assert sorted(keep_better(made, known)["performer"]) == ["b", "c"]
