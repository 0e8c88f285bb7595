"""What the fictional world consists of: venues, organisers, happenings and their occurrences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from pulsecity_pipeline.config.cities import City

Status = Literal["scheduled", "cancelled"]


@dataclass(frozen=True)
class Venue:
    """A place: `host` is the publisher whose house it is, if any; `region` is how the town's address goes on."""

    venue_id: str
    name: str
    nickname: str
    kind: str
    street: str
    town: str
    region: str
    latitude: float
    longitude: float
    host: str | None = None

    @property
    def address(self) -> str:
        return f"{self.street}, {self.town}, {self.region}"


@dataclass(frozen=True)
class Organiser:
    """Who puts something on; `publisher` is the catalog's name of its feed."""

    publisher: str
    name: str


@dataclass(frozen=True)
class Weekly:
    """A weekly rule and its exceptions, each named by the day it would have been."""

    until_on: date
    skipped_on: tuple[date, ...] = ()
    cancelled_on: tuple[date, ...] = ()
    moved: tuple[tuple[date, datetime], ...] = ()


@dataclass(frozen=True)
class Occurrence:
    """One time a happening takes place; `original_local` is when its rule put it."""

    original_local: datetime
    starts_local: datetime
    ends_local: datetime | None
    status: Status


@dataclass(frozen=True)
class Happening:
    """One thing that takes place, once or weekly. Without a venue it is online.

    `ends_local` is null where nobody has decided it; of all-day happenings it is the midnight after the last day.
    """

    happening_id: str
    title: str
    category: str
    organiser: Organiser
    venue: Venue | None
    starts_local: datetime
    ends_local: datetime | None
    all_day: bool
    description: str
    price_text: str | None
    status: Status
    weekly: Weekly | None = None

    def occurrences(self) -> Iterator[Occurrence]:
        """Every time it takes place, in the order of its rule; skipped days are left out."""
        if self.weekly is None:
            yield Occurrence(self.starts_local, self.starts_local, self.ends_local, self.status)
            return
        moved = dict(self.weekly.moved)
        original = self.starts_local
        while original.date() <= self.weekly.until_on:
            if original.date() not in self.weekly.skipped_on:
                yield self._occurrence(original, moved.get(original.date(), original), self.weekly)
            original += timedelta(days=7)

    def _occurrence(self, original: datetime, starts: datetime, weekly: Weekly) -> Occurrence:
        ends = None if self.ends_local is None else starts + (self.ends_local - self.starts_local)
        return Occurrence(
            original, starts, ends, "cancelled" if original.date() in weekly.cancelled_on else "scheduled"
        )


@dataclass(frozen=True)
class World:
    """A city's fiction as it stands on one day."""

    city: City
    seed: int
    as_of: date
    venues: tuple[Venue, ...]
    organisers: tuple[Organiser, ...]
    happenings: tuple[Happening, ...]
