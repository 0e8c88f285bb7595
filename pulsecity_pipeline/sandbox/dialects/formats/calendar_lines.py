"""Writing iCalendar values by hand, as carelessly as publishers do: text, times, folding, zone definitions."""

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Timezone

#: How wall clocks are written: as a moment, with their zone, without one, or with a vendor's path before the zone.
Clock = Literal["utc", "zone", "floating", "path_zone"]
Folding = Literal["octets", "characters", "none"]
_FOLD_AT = 75


def escape_text(text: str, *, escapes_commas: bool = True) -> str:
    """RFC 5545 TEXT; sloppy software leaves commas and semicolons as they are."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace(",", "\\,").replace(";", "\\;") if escapes_commas else text


def quote_parameter(text: str) -> str:
    """A parameter's value in quotes, which it may not hold itself (RFC 6868)."""
    return '"' + text.replace("^", "^^").replace('"', "^'") + '"'


def fold_line(line: str, folding: Folding) -> bytes:
    """One content line, folded at 75 octets: between characters, or wherever the count says, even inside one."""
    raw = line.encode()
    if folding == "none" or len(raw) <= _FOLD_AT:
        return raw
    cuts, start = [], 0
    while start < len(raw):
        end = start + _FOLD_AT - (1 if start else 0)
        while folding == "characters" and end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        cuts.append(raw[start:end])
        start = end
    return b"\r\n ".join(cuts)


def write_moment(moment: datetime) -> str:
    """A moment of UTC in basic format."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def write_time(name: str, value: datetime, clock: Clock, zone: str) -> str:
    """A content line of a wall clock of `zone`, written as the clock style says."""
    if clock == "utc":
        return f"{name}:{write_moment(value.replace(tzinfo=find_zone(zone)).astimezone(UTC))}"
    text = value.isoformat().replace("-", "").replace(":", "")[:15]
    if clock == "floating":
        return f"{name}:{text}"
    prefix = "/freeassociation.sourceforge.net/" if clock == "path_zone" else ""
    return f"{name};TZID={prefix}{zone}:{text}"


def write_date(name: str, value: date) -> str:
    """A content line of a whole day."""
    return f"{name};VALUE=DATE:{value:%Y%m%d}"


def write_weekly_rule(starts: datetime, until: datetime, clock: Clock, zone: str, *, is_date: bool) -> str:
    """RRULE of a weekly series whose last wall clock is `until`; it is written in UTC unless the series floats."""
    if is_date:
        last = f"{until:%Y%m%d}"
    else:
        last = write_time("", until, "floating" if clock == "floating" else "utc", zone).lstrip(":")
    return f"RRULE:FREQ=WEEKLY;UNTIL={last};BYDAY={calendar.day_abbr[starts.weekday()][:2].upper()}"


@cache
def find_zone(zone: str) -> ZoneInfo:
    """The rules of an IANA zone. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(zone)


@cache
def zone_lines(zone: str, year: int) -> tuple[str, ...]:
    """The lines of a VTIMEZONE that holds from a year before to two years after the year begins."""
    around, span = date(year, 1, 1), timedelta(days=365)
    defined = Timezone.from_tzinfo(ZoneInfo(zone), zone, first_date=around - span, last_date=around + 2 * span)
    lines = defined.to_ical().decode().replace("\r\n ", "").splitlines()
    return tuple(line for line in lines if not line.startswith("COMMENT"))
