"""RRULE text → the wall-clock starts it gives, lazily, from wherever in the series one needs them."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import chain, islice, takewhile
from math import prod
from typing import NamedTuple

from dateutil.rrule import rrule, rrulestr

from pulsecity_pipeline.sources.formats.ics_lines import Property
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp, move_wall, read_stamp

_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_PARTS = frozenset(
    (
        "FREQ",
        "INTERVAL",
        "COUNT",
        "WKST",
        "BYSETPOS",
        "BYMONTH",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYDAY",
        *_TIMES,
    )
)
#: Finer rules never make events people go to, and cost seconds to walk through.
_FREQUENCIES = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": None, "YEARLY": None}
_LONGEST_MONTHS = {month: monthrange(2024, month)[1] for month in range(1, 13)}
_MOST_TIMES_A_DAY = 24
_LAST_MOMENT = time(23, 59, 59)


class Rule(NamedTuple):
    """One RRULE of a series: `until` is its last start on the wall clock of the series, inclusive; `most` its COUNT."""

    rule: rrule
    until: datetime | None
    most: int | None
    #: Days after which the rule repeats itself; None where no fixed number of days does.
    period_days: int | None


def read_rule(value: str, start: Stamp, feed_zone: str | None) -> Rule:
    """The rule of a series that starts at `start`. Raises ValueError for what cannot be followed."""
    parts = dict(_cut_part(part) for part in value.strip().upper().strip(";").split(";"))
    until = _read_until(parts.pop("UNTIL", ""), start, feed_zone)
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.pop("SKIP", "OMIT") != "OMIT":
        raise ValueError("only the Gregorian calendar without SKIP is supported")
    parts = {name: part for name, part in parts.items() if part and not name.startswith("X-")}
    if unknown := sorted(parts.keys() - _PARTS):
        raise ValueError(f"unknown rule part {unknown[0][:40]}")
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"frequency {parts.get('FREQ')} is not daily, weekly, monthly or yearly")
    interval = _read_whole(parts, "INTERVAL") or 1
    days = _FREQUENCIES[parts["FREQ"]]
    if prod(len(parts.get(name, "").split(",")) for name in _TIMES) > _MOST_TIMES_A_DAY:
        raise ValueError(f"more than {_MOST_TIMES_A_DAY} times a day")
    _require_possible_day(parts)
    return Rule(_build(parts, start.wall), until, _read_whole(parts, "COUNT"), days and days * interval)


def _require_possible_day(parts: dict[str, str]) -> None:
    """Raises ValueError for a 30 February: dateutil would look for it day by day until the year 9999."""
    months = [int(month) for month in parts.get("BYMONTH", "").split(",") if month]
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    if days and min(days) > max((_LONGEST_MONTHS.get(month, 0) for month in months), default=31):
        raise ValueError("no such day in any year")


def _build(parts: dict[str, str], start: datetime) -> rrule:
    try:
        built = rrulestr(";".join(f"{name}={part}" for name, part in parts.items()), dtstart=start)
    except (TypeError, LookupError, AttributeError, OverflowError) as error:
        raise ValueError(f"rule cannot be followed: {error}") from error
    if not isinstance(built, rrule):
        raise ValueError("not a single rule")
    return built


def _cut_part(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals:
        raise ValueError(f"no value in rule part {part[:40]!r}")
    return name.strip(), re.sub(r"\s", "", value).strip(",")


def _read_whole(parts: dict[str, str], name: str) -> int | None:
    if name not in parts:
        return None
    value = int(parts[name])
    if not 1 <= value <= 100_000:
        raise ValueError(f"{name} {value} is not between 1 and 100,000")
    return value


def _read_until(value: str, start: Stamp, feed_zone: str | None) -> datetime | None:
    """UNTIL on the wall clock of the series: a date means all of its day; UTC is moved to the zone of the series."""
    if not value:
        return None
    until = read_stamp(Property("", value))
    wall = until.wall if until.is_date else move_wall(until, start.zone or feed_zone)
    return datetime.combine(wall.date(), _LAST_MOMENT) if until.is_date or start.is_date else wall


def follow_rule(rule: Rule, start: datetime) -> Iterator[datetime]:
    """All starts of the rule in order, `start` first even where the rule does not meet it (RFC 5545 3.8.5.3)."""
    starts: Iterator[datetime] = iter(rule.rule)
    first = next(starts, start)
    head = [start] if first == start else [start, first]
    return _until(rule, islice(chain(head, starts), rule.most))


def follow_between(rule: Rule, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """The starts of the rule from `first` to `last`, inclusive; walks there only where a COUNT or months ask for it."""
    if start > last or (rule.until is not None and rule.until < first):
        return iter(())
    skipped = 0
    if rule.period_days and rule.most is None:
        skipped = (first - start) // timedelta(days=rule.period_days) - 1
    if skipped > 0:
        near = start + timedelta(days=rule.period_days or 0) * skipped
        starts = _until(rule, iter(rule.rule.replace(dtstart=near)))
    else:
        starts = follow_rule(rule, start)
    return (at for at in takewhile(lambda at: at <= last, starts) if at >= first)


def _until(rule: Rule, starts: Iterator[datetime]) -> Iterator[datetime]:
    until = rule.until
    return starts if until is None else takewhile(lambda at: at <= until, starts)
