"""From wall clocks to instants and back, one vectorised step for each distinct zone; gaps and folds are flagged."""

from collections.abc import Callable

import polars as pl

_ROW = "_row"


def to_instants(walls: pl.DataFrame) -> pl.DataFrame:
    """Wall clocks as instants. In: wall, clock_zone, offset_minutes; out, row by row: at (UTC), clock_flag.

    A wall clock that a zone skips in spring moves forward by the gap (RFC 5545, 3.3.5: the offset before the gap
    holds): flag `dst_gap`. One that happens twice in autumn is the earlier: flag `dst_fold`. Zone rules beyond 2099
    are those of winter time, as Polars ends its tables there.
    """
    fixed = (pl.col("wall") - pl.duration(minutes=pl.col("offset_minutes"))).dt.replace_time_zone("UTC")
    numbered = walls.with_columns(at=fixed, clock_flag=pl.lit(None, pl.String))
    return _by_zone(numbered, "clock_zone", _to_instant).select("at", "clock_flag")


def to_walls(instants: pl.DataFrame) -> pl.Series:
    """Instants (column at) on the wall clock of the zone beside them (column zone); null where either is."""
    numbered = instants.with_columns(wall=pl.lit(None, pl.Datetime("us")))
    return _by_zone(
        numbered,
        "zone",
        lambda zone: [pl.col("at").dt.convert_time_zone(zone).dt.replace_time_zone(None).alias("wall")],
    )["wall"]


def _to_instant(zone: str) -> list[pl.Expr]:
    wall = pl.col("wall")
    earliest, latest = (
        wall.dt.replace_time_zone(zone, ambiguous=choice, non_existent="null").dt.convert_time_zone("UTC")
        for choice in ("earliest", "latest")
    )
    # A day before no zone is in the same gap; an hour more, because one island once skipped a whole day.
    margin = pl.duration(hours=25)
    before = (wall - margin).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    shifted = before.dt.convert_time_zone("UTC") + margin
    flag = (
        pl.when(wall.is_not_null() & earliest.is_null())
        .then(pl.lit("dst_gap"))
        .when(earliest != latest)
        .then(pl.lit("dst_fold"))
    )
    return [pl.coalesce(earliest, shifted).alias("at"), flag.alias("clock_flag")]


def _by_zone(frame: pl.DataFrame, column: str, derive: Callable[[str], list[pl.Expr]]) -> pl.DataFrame:
    """`frame` with what `derive` makes for each zone; rows without a zone stay as they are; order is kept."""
    if frame.is_empty():
        return frame
    parts = frame.with_row_index(_ROW).partition_by(column, as_dict=True)
    done = [part if zone is None else part.with_columns(derive(str(zone))) for (zone,), part in parts.items()]
    return pl.concat(done).sort(_ROW).drop(_ROW)
