"""Dates and times of JSON and HTML sources (ISO 8601 in all its habits, epochs) as stamps and as columns of a row."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from pulsecity_pipeline.sources.formats.ics_stamps import Stamp, find_zone
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.formats.rss_dates import read_feed_date

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_moment(value: Any, zone: str | None = None, *, field: str = "start") -> Stamp | None:
    """`2027-03-04`, `2027-03-04T19:00:00`, `…+0100`, `…Z`, RFC 822 → stamp; None for nothing.

    `zone` is the IANA zone the source states beside it: a wall clock without offset is on it, an instant is moved to
    it. A date has none. Raises RecordError `invalid_<field>` for what is no date.
    """
    if value is None or value == "":
        return None
    try:
        stamp = read_feed_date(_tidy(value))
    except (ValueError, OverflowError, TypeError) as error:
        raise RecordError(f"invalid_{field}", field, f"{str(value)[:60]!r}: {error}") from error
    if stamp.is_date or zone is None:
        return stamp
    if stamp.zone is None:
        return stamp._replace(zone=zone)
    return _move(stamp, zone)


def read_epoch(value: Any, *, milliseconds: bool = False, is_date: bool = False, field: str = "start") -> Stamp | None:
    """Seconds (or milliseconds) since 1970 in UTC; with `is_date` the UTC day alone is meant. Raises RecordError."""
    if value is None or value == "":
        return None
    try:
        at = _EPOCH + timedelta(**{"milliseconds" if milliseconds else "seconds": float(value)})
    except (ValueError, OverflowError, TypeError) as error:
        raise RecordError(f"invalid_{field}", field, f"{str(value)[:60]!r}: {error}") from error
    wall = at.replace(tzinfo=None, microsecond=0)
    return Stamp(wall.replace(hour=0, minute=0, second=0), None, True) if is_date else Stamp(wall, "UTC", False)


def add_offset(local: Stamp, instant: Stamp) -> Stamp:
    """`local` without a zone, beside the same moment in UTC, at the offset that they are apart (`-04:00`).

    As it is where it has a zone, is a date, or no place on earth is that far from UTC.
    """
    apart = local.wall - instant.wall
    minutes = round(apart.total_seconds() / 60)
    if local.zone or local.is_date or instant.zone != "UTC" or minutes % 15 or not -12 * 60 <= minutes <= 14 * 60:
        return local
    return local._replace(zone=f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}")


def state_start(stamp: Stamp | None) -> dict[str, Any]:
    """The columns of a start; nothing for none."""
    if stamp is None:
        return {}
    return {"start_wall": stamp.wall, "start_zone": stamp.zone, "start_is_date": stamp.is_date}


def state_end(stamp: Stamp | None) -> dict[str, Any]:
    """The columns of an end (a date is the last day, inclusive); nothing for none."""
    if stamp is None:
        return {}
    return {"end_wall": stamp.wall, "end_zone": stamp.zone, "end_is_date": stamp.is_date}


def read_end(value: Any, zone: str | None = None) -> dict[str, Any]:
    """As `read_moment`, as columns; an end that is no date costs only itself."""
    try:
        return state_end(read_moment(value, zone, field="end"))
    except RecordError:
        return {}


def read_updated(value: Any) -> datetime | None:
    """When a source says it last changed something, in UTC; None where that is no instant."""
    try:
        stamp = read_moment(value)
    except RecordError:
        return None
    if stamp is None or stamp.is_date:
        return None
    return _move(stamp, "UTC").wall.replace(tzinfo=UTC) if _find_rules(stamp.zone) else None


def _tidy(value: Any) -> str:
    """`2027-03-04 19:00:00` with the `T` it lacks. Raises TypeError for anything but a text."""
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is no text")
    text = value.strip()
    return text.replace(" ", "T", 1) if text[:1].isdigit() else text


def _move(stamp: Stamp, zone: str) -> Stamp:
    """The same instant on the wall clock of `zone`; the stamp itself where either zone is unknown."""
    source, target = _find_rules(stamp.zone), find_zone(zone)
    if source is None or target is None:
        return stamp
    try:
        return Stamp(stamp.wall.replace(tzinfo=source).astimezone(target).replace(tzinfo=None), zone, False)
    except OverflowError:
        return stamp


def _find_rules(zone: str | None) -> tzinfo | None:
    """As `find_zone`, and offsets (`+05:30`) too."""
    found = _OFFSET.fullmatch(zone or "")
    if found is None:
        return find_zone(zone)
    minutes = int(found[2]) * 60 + int(found[3])
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
