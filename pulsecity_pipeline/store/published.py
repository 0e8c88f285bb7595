"""What is published: recording a city's versions, and reading tables as they were published."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Listing, Published, Table
from pulsecity_pipeline.store.files import scan_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.snapshots import files_at


def publish_city(
    lake: Lake,
    *,
    city_id: str,
    night: date,
    versions: Mapping[str, int],
    row_counts: Mapping[str, int],
    run_id: str,
    at: datetime,
) -> int:
    """Record that the city's tables of the night are these versions: one commit, all tables or none.

    `versions` and `row_counts` go by dotted table name and hold every table of the run; what an earlier run of the
    same night recorded is replaced. `at` is UTC. Returns the version of `ops.published`. Raises ValueError where the
    two mappings, or they and the contracts, name different tables.
    """
    if versions.keys() != row_counts.keys() or not versions.keys() <= STORED_TABLES.keys():
        named = sorted(versions.keys() ^ row_counts.keys() | versions.keys() - STORED_TABLES.keys())
        raise ValueError(f"publishing {city_id}: no version, no row count or no contract for {', '.join(named)}")
    names = sorted(versions)
    rows = pl.DataFrame(
        {
            "city_id": city_id,
            "night": night,
            "table_name": names,
            "version": [versions[name] for name in names],
            "row_count": [row_counts[name] for name in names],
            "run_id": run_id,
            "published_at": at,
        },
        schema=Published.polars_schema(),
    )
    return lake.replace(Published, rows, partition=city_id, night=night)


def latest_published(lake: Lake, *, up_to: date | None = None, before: date | None = None) -> pl.DataFrame:
    """Per city and table the row of `ops.published` with the latest night (<= `up_to`, < `before`), sorted by both."""
    return _latest(lake.scan(Published), up_to, before)


def published_nights(lake: Lake) -> pl.DataFrame:
    """What has been published: city_id, night, table_name, row_count; sorted by night, city and table."""
    columns = ["night", "city_id", "table_name"]
    return _until(lake.scan(Published), None, None).select(*columns, "row_count").sort(columns).collect()


def select_build(lake: Lake, *, up_to: date | None = None) -> pl.DataFrame:
    """`latest_published`, and with it `ops.published` itself at one version, so that a build is told by one frame.

    Columns: city_id, table_name, night, version, row_count, sorted by the first two.
    """
    version = lake.version(Published)
    rows = lake.scan(Published, version=version)
    itself = (
        _until(rows, up_to, None)
        .group_by("city_id")
        .agg(pl.lit(Published.table).alias("table_name"), pl.max("night"), pl.len().cast(pl.Int64).alias("row_count"))
        .with_columns(version=pl.lit(version, dtype=pl.Int64))
        .collect()
    )
    columns = ["city_id", "table_name", "night", "version", "row_count"]
    return pl.concat([_latest(rows, up_to, None).select(columns), itself.select(columns)]).sort(columns[:2])


def scan_published(
    lake: Lake, table: type[Table], *, city_id: str, before: date | None = None, up_to: date | None = None
) -> pl.LazyFrame:
    """The city's rows of a table as last published; the contract's empty frame where it never was.

    A history table ends with the night published: a version may also hold later nights, where that night was run
    again after them.
    """
    published = latest_published(lake, before=before, up_to=up_to)
    row = published.filter(pl.col("city_id") == city_id, pl.col("table_name") == table.table)
    if row.is_empty():
        return table.empty().lazy()
    rows = lake.scan(table, partitions=[city_id], version=row.item(0, "version"))
    return rows if table.history is None else rows.filter(pl.col(table.history) <= row.item(0, "night"))


def scan_neighbours(lake: Lake, *, city_id: str, before: date | None = None, up_to: date | None = None) -> pl.LazyFrame:
    """Listings of events in `city_id` that other cities' runs have pulled, as those cities last published them.

    Rows of `clean.listings` with pull_city_id != city_id and city_id == city_id. Each other city is read at its own
    published version, its partition only, cities published without rows not at all; `files_at` opens one version for
    all that are unchanged in it, and all files make one scan. With `before` = the night, the result does not depend on
    the order in which cities run that night.
    """
    published = latest_published(lake, before=before, up_to=up_to).filter(
        pl.col("table_name") == Listing.table, pl.col("city_id") != city_id, pl.col("row_count") > 0
    )
    files = files_at(lake, Listing, dict(published.select("city_id", "version").iter_rows()))
    return scan_files(Listing, files, lake.storage_options).filter(pl.col("city_id") == city_id)


def scan_all_published(
    lake: Lake, table: type[Table], *, up_to: date | None = None, build: pl.DataFrame | None = None
) -> pl.LazyFrame:
    """Every city's rows of a table as last published (nights <= `up_to`); `ops.published` itself among the tables.

    The same rows that the warehouse holds. `build` (of `select_build`) pins what is published, for several reads that
    must agree while cities go on publishing.
    """
    chosen = (select_build(lake, up_to=up_to) if build is None else build).filter(pl.col("table_name") == table.table)
    files = files_at(lake, table, dict(chosen.select("city_id", "version").iter_rows()))
    rows = scan_files(table, files, lake.storage_options)
    if table.history is None:
        return rows
    last_nights = chosen.lazy().select(pl.col("city_id").alias(table.partition), pl.col("night").alias("last_night"))
    return (
        rows.join(last_nights, on=table.partition)
        .filter(pl.col(table.history) <= pl.col("last_night"))
        .drop("last_night")
    )


def count_rows(lake: Lake, tables: Iterable[type[Table]], *, city_id: str) -> dict[str, int]:
    """Rows of the city at the head, by dotted name, of every table that the lake has; only file ends are read."""
    return {
        table.table: int(lake.scan(table, partitions=[city_id]).select(pl.len()).collect().item())
        for table in tables
        if lake.version(table) is not None
    }


def _latest(rows: pl.LazyFrame, up_to: date | None, before: date | None) -> pl.DataFrame:
    chosen = (
        _until(rows, up_to, before).sort("night").unique(["city_id", "table_name"], keep="last", maintain_order=True)
    )
    return chosen.sort("city_id", "table_name").collect()


def _until(rows: pl.LazyFrame, up_to: date | None, before: date | None) -> pl.LazyFrame:
    if up_to is not None:
        rows = rows.filter(pl.col("night") <= up_to)
    return rows if before is None else rows.filter(pl.col("night") < before)
