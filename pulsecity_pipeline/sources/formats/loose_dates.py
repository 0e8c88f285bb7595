"""Dates that are almost machine dates: days and months of one figure, EventON's times, English and ISO mixtures."""

import re
from typing import Any

from pulsecity_pipeline.sources.formats.clock_times import find_clocks
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.moments import read_moment
from pulsecity_pipeline.sources.formats.record_errors import RecordError

#: EventON writes hour, hour, minute, second: `2019-9-18T08-08-30-00` is half past eight.
_EVENTON = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2})-\d{1,2}-(\d{2})-\d{2}(.*)")
_UNPADDED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)(.*)", re.S)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>" + "|".join(_MONTHS) + r")[a-z]*\.?"
_ENGLISH = (
    re.compile(
        rf"(?:[a-z]+,?\s+)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b(?P<rest>.*)", re.I
    ),
    re.compile(rf"(?:[a-z]+,?\s+)?(?P<day>\d{{1,2}})\s+{_MONTH},?\s+(?P<year>\d{{4}})\b(?P<rest>.*)", re.I),
)


def read_loose_moment(value: Any, *, field: str = "start") -> Stamp | None:
    """As `read_moment`, and forms that can mean only one thing. Raises RecordError `invalid_<field>`."""
    try:
        return read_moment(value, field=field)
    except RecordError:
        if (mended := _mend(str(value).strip())) is None:
            raise
        return read_moment(mended, field=field)


def _mend(text: str) -> str | None:
    if found := _EVENTON.fullmatch(text):
        year, month, day, hour, minute, offset = found.groups()
        return f"{_day(year, month, day)}T{int(hour):02d}:{minute}:00{offset}"
    if found := _UNPADDED.fullmatch(text):
        return _with_clock(_day(*found.groups()[:3]), found[4])
    for form in _ENGLISH:
        if found := form.fullmatch(text):
            month = str(_MONTHS.index(found["month"].lower()) + 1)
            return _with_clock(_day(found["year"], month, found["day"]), found["rest"])
    return None


def _day(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _with_clock(day: str, rest: str) -> str | None:
    """A rest that holds one time of day and its offset, or nothing."""
    rest = rest.strip(" ,T@-").removeprefix("at ").strip()
    if not rest:
        return day
    offset = re.search(r"(?:Z|[+-]\d\d:?\d\d)$", rest)
    clocks = find_clocks(rest[: offset.start()] if offset else rest)
    return f"{day}T{clocks[0]:%H:%M}:00{offset[0] if offset else ''}" if clocks else None
