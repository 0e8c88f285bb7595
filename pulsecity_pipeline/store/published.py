"""What is published: recording a city's versions, and reading tables as they were published.

A night of a city holds while `ops.published` has rows of it that are not withdrawn; only what holds is seen here.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.config.cities import SHARED
from pulsecity_pipeline.contracts import STORED_TABLES, Listing, Published, Table
from pulsecity_pipeline.store.files import scan_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.snapshots import files_at

BUILD_COLUMNS = ("city_id", "table_name", "night", "version", "row_count")


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
    same night recorded is replaced, and a night withdrawn holds again. `at` is UTC. Returns the version of
    `ops.published`. Raises ValueError where the two mappings, or they and the contracts, name different tables.
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
            "withdrawn_at": None,
        },
        schema=Published.polars_schema(),
    )
    return lake.replace(Published, rows, partition=city_id, night=night)


def scan_held(
    lake: Lake,
    *,
    partitions: Collection[str] | None = None,
    version: int | None = None,
    up_to: date | None = None,
    before: date | None = None,
) -> pl.LazyFrame:
    """Rows of `ops.published` (nights <= `up_to`, < `before`) that are not withdrawn, at its head or a version."""
    version = lake.version(Published) if version is None else version
    held = lake.published.get(version, lambda: _read_held(lake, version))
    rows = held.lazy() if partitions is None else held.lazy().filter(pl.col("city_id").is_in(list(partitions)))
    if up_to is not None:
        rows = rows.filter(pl.col("night") <= up_to)
    return rows if before is None else rows.filter(pl.col("night") < before)


def _read_held(lake: Lake, version: int | None) -> pl.DataFrame:
    return lake.scan(Published, version=version).filter(pl.col("withdrawn_at").is_null()).collect()


def latest_published(lake: Lake, *, up_to: date | None = None, before: date | None = None) -> pl.DataFrame:
    """Per city and table the row of `ops.published` with the latest night that holds, sorted by both.

    Of nights <= `up_to` and < `before`; withdrawn nights count as if they had never been.
    """
    return _latest(scan_held(lake, up_to=up_to, before=before).collect())


def published_nights(lake: Lake) -> pl.DataFrame:
    """What is published and holds: city_id, night, table_name, row_count; sorted by night, city and table."""
    columns = ["night", "city_id", "table_name"]
    return scan_held(lake).select(*columns, "row_count").sort(columns).collect()


def select_build(lake: Lake, *, up_to: date | None = None) -> pl.DataFrame:
    """`latest_published`, and with it `ops.published` itself at one version, so that a build is told by one frame.

    Columns: BUILD_COLUMNS, sorted by the first two.
    """
    version = lake.version(Published)
    rows = scan_held(lake, version=version, up_to=up_to).collect()
    itself = (
        rows.group_by("city_id")
        .agg(pl.lit(Published.table).alias("table_name"), pl.max("night"), pl.len().cast(pl.Int64).alias("row_count"))
        .with_columns(version=pl.lit(version, dtype=pl.Int64))
    )
    return pl.concat([frame.select(BUILD_COLUMNS) for frame in (_latest(rows), itself)]).sort(BUILD_COLUMNS[:2])


def build_nights(lake: Lake, build: pl.DataFrame) -> pl.DataFrame:
    """The nights that hold in a build (of `select_build`): columns city_id, night, sorted.

    A history table's row is seen only if its city and night are here and its night is not after the build's own for
    the city and table: a version may hold nights that failed, were withdrawn, or were run again later.
    """
    itself = build.filter(pl.col("table_name") == Published.table).select("city_id", "version", last="night")
    if itself.is_empty():
        return Published.empty().select("city_id", "night")
    held = scan_held(lake, version=itself.item(0, "version")).select("city_id", "night").unique()
    nights = held.join(itself.lazy(), on="city_id").filter(pl.col("night") <= pl.col("last"))
    return nights.select("city_id", "night").sort("city_id", "night").collect()


def visible_nights(nights: pl.DataFrame, build: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    """Of `build_nights` those that a history table's rows may be of; columns are its partition and its night."""
    last = build.filter(pl.col("table_name") == table.table).select("city_id", last="night")
    seen = nights.join(last, on="city_id").filter(pl.col("night") <= pl.col("last"))
    return seen.select(pl.col("city_id").alias(table.partition), pl.col("night").alias(table.history or "night"))


def published_files(lake: Lake, table: type[Table], build: pl.DataFrame) -> list[str]:
    """The data files a build (of `select_build`) reads of a table, each city's at its own version, sorted."""
    chosen = build.filter(pl.col("table_name") == table.table)
    return files_at(lake, table, dict(chosen.select("city_id", "version").iter_rows()))


def scan_published(
    lake: Lake, table: type[Table], *, city_id: str, before: date | None = None, up_to: date | None = None
) -> pl.LazyFrame:
    """The city's rows of a table as last published; the contract's empty frame where it never was.

    Of a history table only nights that hold, up to the one last published: a version may also have rows of nights that
    failed, were withdrawn, or were run again after them.
    """
    held = scan_held(lake, partitions=[city_id], before=before, up_to=up_to).collect()
    row = _latest(held.filter(pl.col("table_name") == table.table))
    if row.is_empty():
        return table.empty().lazy()
    rows = lake.scan(table, partitions=[city_id], version=row.item(0, "version"))
    if table.history is None:
        return rows
    nights = held.filter(pl.col("night") <= row.item(0, "night"))["night"].unique().sort()
    return rows.filter(pl.col(table.history).is_in(nights.to_list()))


def scan_neighbours(
    lake: Lake, *, city_id: str, before: date | None = None, up_to: date | None = None, first: date | None = None
) -> pl.LazyFrame:
    """Listings of events in `city_id` that other cities' runs have pulled, as those cities last published them.

    Rows of `clean.listings` with pull_city_id != city_id and city_id == city_id. Each other city is read at its own
    published version, its partition only, cities published without rows not at all; `files_at` opens one version for
    all that are unchanged in it, and all files make one scan. `shared`, which runs before all cities, is read up to the
    night `first`. With `before` = the night, the result does not depend on
    the order in which cities run that night.
    """
    shared = latest_published(lake, up_to=first).filter(pl.col("city_id") == SHARED) if first else Published.empty()
    others = latest_published(lake, before=before, up_to=up_to).filter(
        ~pl.col("city_id").is_in(shared["city_id"].implode())
    )
    published = pl.concat([others, shared]).filter(
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
    chosen = select_build(lake, up_to=up_to) if build is None else build
    rows = scan_files(table, published_files(lake, table, chosen), lake.storage_options)
    if table.history is None:
        return rows
    seen = visible_nights(build_nights(lake, chosen), chosen, table)
    return rows.join(seen.lazy(), on=[table.partition, table.history], how="semi")


def count_rows(lake: Lake, tables: Iterable[type[Table]], *, city_id: str) -> dict[str, int]:
    """Rows of the city at the head, by dotted name; only file ends are read."""
    found = {table.table: lake.scan(table, partitions=[city_id]).select(pl.len()) for table in tables}
    return {name: int(count.item()) for name, count in zip(found, pl.collect_all(found.values()), strict=True)}


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    chosen = rows.sort("night").unique(["city_id", "table_name"], keep="last", maintain_order=True)
    return chosen.sort("city_id", "table_name")
