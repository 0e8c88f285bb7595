"""Listings of a calendar → its entries: one-offs, weekly series with their exceptions, and planted mistakes."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_share
from pulsecity_pipeline.sandbox.dialects.formats.calendar_publishers import Hand

#: One row of LISTING and what its entry has beside it: `uid`, and of a series `rule`, `recurrence_local`.
Entry = dict[str, Any]
_WEEK: Final = timedelta(days=7)
#: What tells an exceptional day of a series from the usual one.
_SHARED: Final = (
    "title", "description", "status", "is_date", "venue_name", "room", "address", "town", "attendance_mode",
    "organizer", "tags", "stated_timezone",
)  # fmt: skip


class Rule:
    """When a series takes place: weekly until its last day but on some, or on days that follow no rule."""

    def __init__(self, originals: list[datetime]) -> None:
        """`originals` are its starts, in order."""
        self.first, self.last = originals[0], originals[-1]
        self.is_weekly = all((at - self.first) % _WEEK == timedelta(0) for at in originals)
        self.others = originals[1:]

    @property
    def left_out(self) -> list[datetime]:
        """The starts of the weekly rule on which nothing takes place."""
        weeks = (self.last - self.first) // _WEEK if self.is_weekly else 0
        kept = set(self.others)
        return [at for n in range(1, weeks) if (at := self.first + n * _WEEK) not in kept]


def plan_entries(listings: pl.DataFrame, hand: Hand, *, writes_series: bool) -> list[Entry]:
    """The entries in the order of the listings, a series where its first one is, repeats and copies at the end.

    Adds to each row `uid_text` (what its id is made of), `rule` or `recurrence_local` of a series, and `mistake`.
    """
    marked = listings.with_columns(
        uid_text=pl.when(in_series(listings, writes_series)).then("series_native_id").otherwise("native_id"),
        mistake=draw_mistakes(listings, hand, writes_series=writes_series),
    )
    series: dict[str, list[Entry]] = {}
    entries: list[Entry] = []
    for row in marked.iter_rows(named=True):
        name = row["series_native_id"] if writes_series else None
        if name is None:
            entries.append(row)
        elif name in series:
            series[name].append(row)
        else:
            series[name] = [row]
            entries.append({"series": name})
    written = [
        one for entry in entries for one in (_write_series(series[entry["series"]]) if len(entry) == 1 else [entry])
    ]
    return written + [_repeat(entry) for entry in written if entry["mistake"] in ("repeat", "copy")]


def in_series(listings: pl.DataFrame, writes_series: bool) -> pl.Series:
    """Whether each listing is a day of a series that is written as one."""
    return listings["series_native_id"].is_not_null() & writes_series


def name_occurrences(listings: pl.DataFrame, uids: pl.Series, *, writes_series: bool) -> pl.Series:
    """The ids of listings as their calendar is read: of a day of a series with its original wall clock behind."""
    original = pl.coalesce("original_local", "starts_local")
    day = pl.when("is_date").then(original.dt.strftime("%Y%m%d")).otherwise(original.dt.strftime("%Y%m%dT%H%M%S"))
    named = pl.when(in_series(listings, writes_series)).then(uids + "#" + day).otherwise(uids)
    return listings.select(source_event_id=named).to_series()


def draw_mistakes(listings: pl.DataFrame, hand: Hand, *, writes_series: bool) -> pl.Series:
    """What is wrong with each entry that stands alone: no_start, no_title, wrong_duration, repeat, copy or null."""
    shares = draw_share(listings["listing_key"].to_numpy(), "mistake")
    kinds = {
        "no_start": hand.no_start_share,
        "no_title": hand.no_title_share,
        "wrong_duration": hand.wrong_duration_share,
        "repeat": hand.repeat_share,
        "copy": hand.copy_share,
    }
    edges = np.cumsum(list(kinds.values()))
    names = pl.Series([*kinds, None], dtype=pl.String()).gather(np.searchsorted(edges, shares, side="right"))
    alone = ~in_series(listings, writes_series) & ~listings["all_day"].fill_null(False)
    return pl.select(pl.when(alone).then(names)).to_series()


def _repeat(entry: Entry) -> Entry:
    return {**entry, "is_copy": entry["mistake"] == "copy"}


def _write_series(rows: list[Entry]) -> Iterable[Entry]:
    """The series as its usual day, then every day that differs."""
    rows = sorted(rows, key=_original)
    usual = _find_usual(rows)
    if usual is None:
        return [{**row, "recurrence_local": _original(row)} for row in rows]
    rule = Rule([_original(row) for row in rows])
    length = _length(usual)
    ends = None if length is None else rule.first + length
    master = {**usual, "starts_local": rule.first, "ends_local": ends, "rule": rule}
    exceptions = [row for row in rows if not _is_usual(row, usual)]
    return [master, *({**row, "recurrence_local": _original(row)} for row in exceptions)]


def _find_usual(rows: list[Entry]) -> Entry | None:
    """The first day that stands where the rule puts it and takes place; None where there is none."""
    regular = (row for row in rows if row["status"] == "scheduled" and row["starts_local"] == _original(row))
    return next(regular, None)


def _is_usual(row: Entry, usual: Entry) -> bool:
    is_there = row["starts_local"] == _original(row) and _length(row) == _length(usual)
    return is_there and all(row[name] == usual[name] for name in _SHARED)


def _length(row: Mapping[str, Any]) -> timedelta | None:
    return None if row["ends_local"] is None else row["ends_local"] - row["starts_local"]


def _original(row: Mapping[str, Any]) -> datetime:
    original: datetime = row["original_local"] or row["starts_local"]
    return original
