"""Entries of one feed → rows with unique ids: occurrences of series, overrides, and entries stated twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pulsecity_pipeline.sources.formats.ics_event import Entry, EntryError
from pulsecity_pipeline.sources.formats.ics_recurrence import LARGEST_SERIES, Recurrence
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.protocol import Fault, ReadResult, Window

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Placed:
    """One entry with its id, and the further occurrences that are its expansions: (id, start, end)."""

    entry: Entry
    source_event_id: str
    expansions: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)


@dataclass(slots=True)
class Placement:
    """What became of all entries of a feed: placed, faults, repeats."""

    placed: list[Placed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    repeats: int = 0


def place_entries(
    entries: Iterable[Entry], hidden: dict[str, list[Stamp]], window: Window, unread: Counter[str]
) -> Placement:
    """Each entry becomes a placed row, a fault or a repeat; ids are unique within the feed.

    `hidden`: UID → originals of overrides that must not be shown, so that their series leaves them out.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.uid, []).append(entry)
    placement = Placement()
    for uid, group in groups.items():
        only = group[0]
        if len(group) == 1 and only.original is None and not only.is_master:
            placement.placed.append(Placed(only, uid))
        else:
            _Series(uid, group, placement, window, unread).place(hidden.get(uid, ()))
    placement.placed.sort(key=lambda placed: placed.entry.number)
    return placement


def collect_placed(placement: Placement, result: ReadResult) -> None:
    """Put the placement into `result`: rows with their ids, expansions, faults and repeats."""
    for placed in placement.placed:
        row = len(result.rows)
        result.rows.append(placed.entry.row | {"source_event_id": placed.source_event_id})
        result.expansions += [(row, *occurrence) for occurrence in placed.expansions]
    result.faults += placement.faults
    result.repeats += placement.repeats


class _Series:
    """The entries that share one UID."""

    def __init__(
        self, uid: str, group: list[Entry], placement: Placement, window: Window, unread: Counter[str]
    ) -> None:
        self._uid, self._placement, self._window, self._unread = uid, placement, window, unread
        self._group = sorted(group, key=_rank, reverse=True)
        self._recurrences: dict[int, Recurrence] = {}
        self._taken: set[str] = set()

    def place(self, hidden: Iterable[Stamp]) -> None:
        masters = list(self._readable_masters())
        frame = self._recurrences[masters[0].number] if masters else None
        self._taken.update(_key(stamp, frame) for stamp in hidden)
        singles = self._distinct([entry for entry in self._group if not entry.is_master], frame)
        if not masters and len(singles) == 1 and singles[0][1].original is None:
            self._placement.placed.append(Placed(singles[0][1], self._uid))
            return
        for key, entry in singles:
            if entry.original is not None:
                entry.row["series_uid"] = self._uid
            self._placement.placed.append(Placed(entry, f"{self._uid}#{key}"))
        for _, master in self._distinct(masters, None, against_singles=False):
            self._place_master(master)

    def _readable_masters(self) -> Iterator[Entry]:
        for entry in self._group:
            if not entry.is_master:
                continue
            try:
                self._recurrences[entry.number] = Recurrence(entry)
                yield entry
            except EntryError as fault:
                self._placement.faults.append(fault.of(entry.record))

    def _distinct(
        self, entries: list[Entry], frame: Recurrence | None, against_singles: bool = True
    ) -> list[tuple[str, Entry]]:
        """(occurrence key, entry) of the best entry per occurrence; the others are repeats."""
        seen = self._taken if against_singles else set()
        found = []
        for entry in entries:
            key = _key(entry.original or entry.start, frame)
            if key in seen:
                self._placement.repeats += 1
                continue
            seen.add(key)
            found.append((key, entry))
        return found

    def _place_master(self, master: Entry) -> None:
        try:
            starts, first = self._expand(master)
        except (ValueError, OverflowError) as error:
            fault = EntryError("recurrence_unreadable", "RRULE", str(error))
            self._placement.faults.append(fault.of(master.record))
            return
        if first is None:
            fault = EntryError("no_occurrence", "EXDATE", "every occurrence is excluded")
            self._placement.faults.append(fault.of(master.record))
            return
        free = [(f"{self._uid}#{key}", at) for at in starts or [first] if self._take(key := _format(at, master.start))]
        if not free:
            self._placement.repeats += 1
            return
        self._placement.placed.append(self._spread(master, free))

    def _expand(self, master: Entry) -> tuple[list[datetime], datetime | None]:
        """The starts in the window, at most 800, and the first start of all."""
        recurrence = self._recurrences[master.number]
        starts = recurrence.within(self._window)
        if len(starts) > LARGEST_SERIES:
            self._unread["RRULE!capped"] += 1
        return starts[:LARGEST_SERIES], starts[0] if starts else recurrence.first()

    def _take(self, key: str) -> bool:
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def _spread(self, master: Entry, free: list[tuple[str, datetime]]) -> Placed:
        end: datetime | None = master.row.get("end_wall")
        length = None if end is None else end - master.start.wall
        spread = [(name, at, _end_after(at, length)) for name, at in free]
        name, start, finish = spread[0]
        master.row |= {"series_uid": self._uid, "start_wall": start}
        if end is not None:
            master.row["end_wall"] = finish
        return Placed(master, name, spread[1:])


def _end_after(start: datetime, length: timedelta | None) -> datetime | None:
    """The end of an occurrence; None where there is none, or none before the calendar ends in 9999."""
    try:
        return None if length is None else start + length
    except OverflowError:
        return None


def _rank(entry: Entry) -> tuple[int, datetime, int]:
    """Which of two statements of the same occurrence is newer: revision, update, later in the file."""
    return entry.row.get("revision") or 0, entry.row.get("source_updated_at") or _LONG_AGO, entry.number


def _key(stamp: Stamp, frame: Recurrence | None) -> str:
    return _format(stamp.wall, stamp) if frame is None else _format(frame.align(stamp), frame.start)


def _format(wall: datetime, stamp: Stamp) -> str:
    """YYYYMMDD of a date, YYYYMMDDTHHMMSS of a date-time (isoformat: strftime does not pad years)."""
    text = wall.isoformat(timespec="seconds").replace("-", "").replace(":", "")
    return text[:8] if stamp.is_date else text
