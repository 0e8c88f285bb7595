"""Wall clocks of listings as feeds state them: with an offset, in UTC, or as days."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import find_zone

_MOMENT = timedelta(microseconds=1)


def stated_zone(row: Mapping[str, Any]) -> str:
    """The zone that the source takes a listing's wall clocks to be of."""
    zone: str = row["stated_timezone"] or row["timezone"] or "UTC"
    return zone


def to_moment(row: Mapping[str, Any], column: str) -> datetime | None:
    """A wall clock of the row with its zone; None for none."""
    value: datetime | None = row[column]
    return None if value is None else value.replace(tzinfo=find_zone(stated_zone(row)))


def write_offset(row: Mapping[str, Any], column: str) -> str | None:
    """`2027-03-04T19:30:00+01:00`."""
    moment = to_moment(row, column)
    return None if moment is None else moment.isoformat(timespec="seconds")


def write_utc(row: Mapping[str, Any], column: str) -> str | None:
    """`2027-03-04T18:30:00Z`."""
    moment = to_moment(row, column)
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def write_local(value: datetime | None) -> str | None:
    """`2027-03-04T19:30:00`."""
    return None if value is None else value.isoformat(timespec="seconds")


def write_day(value: datetime | None) -> str | None:
    """`2027-03-04`."""
    return None if value is None else value.date().isoformat()


def last_day(value: datetime | None) -> str | None:
    """The last day of what ends then: a midnight is the day before's."""
    return write_day(None if value is None else value - _MOMENT)


def day_after(value: datetime | None) -> str | None:
    """The day after the last of what ends then."""
    if value is None:
        return None
    return write_day(value if value.time() == time() else value + timedelta(days=1))
