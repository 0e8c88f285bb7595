"""Tonight's readings become listings and rejects that add up, whatever a recurring record holds."""

import hashlib
from datetime import UTC, date, datetime

import polars as pl

from pulsecity_pipeline.city_run.listing import CityListings, list_readings
from pulsecity_pipeline.city_run.pulling import page_frames
from pulsecity_pipeline.city_run.reading import read_pages
from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Listing, Page, Reject
from pulsecity_pipeline.metrics.accounting import check_accounting
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage, Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.defs.toy import CITY, calendar, entry

NIGHT = date(2027, 3, 1)
AT = datetime(2027, 3, 1, tzinfo=UTC)


def list_calendar(body: bytes) -> CityListings:
    feed = Feed("ics", "library", "https://library.example/a.ics")
    fetched = [FetchedPage(feed, Answer(feed.url, "ok", 200, body=body))]
    pages, _ = page_frames(fetched, city_id=CITY, night=NIGHT, at=AT, earlier=Page.empty())
    read = read_pages(pages, {hashlib.sha256(body).hexdigest(): body}, SOURCES, Window.around(NIGHT))
    cities = load_cities()
    return list_readings(
        read,
        city=cities[CITY],
        cities=cities,
        night=NIGHT,
        at=AT,
        taxonomy=load_taxonomy(),
        previous=Listing.empty(),
    )


def test_a_series_with_an_unusable_title_is_one_reject_an_occurrence_and_blocks_nothing() -> None:
    series = entry("s1", "<br>", "20270305T190000", "RRULE:FREQ=WEEKLY;COUNT=4")
    made = list_calendar(calendar(series, entry("ok", "Choir", "20270305T190000")).encode())
    assert made.listings["title"].to_list() == ["Choir"]
    assert made.rejects["rule"].unique().to_list() == ["title_empty"]
    assert (made.rejects.height, made.rejects["is_record"].sum()) == (4, 1)
    assert [outcome.name for outcome in evaluate(made.rejects, Reject) if not outcome.passed] == []
    assert check_accounting(made.source_health).is_empty()
    counts = made.source_health.select(pl.col("records", "expansions", "listings", "rejects", "repeats").sum())
    assert counts.row(0) == (2, 0, 1, 1, 0)
