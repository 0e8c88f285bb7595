"""What today's code would make of open rejects, rule by rule."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.city_run.pulling import page_frames
from pulsecity_pipeline.city_run.retrying import retry_rejects
from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Page, Reject
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.defs.toy import CITY, DOWNTOWN, LIBRARY
from pulsecity_pipeline_tests.store.rows import an_id, rows

NIGHT = date(2027, 3, 1)
AT = datetime(2027, 3, 1, tzinfo=UTC)
BODIES = {"library": LIBRARY.encode(), "downtown": DOWNTOWN.encode(), "blocked": b"<html><title>Just a moment</title>"}


@pytest.fixture(scope="module")
def pages() -> pl.DataFrame:
    fetched = [
        FetchedPage(Feed("ics", name, f"https://{name}.example/"), Answer(f"https://{name}.example/", "ok", body=body))
        for name, body in BODIES.items()
    ]
    return page_frames(fetched, city_id=CITY, night=NIGHT, at=AT, earlier=Page.empty())[0]


def retry(pages: pl.DataFrame, *refused: tuple[str, str, str]) -> dict[str, tuple[int, ...]]:
    """(feed, pointer, rule) of rejects → rule → open, become listings, repeat, stay."""
    page_ids = dict(pages.select("feed", "page_id").iter_rows())
    overrides: list[dict[str, Any]] = [
        {"reject_id": an_id("rej", n), "page_id": page_ids.get(feed, an_id("pag", n)), "pointer": pointer, "rule": rule}
        for n, (feed, pointer, rule) in enumerate(refused)
    ]
    cities = load_cities()
    found = retry_rejects(
        rows(Reject, *overrides),
        pages,
        {hashlib.sha256(body).hexdigest(): body for body in BODIES.values()},
        sources=SOURCES,
        city=cities[CITY],
        cities=cities,
        night=NIGHT,
        at=AT,
        taxonomy=load_taxonomy(),
    )
    return {row[0]: row[1:] for row in found.iter_rows()}


def test_what_reads_now_becomes_listings_and_the_rest_stays(pages: pl.DataFrame) -> None:
    found = retry(
        pages,
        ("library", "vevent/0", "bad_day"),
        ("library", "vevent/1", "bad_day"),
        ("library", "vevent/5", "bad_day"),
        ("library", "vevent/5", "missing_start"),
        ("downtown", "vevent/1", "bad_day"),
        ("of another night", "vevent/0", "bad_day"),
    )
    assert found == {"bad_day": (5, 2, 1, 2), "missing_start": (1, 0, 0, 1)}
    assert list(found) == ["bad_day", "missing_start"]


def test_a_page_is_free_once_nothing_speaks_against_it(pages: pl.DataFrame) -> None:
    found = retry(pages, ("downtown", "page", "source_error"), ("blocked", "page", "not_a_calendar"))
    assert found == {"source_error": (1, 1, 0, 0), "not_a_calendar": (1, 0, 0, 1)}
