"""From a zone as written (IANA, Windows, path style, offset, abbreviation) to the clock it means."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

#: Zone keys that depend on the machine or mean nothing.
_MEANINGLESS = {"localtime", "factory", "posixrules"}
_IANA = {name.lower(): name for name in sorted(available_timezones()) if name.lower() not in _MEANINGLESS}
_WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
#: Display names of desktop calendars and of Rails, which no library maps.
_DISPLAY = {
    "atlantic time (canada)": "America/Halifax",
    "eastern time (us & canada)": "America/New_York",
    "indiana (east)": "America/Indiana/Indianapolis",
    "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific time (us & canada)": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "newfoundland": "America/St_Johns",
    "saskatchewan": "America/Regina",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
}
_UTC = {"utc", "z", "gmt", "uct", "zulu", "universal", "greenwich", "gmt0", "gmt+0", "gmt-0"}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_LABEL = re.compile(r"^\((?:utc|gmt)[^)]*\)\s*", re.IGNORECASE)
_MAX_OFFSET_MINUTES = 18 * 60


class Clock(NamedTuple):
    """What a wall clock is read with: an IANA zone, or a fixed offset east of UTC, and where that was read from."""

    zone: str | None
    offset_minutes: int | None
    evidence: str


def resolve_clock(stated: str | None, feed_zone: str | None, home_zone: str) -> Clock:
    """The clock of a stated zone; a floating or unreadable one follows the feed's zone, else the place's.

    A feed's own UTC is what exporters write by default and says nothing about floating times.
    """
    if not stated or not stated.strip():
        return _fallback(feed_zone, home_zone, "")
    name = stated.strip().strip('"').strip()
    offset = _read_offset(name)
    if offset is not None:
        return Clock(None, offset, f"zone: {'UTC' if offset == 0 else name}")
    if name.isalpha() and name.isupper() and len(name) <= 5 and name in _abbreviations(home_zone):
        return Clock(home_zone, None, f"zone: {name}")
    zone = _read_zone(name)
    if zone is not None:
        return Clock(zone, None, "zone: stated")
    return _fallback(feed_zone, home_zone, f"; unknown zone {name[:40]}")


def resolve_clocks(zones: pl.DataFrame) -> pl.DataFrame:
    """Distinct (stated, feed_zone, home_zone) with the clock beside: clock_zone, offset_minutes, zone_evidence."""
    clocks = [resolve_clock(*row) for row in zones.select("stated", "feed_zone", "home_zone").iter_rows()]
    schema = {"clock_zone": pl.String, "offset_minutes": pl.Int32, "zone_evidence": pl.String}
    return zones.hstack(pl.DataFrame(clocks, schema=schema, orient="row"))


def _fallback(feed_zone: str | None, home_zone: str, remark: str) -> Clock:
    name = (feed_zone or "").strip().strip('"').strip()
    zone = _read_zone(name) if name and _read_offset(name) is None else None
    if zone is not None:
        return Clock(zone, None, f"zone: feed{remark}")
    return Clock(home_zone, None, f"zone: city{remark}")


def _read_offset(name: str) -> int | None:
    bare = name.lower().removeprefix("etc/").rsplit("/", 1)[-1]
    if bare in _UTC:
        return 0
    found = _OFFSET.fullmatch(name)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return None if minutes > _MAX_OFFSET_MINUTES else minutes * (1 if found[1] == "+" else -1)


def _read_zone(name: str) -> str | None:
    bare = _LABEL.sub("", name).strip().lower()
    for table in (_IANA, _WINDOWS, _DISPLAY):
        if bare in table:
            return _readable(table[bare])
    parts = [part for part in bare.split("/") if part]
    for count in (3, 2):
        suffix = "/".join(parts[-count:])
        if len(parts) > count and suffix in _IANA:
            return _readable(_IANA[suffix])
    return None


@cache
def _readable(zone: str) -> str | None:
    """The zone, if Polars knows it too."""
    try:
        pl.Series([datetime(2027, 1, 1)]).dt.replace_time_zone(zone)  # noqa: DTZ001 (a wall clock is meant)
    except pl.exceptions.ComputeError:
        return None
    return zone


@cache
def _abbreviations(zone: str) -> frozenset[str]:
    """What a zone's winter and summer time are called: CET and CEST of Europe/Rome."""
    days = (datetime(2027, month, 1, tzinfo=UTC) for month in (1, 7))
    return frozenset(day.astimezone(ZoneInfo(zone)).strftime("%Z") for day in days)
