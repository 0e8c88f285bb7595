"""Faults of records: for every source, each costs itself, is told, and is seen by the feed's health."""

from datetime import date

import pytest

from pulsecity_pipeline.city_run.pulling import page_frames
from pulsecity_pipeline.contracts import Page
from pulsecity_pipeline.sources import paging
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.conformance.pulling import AT, CITY, Pulled, list_pages, pull
from pulsecity_pipeline_tests.conformance.samples import Sample, find_sample
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer
from pulsecity_pipeline_tests.sources.golden import AS_OF

EVERY_SOURCE = pytest.mark.parametrize("source", SOURCES)
MOST_PAGES = 6


def read_bodies(source: str, *bodies: bytes, night: date = AS_OF) -> Pulled:
    """What a feed of these pages becomes."""
    feed = Feed(source, "feed", "https://a.example/feed")
    fetched = [FetchedPage(feed, Answer(f"{feed.url}?page={n}", "ok", 200, body=body)) for n, body in enumerate(bodies)]
    return list_pages(*page_frames(fetched, city_id=CITY, night=night, at=AT, earlier=Page.empty()))


def titles(sample: Sample, pulled: Pulled) -> list[str]:
    return pulled.listings["title"].sort().to_list()


@EVERY_SOURCE
def test_copies_of_a_record_are_listings(source: str) -> None:
    """What the other tests stand on."""
    sample = find_sample(source)
    pulled = read_bodies(source, sample.build(range(100)))
    assert pulled.listings["title"].n_unique() == 100
    assert pulled.rules == []
    assert pulled.state == "healthy"


@EVERY_SOURCE
@pytest.mark.parametrize(("broken", "state"), [(1, "healthy"), (30, "degraded")])
def test_a_missing_mandatory_field_costs_its_record(source: str, broken: int, state: str) -> None:
    sample = find_sample(source)
    whole = read_bodies(source, sample.build(range(broken, 100)))
    pulled = read_bodies(source, sample.build(range(100), dict.fromkeys(range(broken), sample.broken)))
    assert titles(sample, pulled) == titles(sample, whole)
    assert len(pulled.rules) == broken
    assert set(pulled.rules) <= {"missing_title", "missing_start", "title_empty"}
    assert pulled.state == state


@EVERY_SOURCE
def test_a_new_field_is_counted_and_costs_nothing(source: str) -> None:
    sample = find_sample(source)
    if not sample.is_json:
        pytest.skip("markup has no list of fields that are known")
    grown = sample.build(range(5), dict.fromkeys(range(5), sample.grown))
    pulled = read_bodies(source, grown)
    assert titles(sample, pulled) == titles(sample, read_bodies(source, sample.build(range(5))))
    assert "zz_new=5" in pulled.tables.source_health["unread_fields"].item().to_list()


@EVERY_SOURCE
def test_an_id_on_two_pages_is_one_listing(source: str) -> None:
    sample = find_sample(source)
    pulled = read_bodies(source, sample.build(range(10)), sample.build(range(5, 15)))
    assert pulled.listings["title"].n_unique() == pulled.listings.height == 15
    assert pulled.tables.source_health["repeats"].item() == 5
    assert pulled.rules == []


@pytest.mark.slow
@EVERY_SOURCE
def test_a_server_without_end_is_left(
    source: str, server: ScriptedServer, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer is another page of the same cursor."""
    monkeypatch.setattr(paging, "MOST_PAGES", MOST_PAGES)
    sample = find_sample(source)
    bodies = [sample.build(range(3 * n, 3 * n + 3)) for n in range(40)]
    server.otherwise = [answer(body=body) for body in bodies]
    pulled = pull(source, make_client(), server.url)
    assert pulled.listings.height
    assert len(server.pages()) < len(bodies)
    assert pulled.pages["outcome"].to_list().count("ok") <= 3 * MOST_PAGES


@pytest.mark.slow
@EVERY_SOURCE
def test_the_same_page_again_and_again_is_left(source: str, server: ScriptedServer, make_client: MakeClient) -> None:
    sample = find_sample(source)
    server.otherwise = [answer(body=sample.build(range(3)))]
    pulled = pull(source, make_client(), server.url)
    assert pulled.listings["title"].n_unique() == 3
    assert len(server.pages()) < 20
