"""Comparing two states of a table row by row: which values differ, and which only aged."""

import polars as pl

from pulsecity_pipeline.contracts import Table

#: Suffix of a column as it was before, beside the same column now.
BEFORE = "__before"
#: One state seen at two times: what is scheduled and over is past.
_UNTROUBLED = ["scheduled", "past"]
_TIMES = ("starts_on", "starts_at", "starts_local", "ends_on", "ends_at", "ends_local")


def value_columns(table: type[Table], *frames: pl.DataFrame) -> list[str]:
    """Columns of the contract, in its order, that are neither key nor bookkeeping and that every frame has.

    Bytes are left out: tables that hold some are keyed by their hash. A column younger than an earlier publish is
    missing in its frame and says nothing yet.
    """
    return [
        name
        for name, dtype in table.polars_schema().items()
        if name not in (*table.key, *table.bookkeeping)
        and dtype != pl.Binary
        and all(name in frame.columns for frame in frames)
    ]


def pair_rows(table: type[Table], tonight: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Rows of keys that both have, in tonight's order: the key, and every value column now and as `…__before`."""
    names = [*table.key, *value_columns(table, tonight, before)]
    return tonight.select(names).join(
        before.select(names), on=list(table.key), suffix=BEFORE, how="inner", maintain_order="left"
    )


def differs(name: str) -> pl.Expr:
    """Whether a column of paired rows differs; null equals null."""
    return pl.col(name).ne_missing(pl.col(name + BEFORE))


def flag_changes(paired: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Paired rows → one Boolean column a name: the value is another, and not only because time went by."""
    aged = flag_ageing(paired, names)
    flags = paired.select(differs(name).alias(name) for name in names)
    return flags.with_columns(flags[name] & ~aged[name] for name in aged.columns)


def flag_ageing(paired: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Paired rows → `status` and `status_confidence`, as far as `names` have them: differs only by the course of time.

    The status aged where scheduled became past and no time was changed. How many listings agree on it moves along
    while they turn past one after another; where listings came or went, that is a change.
    """
    if not {"status", "starts_on"} <= set(names):
        return pl.DataFrame()
    same_times = ~pl.any_horizontal(differs(name) for name in _TIMES if name in names)
    is_past = (pl.col("status") == "past") & same_times
    aged = {"status": is_past & (pl.col("status" + BEFORE) == "scheduled")}
    if {"status_confidence", "listing_count"} <= set(names):
        stays = is_past & pl.col("status" + BEFORE).is_in(_UNTROUBLED) & ~differs("listing_count")
        aged["status_confidence"] = stays & differs("status_confidence")
    return paired.select(**aged)
