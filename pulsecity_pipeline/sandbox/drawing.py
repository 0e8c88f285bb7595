"""Drawing what takes place: the one-offs and weekly series of one line of the programme.

One-off happenings are drawn week by week and series season by season, each from a seed of its own, so that the
worlds of two nights share what they both cover and differ only at the edges and where something is called off.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sandbox.chance_v1 import Parts, seeded
from pulsecity_pipeline.sandbox.model import Happening, Organiser, Status, Venue, Weekly
from pulsecity_pipeline.sandbox.programme import Programme
from pulsecity_pipeline.sandbox.titles import TITLES, draw_description, draw_price

#: A Monday to count weeks from.
_EPOCH: Final = date(2020, 1, 6)
_SEASON_WEEKS: Final = 13
_DAYS_BACK, _DAYS_AHEAD = 7, 45
_CANCELLED_SHARE = 0.05


def _week_of(day: date) -> int:
    return (day - _EPOCH).days // 7


def _monday(week: int) -> date:
    return _EPOCH + timedelta(weeks=week)


@dataclass(frozen=True)
class ProgrammeDrawer:
    """One line of the programme in one city; `parts` is what its chance hangs on, `venues` where it may take place."""

    parts: Parts
    city: City
    as_of: date
    programme: Programme
    organiser: Organiser
    venues: tuple[Venue, ...]

    def one_offs(self) -> Iterator[Happening]:
        """What starts from 7 days before to 45 days after the day."""
        first, last = self.as_of - timedelta(days=_DAYS_BACK), self.as_of + timedelta(days=_DAYS_AHEAD)
        for week in range(_week_of(first), _week_of(last) + 1):
            for slot in range(self.programme.weekly_count):
                happening = self._one_off(week, slot)
                if first <= happening.starts_local.date() <= last:
                    yield happening

    def _one_off(self, week: int, slot: int) -> Happening:
        parts = (*self.parts, "week", week, slot)
        chance = seeded(*parts)
        title_chance = seeded(*self.parts, "run", week // 2) if self.programme.is_run else chance
        title = TITLES[self.programme.title](title_chance)
        starts = self._start(chance, _monday(week), slot if self.programme.is_run else None)
        venue = chance.choice(self.venues) if self.venues else None
        is_off = chance.random() < _CANCELLED_SHARE
        known_on = starts.date() - timedelta(days=chance.randint(1, 21))
        status: Status = "cancelled" if is_off and known_on <= self.as_of else "scheduled"
        return self._happening(parts, chance, title, venue, starts, status)

    def series(self) -> Iterator[Happening]:
        """The weekly series alive on the day: each lives two seasons, and half of them begin with each season."""
        season = _week_of(self.as_of) // _SEASON_WEEKS
        for slot in range(self.programme.series_count):
            turn = 0 if self.programme.is_shared_hour else slot
            yield self._series(season - (season + turn) % 2, slot)

    def _series(self, season: int, slot: int) -> Happening:
        parts = (*self.parts, "season", season, slot)
        chance = seeded(*parts)
        first_week = season * _SEASON_WEEKS
        hour_chance = seeded(*self.parts, "hour", season) if self.programme.is_shared_hour else chance
        title = TITLES[self.programme.title](chance)
        starts = self._start(hour_chance, _monday(first_week), None)
        venue = self.venues[slot % len(self.venues)] if self.venues else None
        return self._happening(parts, chance, title, venue, starts, "scheduled", _draw_exceptions(chance, starts))

    def _start(self, chance: random.Random, monday: date, run_index: int | None) -> datetime:
        days = self.programme.weekdays
        weekday = chance.choice(days) if run_index is None else days[run_index % len(days)]
        clock = time(chance.choice(self.programme.hours), chance.choice((0, 0, 0, 30)))
        return datetime.combine(monday + timedelta(days=weekday), time() if self.programme.days_long else clock)

    def _happening(
        self,
        parts: Parts,
        chance: random.Random,
        title: str,
        venue: Venue | None,
        starts: datetime,
        status: Status,
        weekly: Weekly | None = None,
    ) -> Happening:
        length = timedelta(minutes=chance.choice(self.programme.durations_minutes))
        has_end = chance.random() < self.programme.end_share
        whole_days = timedelta(days=self.programme.days_long)
        return Happening(
            happening_id=hash_id("hap", *map(str, parts)),
            title=title,
            category=self.programme.category,
            organiser=self.organiser,
            venue=venue,
            starts_local=starts,
            ends_local=starts + (whole_days or length) if has_end else None,
            all_day=bool(whole_days),
            description=draw_description(chance),
            price_text=draw_price(chance, self.programme.price, self.city.currency),
            status=status,
            weekly=weekly,
        )


def _draw_exceptions(chance: random.Random, starts: datetime) -> Weekly:
    """Two seasons of a series; in every six weeks one day is left out, one called off and one moved by a day."""
    weeks = 2 * _SEASON_WEEKS
    skipped, cancelled, moved = [], [], []
    for block in range(0, weeks - 5, 6):
        days = [starts + timedelta(weeks=block + offset) for offset in chance.sample(range(1, 6), 3)]
        skipped.append(days[0].date())
        cancelled.append(days[1].date())
        moved.append((days[2].date(), days[2] + timedelta(days=1, hours=-1)))
    until = (starts + timedelta(weeks=weeks - 1)).date()
    return Weekly(until, tuple(skipped), tuple(cancelled), tuple(moved))
