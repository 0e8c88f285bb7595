"""Listings for the tests of entities: one function that fills in what a test does not care about."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.contracts import Listing
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import Resolution, resolve_city
from pulsecity_pipeline.identity import hash_id

NIGHT = date(2027, 3, 1)
AT = datetime(2027, 3, 1, tzinfo=UTC)
START = datetime(2027, 3, 25, 19, 0, tzinfo=UTC)
CITY = "it-roma"

#: Other titles of the city, so that the words of a test's titles are as rare as they would be.
BACKGROUND = (
    "Story Time", "Story Time for babies", "Trivia Night", "Open Mic", "Open Mic Night", "Board Meeting",
    "Library Board Meeting", "Yoga", "Yoga in the park", "Farmers Market", "Family Time", "Night of jazz",
    "School board meeting", "Morning yoga", "Trivia for families", "Story slam night", "Meeting of the choir",
    "Night market", "Time travel night", "Board game night", "Time bank meeting", "Family story night",
    "Open mic for poets", "Open house", "Comedy open mic", "Mic check", "Slam and open mic", "Open air trivia",
    "Movie trivia", "Music trivia night", "Trivia quiz", "Mic night", "Story and song", "Time for a story",
)  # fmt: skip


def listing(title: str, feed: str, number: int | str = 1, starts: datetime = START, **stated: Any) -> dict[str, Any]:
    """A listing as a row; `stated` overrides any column."""
    row: dict[str, Any] = {
        "listing_id": hash_id("lst", "ics", feed, str(number)),
        "pull_city_id": CITY,
        "city_id": CITY,
        "source": "ics",
        "feed": feed,
        "source_event_id": f"{number}@{feed}",
        "title": title,
        "starts_on": starts.date(),
        "starts_at": starts,
        "starts_local": starts.replace(tzinfo=None),
        "timezone": "UTC",
        "time_precision": "minute",
        "all_day": False,
        "status": "scheduled",
        "sale_status": "unknown",
        "attendance_mode": "offline",
        "category": "other",
        "performers": [],
        "city_evidence": "stated",
        "time_evidence": "stated",
        "listing_class": "event",
        "fingerprint": "0",
        "first_seen_at": AT,
        "last_seen_at": AT,
        "changed_at": AT,
        "page_id": "pag_aaaaaaaaaaaaaaaa",
        "pointer": "0",
    }
    return row | stated


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = Listing.polars_schema()
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def background() -> list[dict[str, Any]]:
    """Listings on another day, each at a place of its own."""
    other_day = datetime(2027, 5, 1, 10, 0, tzinfo=UTC)
    return [
        listing(title, f"other {number % 7}", f"b{number}", other_day, venue_name=f"House {number}")
        for number, title in enumerate(BACKGROUND)
    ]


def resolve(listings: pl.DataFrame, previous: Previous | None = None, **given: Any) -> Resolution:
    arguments: dict[str, Any] = {"city_id": CITY, "night": NIGHT, "at": AT, "matching": load_matching()} | given
    return resolve_city(listings, previous=previous or Previous.nothing(), **arguments)


def resolve_rows(*rows: dict[str, Any]) -> dict[str, str]:
    """Listing id → event id, the rows resolved among the background."""
    links = resolve(frame(*rows, *background())).event_listings
    return dict(links.select("listing_id", "event_id").iter_rows())


def together(*rows: dict[str, Any]) -> bool:
    """Whether all rows end in one event."""
    events = resolve_rows(*rows)
    return len({events[row["listing_id"]] for row in rows}) == 1


def as_previous(resolution: Resolution, before: Previous | None = None) -> Previous:
    """What the next night knows, after `resolution` and the nights up to `before`."""
    redirects = [before.redirects] if before else []
    return Previous(
        resolution.event_listings,
        resolution.events,
        resolution.venues,
        resolution.match_evidence,
        pl.concat([*redirects, resolution.ledger.filter(pl.col("op") == "redirect")]),
    )
