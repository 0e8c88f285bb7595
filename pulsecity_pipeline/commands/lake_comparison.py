"""Two lakes side by side: rows and digests of every reproducible table, and whether they are the same."""

from collections.abc import Collection

import polars as pl
from rich.console import Console
from rich.table import Table

from pulsecity_pipeline.contracts import Body, Page
from pulsecity_pipeline.store.hashing import hash_tables
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import select_build


def compare_lakes(old: Lake, old_build: pl.DataFrame, new: Lake, city_ids: Collection[str] | None) -> pl.DataFrame:
    """table_name, rows_before, rows_after, sha256_before, sha256_after, is_same (null where one cannot be read).

    `old_build` as of `select_build`, the new lake as it is published now; of some cities only, where given. Of raw what
    is kept today of the published nights: what has been dropped since is not missed.
    """
    builds = (_with_kept_raw(old, old_build), _with_kept_raw(new, select_build(new)))
    if city_ids is not None:
        builds = (builds[0].filter(_of(city_ids)), builds[1].filter(_of(city_ids)))
    before, after = (hash_tables(lake, build) for lake, build in zip((old, new), builds, strict=True))
    both = before.join(after, on="table_name", suffix="_after").rename(
        {"rows": "rows_before", "sha256": "sha256_before"}
    )
    return both.with_columns(is_same=pl.col("sha256_before") == pl.col("sha256_after")).sort("table_name")


def print_comparison(compared: pl.DataFrame) -> bool:
    """The closing table; True where no table differs. One that cannot be read is shown, and is no difference."""
    table = Table(title="rebuilt from raw", title_justify="left")
    for name in ("table", "rows before", "rows after", "sha256 after", ""):
        table.add_column(name, justify="right" if name.startswith("rows") else "left")
    for row in compared.iter_rows(named=True):
        counts = ["unreadable" if row[name] is None else f"{row[name]:,}" for name in ("rows_before", "rows_after")]
        verdict = {True: "same", False: "DIFFERS", None: "unknown"}[row["is_same"]]
        style = {True: None, False: "red", None: "yellow"}[row["is_same"]]
        table.add_row(row["table_name"], *counts, (row["sha256_after"] or "–")[:16], verdict, style=style)
    console = Console(width=120 if not Console().is_terminal else None)
    console.print(table)
    same = int(compared["is_same"].sum())
    console.print(f"{same} of {compared.height} tables have the same rows", highlight=False)
    return not (~compared["is_same"]).any()


def _with_kept_raw(lake: Lake, build: pl.DataFrame) -> pl.DataFrame:
    heads = {table.table: lake.version(table) for table in (Page, Body)}
    return build.with_columns(version=pl.col("table_name").replace_strict(heads, default=pl.col("version")))


def _of(city_ids: Collection[str]) -> pl.Expr:
    return pl.col("city_id").is_in(list(city_ids))
