"""What each publisher lists: which happenings, in which words, as which entries, with which planted mistakes."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from pulsecity_pipeline.sandbox.catalog import Publisher
from pulsecity_pipeline.sandbox.chance_v1 import digest_number, digest_share, seeded
from pulsecity_pipeline.sandbox.defects import plant_defects
from pulsecity_pipeline.sandbox.entries import Entry
from pulsecity_pipeline.sandbox.habits import HABITS, Habits
from pulsecity_pipeline.sandbox.model import Happening, Occurrence, Weekly, World
from pulsecity_pipeline.sandbox.uids import mint_uid
from pulsecity_pipeline.sandbox.wording import word_description, word_place, word_title

_HOST_SHARE = 0.9
_DAYS_BACK, _DAYS_AHEAD = 7, 45
_DAYS_REMEMBERED = 31


def publish_entries(world: World, publisher: Publisher) -> list[Entry]:
    """The entries of one feed in feed order, planted mistakes included; the same world gives the same entries."""
    habits = HABITS[publisher.name]
    entries: list[Entry] = []
    for happening in world.happenings:
        if _is_listed(world, publisher, habits, happening):
            entries += _Writer(world, publisher, habits, happening).entries()
    return plant_defects(entries, habits, publisher, world.city.city_id)


def _is_listed(world: World, publisher: Publisher, habits: Habits, happening: Happening) -> bool:
    coin = digest_share(world.seed, world.city.city_id, publisher.name, happening.happening_id)
    if happening.organiser.publisher == publisher.name:
        return True
    if happening.venue is not None and happening.venue.host == publisher.name:
        return coin < _HOST_SHARE
    is_followed = "*" in habits.follows or happening.organiser.publisher in habits.follows
    return is_followed and coin < habits.others_share


class _Writer:
    """Writes the entries of one happening in one feed; its chance hangs on the two alone."""

    def __init__(self, world: World, publisher: Publisher, habits: Habits, happening: Happening) -> None:
        self.world, self.publisher, self.habits, self.happening = world, publisher, habits, happening
        self.parts = (world.seed, world.city.city_id, publisher.name, happening.happening_id)
        self.chance: random.Random = seeded(*self.parts, "words")
        self.states_duration = digest_share(*self.parts, "duration") < habits.duration_share

    def entries(self) -> Iterator[Entry]:
        base = self._base()
        weekly = self.happening.weekly
        if weekly is None:
            yield self._dated(base, next(self.happening.occurrences()))
        elif self.habits.expands_series:
            yield from (self._single(base, one) for one in self._shown())
        else:
            yield self._series(base, weekly)
            yield from self._overrides(base, weekly)

    def _base(self) -> Entry:
        """What all entries of the happening have in common; its start is replaced by what each stands for."""
        happening, habits, chance = self.happening, self.habits, self.chance
        link = f"http://{self.publisher.host(self.world.city.city_id)}/events/{digest_number(*self.parts, digits=7)}"
        title, place = word_title(happening, habits, chance), word_place(happening, habits.place, chance)
        has_end, has_place, has_text = (
            chance.random() < share for share in (habits.end_share, habits.place_share, habits.description_share)
        )
        is_date = happening.all_day or (happening.weekly is None and chance.random() < habits.date_only_share)
        return Entry(
            happening=happening,
            uid=self._uid(None),
            occurrence_local=None,
            title=title,
            starts_local=happening.starts_local,
            ends_local=happening.ends_local if has_end and (happening.all_day or not is_date) else None,
            is_date=is_date,
            location=place if has_place else None,
            description=word_description(happening, habits, chance, link) if has_text else None,
            url=link,
            status="CONFIRMED",
            sequence=0,
            created_on=happening.starts_local.date() - timedelta(days=chance.randint(46, 90)),
        )

    def _uid(self, occurrence: datetime | None) -> str:
        return mint_uid(self.publisher, self.world.city.city_id, self.happening.happening_id, occurrence)

    def _dated(self, base: Entry, occurrence: Occurrence) -> Entry:
        """The entry at the times and in the state of one occurrence."""
        ends = None if base.ends_local is None else occurrence.ends_local
        states_duration = self.states_duration and not base.is_date
        entry = replace(
            base,
            occurrence_local=occurrence.original_local,
            starts_local=occurrence.starts_local,
            ends_local=ends,
            duration=_iso_duration(occurrence.starts_local, ends) if states_duration else None,
        )
        return _call_off(entry, self.habits) if occurrence.status == "cancelled" else entry

    def _single(self, base: Entry, occurrence: Occurrence) -> Entry:
        return replace(self._dated(base, occurrence), uid=self._uid(occurrence.original_local))

    def _shown(self) -> Iterator[Occurrence]:
        first, last = self.world.as_of - timedelta(days=_DAYS_BACK), self.world.as_of + timedelta(days=_DAYS_AHEAD)
        return (one for one in self.happening.occurrences() if first <= one.original_local.date() <= last)

    def _series(self, base: Entry, weekly: Weekly) -> Entry:
        clock = self.happening.starts_local.time()
        exdates = tuple(datetime.combine(day, clock) for day in weekly.skipped_on)
        return replace(base, rrule_until_on=weekly.until_on, exdates_local=exdates)

    def _overrides(self, base: Entry, weekly: Weekly) -> Iterator[Entry]:
        """Entries that replace one day of a series, called off or moved, as far back as publishers keep them."""
        moved: set[date] = {day for day, _ in weekly.moved}
        first = self.world.as_of - timedelta(days=_DAYS_REMEMBERED)
        for occurrence in self.happening.occurrences():
            if occurrence.original_local.date() < first:
                continue
            is_said = occurrence.status == "cancelled" and self.habits.cancelled != "silent"
            if is_said or occurrence.original_local.date() in moved:
                yield replace(self._dated(base, occurrence), recurrence_local=occurrence.original_local, sequence=1)


def _call_off(entry: Entry, habits: Habits) -> Entry:
    """The entry of a cancelled happening: by status, in the title, or as if nothing had happened."""
    if habits.cancelled == "status":
        return replace(entry, status="CANCELLED", sequence=entry.sequence + 1)
    if habits.cancelled == "title":
        return replace(entry, title=f"CANCELLED: {entry.title}", sequence=entry.sequence + 1)
    return entry


def _iso_duration(starts: datetime, ends: datetime | None) -> str | None:
    return None if ends is None else f"PT{int((ends - starts).total_seconds()) // 60}M"
