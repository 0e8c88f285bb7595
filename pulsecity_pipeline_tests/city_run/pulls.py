"""Pulls of one city without a lake: calendars in, the tables of the night out."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import polars as pl

from pulsecity_pipeline.city_run.known import KnownPull
from pulsecity_pipeline.city_run.listing import CityListings, list_readings
from pulsecity_pipeline.city_run.pulling import page_frames
from pulsecity_pipeline.city_run.reading import KnownRecords, read_pages
from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.health import load_health
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Page
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage, Window
from pulsecity_pipeline.sources.registry import SOURCES

READER = "reader_of_the_tests"


def pull_calendars(
    calendars: Mapping[str, bytes | None],
    known: KnownPull,
    *,
    city_id: str,
    night: date,
    reader: str = READER,
    source: str = "ics",
) -> tuple[CityListings, int]:
    """Feed name → body (None: it failed) → (the night's tables, records read)."""
    at = datetime.combine(night, time.min, UTC)
    fetched = [FetchedPage(feed, _answer(feed, body)) for feed, body in _feeds(calendars, source)]
    pages, _ = page_frames(fetched, city_id=city_id, night=night, at=at, earlier=Page.empty())
    bodies = {hashlib.sha256(body).hexdigest(): body for body in calendars.values() if body is not None}
    records = KnownRecords(known.records, known.listings, reader)
    read = read_pages(pages, bodies, SOURCES, Window.around(night), records)
    cities = load_cities()
    made = list_readings(
        read,
        known,
        city=cities[city_id],
        cities=cities,
        night=night,
        at=at,
        taxonomy=load_taxonomy(),
        rules=load_health(),
        reader=reader,
    )
    return made, int(read.page_facts["records_read"].sum())


def know(made: CityListings) -> KnownPull:
    """What the next night knows of this one."""
    return KnownPull(made.records, made.listings, made.rejects, made.source_health)


def same_as_read_anew(made: CityListings, anew: CityListings) -> list[str]:
    """Names of the tables that differ though they must not.

    How much was read is no difference, nor is when they say they saved last: that is no part of a fingerprint.
    """
    spent, saved = ["records_read", "unread_fields"], "source_updated_at"
    pairs = {
        "listings": (made.listings.drop(saved), anew.listings.drop(saved)),
        "past_listings": (made.past_listings.drop(saved), anew.past_listings.drop(saved)),
        "rejects": (made.rejects, anew.rejects),
        "records": (made.records.drop("reader"), anew.records.drop("reader")),
        "source_health": (made.source_health.drop(spent), anew.source_health.drop(spent)),
    }
    return [name for name, (one, other) in pairs.items() if not one.equals(other)]


def _feeds(calendars: Mapping[str, bytes | None], source: str) -> list[tuple[Feed, bytes | None]]:
    return [(Feed(source, name, f"https://{name}.example/a"), body) for name, body in sorted(calendars.items())]


def _answer(feed: Feed, body: bytes | None) -> Answer:
    return Answer(feed.url, "failed", reason="timeout") if body is None else Answer(feed.url, "ok", 200, body=body)


def by_title(frame: pl.DataFrame, column: str) -> dict[str, object]:
    """Title → the column."""
    return dict(frame.select("title", column).iter_rows())
