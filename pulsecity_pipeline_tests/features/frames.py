"""Inline frames of events and venues: a plain evening concert, and whatever a test changes of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Event, Table, Venue

AT = datetime(2026, 8, 22, tzinfo=UTC)


def numbered_id(prefix: str, number: int) -> str:
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return f"{prefix}_{'a' * 13}{digits[number // 1024]}{digits[number // 32 % 32]}{digits[number % 32]}"


def event(number: int = 0, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(Event.polars_schema().names())
    row |= {
        "event_id": numbered_id("evt", number), "city_id": "us-ca-davis", "title": f"Concert {number}",
        "starts_on": date(2026, 8, 25), "starts_at": datetime(2026, 8, 26, 2, tzinfo=UTC),
        "starts_local": datetime.fromisoformat("2026-08-25T19:00"), "timezone": "America/Los_Angeles", "time_precision": "minute",
        "all_day": False, "status": "scheduled", "sale_status": "unknown", "attendance_mode": "offline",
        "category": "music", "performers": [], "source_count": 1, "sources": ["ics/a"], "listing_count": 1,
        "status_confidence": 1.0, "first_seen_at": AT, "last_seen_at": AT, "updated_at": AT, "content_hash": "0",
    }  # fmt: skip
    return row | changes


def all_day(number: int, first: date, last: date | None = None, **changes: Any) -> dict[str, Any]:
    midnight = datetime.fromisoformat(f"{first}T00:00")
    when = {"starts_on": first, "starts_local": midnight, "starts_at": midnight.replace(hour=7, tzinfo=UTC)}
    return event(number, **when, ends_on=last, all_day=True, time_precision="day", **changes)


def events_of(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=Event.polars_schema())


def venue(number: int = 0, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(Venue.polars_schema().names())
    row |= {"venue_id": numbered_id("ven", number), "name": "Hall", "aliases": [], "city_id": "us-ca-davis"}
    return row | {"listing_count": 7} | changes


def venues_of(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=Venue.polars_schema())


def assert_contract(frame: pl.DataFrame, contract: type[Table], sort: Sequence[str]) -> None:
    """Exact schema, every row valid, the key unique, sorted."""
    assert frame.schema == contract.polars_schema()
    for row in frame.to_dicts():
        contract.model_validate(row)
    assert frame.select(contract.key).is_unique().all()
    assert frame.equals(frame.sort(sort))
