"""Feeds of several pages: what two pages say under one id is one reading and a repeat, and all is accounted for."""

import json
from datetime import UTC, date, datetime

import polars as pl

from pulsecity_pipeline.city_run.pulling import page_frames
from pulsecity_pipeline.city_run.reading import CityReadings, KnownRecords, read_pages
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage, Window
from pulsecity_pipeline.sources.registry import SOURCES

NIGHT = date(2027, 3, 1)
FEED = Feed("tribe", "mill", "https://mill.example/wp-json/tribe/events/v1/events")


def event(number: int, title: str = "Choir") -> dict[str, object]:
    return {"id": number, "title": title, "start_date": "2027-03-05 19:00:00", "timezone": "Europe/Prague"}


def read_feed(*pages: list[dict[str, object]], failed: bool = False) -> CityReadings:
    answers = [
        Answer(f"{FEED.url}?page={n}", "ok", 200, body=json.dumps({"events": events}).encode())
        for n, events in enumerate(pages)
    ]
    answers += [Answer(f"{FEED.url}?page=9", "failed", 500, "HTTP 500")] if failed else []
    fetched = [FetchedPage(FEED, answer) for answer in answers]
    rows, bodies = page_frames(
        fetched, city_id="cz-brno", night=NIGHT, at=datetime(2027, 3, 1, tzinfo=UTC), earlier=pl.DataFrame(schema=_PAGE)
    )
    kept = dict(bodies.select("body_sha256", "body").iter_rows())
    return read_pages(rows, kept, SOURCES, Window.around(NIGHT), KnownRecords.nothing())


_PAGE = {"body_sha256": pl.String, "night": pl.Date, "url": pl.String}


def test_an_id_on_two_pages_is_one_reading_and_a_repeat() -> None:
    read = read_feed([event(1), event(2), event(2, "said twice")], [event(2, "moved on"), event(3)])
    assert read.readings["source_event_id"].sort().to_list() == ["1", "2", "3"]
    facts = read.page_facts.select(pl.sum("records", "expansions", "repeats")).row(0)
    assert facts == (5, 0, 2)
    assert read.faults.is_empty()


def test_a_page_that_fails_leaves_the_others() -> None:
    read = read_feed([event(1)], failed=True)
    assert read.readings.height == 1
    assert read.faults.select("rule", "reason").rows() == [("page_failed", "HTTP 500")]
