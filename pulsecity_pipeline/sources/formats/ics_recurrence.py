"""The occurrences of one recurring entry: its rules and extra dates, less its exceptions, within the window."""

from collections.abc import Iterator
from datetime import datetime, time
from heapq import merge
from itertools import islice

from pulsecity_pipeline.sources.formats.ics_event import Entry, EntryError
from pulsecity_pipeline.sources.formats.ics_rules import Rule, follow_between, follow_rule, read_rule
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp, move_wall, read_stamps
from pulsecity_pipeline.sources.protocol import Window

#: A record's occurrences beyond this many are left out, and counted.
LARGEST_SERIES = 800


class Recurrence:
    """The series of one master entry on its own wall clock. Raises EntryError `recurrence_unreadable`."""

    def __init__(self, master: Entry) -> None:
        self.start = master.start
        self._feed_zone: str | None = master.row.get("feed_zone")
        self._rules = _read_rules(master, self._feed_zone)
        self._extra = sorted(self.align(stamp) for stamp in _stamps(master, "RDATE"))
        excluded = _stamps(master, "EXDATE")
        self._excluded_days = {stamp.wall.date() for stamp in excluded if stamp.is_date}
        self._excluded = {self.align(stamp) for stamp in excluded if not stamp.is_date}

    def align(self, stamp: Stamp) -> datetime:
        """The wall clock of the series that `stamp` means: a date takes its time, a moment moves to its zone."""
        if stamp.is_date:
            return datetime.combine(stamp.wall.date(), self.start.wall.time())
        wall = move_wall(stamp, self.start.zone or self._feed_zone)
        return datetime.combine(wall.date(), time.min) if self.start.is_date else wall

    def first(self) -> datetime | None:
        """The first start that is not excluded, wherever it lies; None where every one is."""
        starts = merge([self.start.wall], self._extra, *(follow_rule(rule, self.start.wall) for rule in self._rules))
        return next(self._kept(islice(starts, 100_000)), None)

    def within(self, window: Window) -> list[datetime]:
        """The starts in the window that are not excluded, in order, each once."""
        first, last = datetime.combine(window.first_on, time.min), datetime.combine(window.last_on, time.max)
        starts = [at for at in (self.start.wall, *self._extra) if first <= at <= last]
        most = 2 * LARGEST_SERIES + len(self._excluded)
        for rule in self._rules:
            starts += islice(follow_between(rule, self.start.wall, first, last), most)
        return sorted(set(self._kept(starts)))

    def _kept(self, starts: Iterator[datetime] | list[datetime]) -> Iterator[datetime]:
        return (at for at in starts if at not in self._excluded and at.date() not in self._excluded_days)


def _read_rules(master: Entry, feed_zone: str | None) -> list[Rule]:
    rules = []
    for line in master.recurrence.get("RRULE", ()):
        try:
            rules.append(read_rule(line.value, master.start, feed_zone))
        except ValueError as error:
            raise EntryError("recurrence_unreadable", "RRULE", f"{line.value[:100]!r}: {error}") from error
    return rules


def _stamps(master: Entry, name: str) -> list[Stamp]:
    try:
        return list(read_stamps(master.recurrence.get(name, ())))
    except ValueError as error:
        raise EntryError("recurrence_unreadable", name, str(error)) from error
