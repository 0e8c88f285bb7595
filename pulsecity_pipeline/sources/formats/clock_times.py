"""Times of day in texts (`7:30 PM`, `19h30`, `6 – 8 p.m.`), and a date and such a text as one moment."""

import re
from datetime import datetime, time
from itertools import pairwise
from typing import Any

from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.moments import read_moment

_CLOCK = re.compile(
    r"(?<![\d:.$€£/+])(?P<hour>\d{1,2})(?:\s?(?:[:.]|h)\s?(?P<minute>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?|(?P<full>\s?h\b))?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?![\d%/])|\b(?P<noon>noon)\b",
    re.I,
)
_DASH = re.compile(r"\s*(?:-|–|—|to|until|a)\s*", re.I)


def find_clocks(text: str) -> list[time]:
    """The times of day of a text, in order. A bare number is none, but in `6-8 pm`: it has the half of the later."""
    found = list(_CLOCK.finditer(text))
    following: list[re.Match[str] | None] = [
        after if _DASH.fullmatch(text[one.end() : after.start()]) else None for one, after in pairwise(found)
    ]
    clocks = (_read(one, after) for one, after in zip(found, [*following, None], strict=False))
    return [clock for clock in clocks if clock is not None]


def join_clock(day: Any, clock: Any, zone: str | None = None, *, field: str = "start") -> Stamp | None:
    """A date and the text of its time → the moment; the date alone where no time is told. Raises RecordError."""
    stamp = read_moment(day, field=field)
    if stamp is None:
        return None
    clocks = find_clocks(str(clock or ""))
    date = stamp.wall.replace(hour=0, minute=0, second=0)
    if not clocks:
        return Stamp(date, None, True)
    return Stamp(datetime.combine(date, clocks[0]), zone, False)


def _read(one: re.Match[str], after: re.Match[str] | None) -> time | None:
    if one["noon"]:
        return time(12)
    hour, minute, half = int(one["hour"]), int(one["minute"] or 0), (one["half"] or "").lower()
    if not half and after is not None and after["half"] and hour <= 12:
        half = _inherit(hour, int(after["hour"]), after["half"].lower())
    if half and not 1 <= hour <= 12:
        half = ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif one["minute"] is None and not one["full"]:
        return None
    return time(hour, minute) if hour < 24 else None


def _inherit(hour: int, later: int, half: str) -> str:
    """`6-8 pm` begins in the evening, `11-1 pm` before noon."""
    return half if hour % 12 <= later % 12 else {"p": "a", "a": "p"}[half]
