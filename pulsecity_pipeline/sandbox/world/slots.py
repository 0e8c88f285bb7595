"""When things take place: the one-offs of each week and the occurrences of weekly series, as keys and dates.

Everything is drawn from what it is (organiser, kind, week, slot), so that the worlds of two nights share what both
cover; a world is no diary that is written on.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_share
from pulsecity_pipeline.sandbox.world.vocabulary import load_organiser_kinds

#: A Monday to count weeks from.
EPOCH: Final = date(2020, 1, 6)
SEASON_WEEKS: Final = 26
DAYS_BACK, DAYS_AHEAD = 30, 250
_SKIPPED_SHARE = 0.06


def week_of(day: date) -> int:
    """The number of the week a day lies in."""
    return (day - EPOCH).days // 7


def draw_slots(organisers: pl.DataFrame, night: date) -> pl.DataFrame:
    """One row per time something is planned, from 30 days before to 250 days after the night; series from their start.

    Columns: organiser (row number), kind, week, slot, key (of the occurrence), subject_key (of what it is: the same
    for all occurrences of a series, and for a run of a play), series_key (null for one-offs), series_from, series_until
    (weeks). Unsorted.
    """
    first, last = week_of(night - timedelta(days=DAYS_BACK)), week_of(night + timedelta(days=DAYS_AHEAD))
    parts: list[pl.DataFrame] = []
    kinds = load_organiser_kinds()
    numbered = organisers.with_row_index("organiser").group_by("kind", maintain_order=True)
    for (organiser_kind,), members in numbered:
        for kind, (weekly, series) in kinds[str(organiser_kind)].lines.items():
            parts += _one_offs(members, kind, weekly, first, last)
            parts += _series(members, kind, series, first - SEASON_WEEKS, last)
    return pl.concat(parts)


def _one_offs(members: pl.DataFrame, kind: str, weekly: float, first: int, last: int) -> list[pl.DataFrame]:
    """`weekly` of them on average: each slot of a week is filled or not."""
    if weekly <= 0:
        return []
    slots = int(np.ceil(weekly)) + (weekly > 0.5)
    grid = _grid(members, kind, "one_off", first, last, slots)
    keys = derive_keys(grid["line_key"].to_numpy(), grid["week"].to_numpy(), grid["slot"].to_numpy())
    run = derive_keys(grid["line_key"].to_numpy(), "run", grid["week"].to_numpy() // 3)
    found = grid.with_columns(
        key=keys, subject_key=run if kind == "play" else keys, series_key=pl.lit(None, dtype=pl.UInt64)
    ).with_columns(series_from=pl.lit(None, dtype=pl.Int64), series_until=pl.lit(None, dtype=pl.Int64))
    return [_columns(found.filter(pl.Series(draw_share(keys, "filled") < weekly / slots)))]


def _series(members: pl.DataFrame, kind: str, count: float, first: int, last: int) -> list[pl.DataFrame]:
    """`count` weekly series on average at any time, each of a season; half of the slots begin mid-season."""
    if count <= 0:
        return []
    slots = int(np.ceil(count))
    grid = _grid(members, kind, "series", first, last, slots)
    turn = (grid["slot"].to_numpy() % 2) * (SEASON_WEEKS // 2)
    season = (grid["week"].to_numpy() + turn) // SEASON_WEEKS
    series = derive_keys(grid["line_key"].to_numpy(), grid["slot"].to_numpy(), "season", season)
    keys = derive_keys(series, grid["week"].to_numpy())
    begins = season * SEASON_WEEKS - turn
    found = grid.with_columns(key=keys, subject_key=series, series_key=series).with_columns(
        series_from=begins, series_until=begins + SEASON_WEEKS - 1
    )
    is_held = (draw_share(series, "filled") < count / slots) & (draw_share(keys, "skipped") >= _SKIPPED_SHARE)
    return [_columns(found.filter(pl.Series(is_held)))]


def _grid(members: pl.DataFrame, kind: str, what: str, first: int, last: int, slots: int) -> pl.DataFrame:
    lines = members.select("organiser").with_columns(
        kind=pl.lit(kind), line_key=pl.Series(derive_keys(members["key"].to_numpy(), kind, what))
    )
    weeks = pl.DataFrame({"week": pl.int_range(first, last + 1, eager=True)})
    return lines.join(weeks, how="cross").join(pl.DataFrame({"slot": pl.int_range(0, slots, eager=True)}), how="cross")


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "organiser", "kind", "week", "slot", "key", "subject_key", "series_key", "series_from", "series_until"
    )
