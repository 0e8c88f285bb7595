"""Dates and times of iCalendar as stamps: the wall clock as written, its zone as written, and whether it is a date."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from icalendar import vDDDTypes, vDuration
from icalendar.timezone import tzp

from pulsecity_pipeline.sources.formats.ics_lines import Property, read_parameters

#: `P15M`, `P1D2H`: time parts without the `T` that RFC 5545 3.3.6 asks for; M can only mean minutes there.
_MISSING_T = re.compile(r"([+-]?P(?:\d+W)?(?:\d+D)?)((?:\d+[HMS])+)")

_LONGEST_ZONE = 120


class Stamp(NamedTuple):
    """A date (wall is its midnight) or a date-time; zone is None when floating, 'UTC' for a `Z`."""

    wall: datetime
    zone: str | None
    is_date: bool


def read_stamp(written: Property) -> Stamp:
    """The stamp of DTSTART and the like. Raises ValueError for what is neither a date nor a date-time."""
    value = written.value
    if ":" in value:  # an unquoted TZID such as tzone://Microsoft/Utc
        zone, _, value = value.rpartition(":")
        return _type_stamp(f"{written.parameters}:{zone}", value)
    return _type_stamp(written.parameters, value)


@lru_cache(maxsize=65536)
def _type_stamp(parameters: str, value: str) -> Stamp:
    typed = vDDDTypes.from_ical(value.strip().upper())
    if isinstance(typed, tuple):  # a period of RDATE;VALUE=PERIOD
        typed = typed[0]
    if not isinstance(typed, date):
        raise ValueError(f"neither a date nor a date-time: {value[:40]!r}")
    stated = read_parameters(parameters) if parameters else {}
    zone = stated.get("TZID", "").strip() or None
    if not isinstance(typed, datetime):
        return Stamp(datetime.combine(typed, time.min), zone, True)
    if stated.get("VALUE", "").upper() == "DATE":
        return Stamp(datetime.combine(typed.date(), time.min), zone, True)
    return Stamp(typed.replace(tzinfo=None), "UTC" if typed.tzinfo else zone, False)


def read_stamps(lines: Iterable[Property]) -> Iterator[Stamp]:
    """The stamps of repeatable, comma-separated EXDATE and RDATE. Raises ValueError."""
    for parameters, value in lines:
        for part in value.split(","):
            if part.strip():
                yield read_stamp(Property(parameters, part))


def read_duration(value: str) -> tuple[timedelta, bool]:
    """The duration, and whether a missing `T` had to be put in. Raises ValueError."""
    written = value.strip().upper()
    if not re.search(r"\d", written):
        raise ValueError(f"no duration: {value[:40]!r}")
    repaired = _MISSING_T.fullmatch(written)
    return vDuration.from_ical(f"{repaired[1]}T{repaired[2]}" if repaired else written), repaired is not None


@lru_cache(maxsize=1024)
def find_zone(name: str | None) -> tzinfo | None:
    """The rules of an IANA, Windows or path-style (`/vendor/Europe/Rome`) zone name; None where it says nothing."""
    if not name or len(name) > _LONGEST_ZONE:
        return None
    if name.upper().rpartition("/")[2] in ("UTC", "GMT", "Z"):
        return UTC
    parts = name.strip("/").split("/")
    for first in range(len(parts)):
        found: tzinfo | None = tzp.timezone("/".join(parts[first:]))
        if found is not None:
            return found
    return None


def move_wall(stamp: Stamp, zone: str | None) -> datetime:
    """The wall clock of `zone` at the stamp's moment; the stamp's own where either zone is unknown or floating."""
    if stamp.zone == zone or stamp.zone is None:
        return stamp.wall
    source, target = find_zone(stamp.zone), find_zone(zone)
    if source is None or target is None:
        return stamp.wall
    try:
        return stamp.wall.replace(tzinfo=source).astimezone(target).replace(tzinfo=None)
    except OverflowError:
        return stamp.wall


def to_utc(stamp: Stamp) -> datetime | None:
    """The moment of the stamp; None for a date, a floating time or an unknown zone."""
    zone = None if stamp.is_date else find_zone(stamp.zone)
    if zone is None:
        return None
    try:
        return stamp.wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None
