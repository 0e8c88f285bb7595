"""Writing iCalendar values by hand, as carelessly as publishers do: text, times, folding, zone definitions."""

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Timezone

from pulsecity_pipeline.sandbox.habits import Clock

Folding = Literal["octets", "characters", "none"]
_FOLD_AT = 75


def escape_text(text: str, *, escapes_commas: bool = True) -> str:
    """RFC 5545 TEXT; sloppy software leaves commas and semicolons as they are."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace(",", "\\,").replace(";", "\\;") if escapes_commas else text


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


def stamp_utc(day: date, clock: str = "T020000Z") -> str:
    """A moment of the day in UTC basic format."""
    return f"{day:%Y%m%d}{clock}"


def write_time(name: str, value: datetime, clock: Clock, zone: str) -> str:
    """A content line of a wall clock of the city, written as the clock style says."""
    if clock == "utc":
        return f"{name}:{value.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if clock == "floating":
        return f"{name}:{value:%Y%m%dT%H%M%S}"
    prefix = "/freeassociation.sourceforge.net/" if clock == "path_zone" else ""
    return f"{name};TZID={prefix}{zone}:{value:%Y%m%dT%H%M%S}"


def write_date(name: str, value: date) -> str:
    """A content line of a whole day."""
    return f"{name};VALUE=DATE:{value:%Y%m%d}"


def write_weekly_rule(starts: datetime, until_on: date, clock: Clock, zone: str) -> str:
    """RRULE of a weekly series; UNTIL is in UTC unless the series floats."""
    last = datetime.combine(until_on, starts.time())
    until = write_time("", last, "floating" if clock == "floating" else "utc", zone).lstrip(":")
    return f"RRULE:FREQ=WEEKLY;UNTIL={until};BYDAY={calendar.day_abbr[starts.weekday()][:2].upper()}"


@cache
def zone_lines(zone: str, around: date) -> tuple[str, ...]:
    """The lines of a VTIMEZONE that holds from a year before to two years after `around`."""
    span = timedelta(days=365)
    defined = Timezone.from_tzinfo(ZoneInfo(zone), zone, first_date=around - span, last_date=around + 2 * span)
    lines = defined.to_ical().decode().replace("\r\n ", "").splitlines()
    return tuple(line for line in lines if not line.startswith("COMMENT"))
