"""Copying published state from one lake into another, as what later nights start from."""

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Body, Listing, Page, Published, Table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import (
    count_rows,
    latest_published,
    publish_city,
    scan_all_published,
    scan_held,
    select_build,
)
from pulsecity_pipeline.store.retention import witness_nights

#: Taken over as they are kept today, not as they were published: raw is appended to, and dropped where nobody needs it.
_RAW: tuple[type[Table], ...] = (Page, Body)


def copy_published(
    lake: Lake, into: Lake, *, city_ids: Collection[str] | None = None, up_to: date | None = None
) -> list[str]:
    """Copy every table of the cities (default: all) as last published (nights <= `up_to`), and publish it in `into`.

    History tables end with each city's published night. Pages and bodies are copied as they are kept today, up to the
    same night, also of a city that was not published by then. Returns the city ids published, sorted. Raises as
    `Lake.replace`, and OSError or DeltaError where files of that state are no longer there.
    """
    # With ops.published among them: it says which nights of a history table are to be seen.
    seen: list[type[Table]] = [*_copied(), Published]
    build = select_build(lake, up_to=up_to).filter(pl.col("table_name").is_in([table.table for table in seen]))
    chosen = build if city_ids is None else build.filter(pl.col("city_id").is_in(list(city_ids)))
    copied = chosen["city_id"].unique().sort().to_list()
    _copy_raw(lake, into, city_ids, up_to)
    for table in _copied():
        for city_id in copied:
            names = [table.table, Published.table]
            of_city = chosen.filter(pl.col("city_id") == city_id, pl.col("table_name").is_in(names))
            if table.table in of_city["table_name"].to_list():
                _put(into, table, scan_all_published(lake, table, build=of_city).collect(), city_id)
    _publish_as(lake, into, copied, up_to, [*_copied(), *_RAW])
    return copied


def copy_visitors(lake: Lake, into: Lake, *, city_ids: Collection[str], up_to: date) -> None:
    """Copy the listings of events in `city_ids` that other cities' runs have pulled, as published by night `up_to`.

    What a rebuild of some cities needs of the others: they stand in `into` as published on their own last night.
    """
    build = select_build(lake, up_to=up_to).filter(
        pl.col("table_name") == Listing.table, ~pl.col("city_id").is_in(list(city_ids)), pl.col("row_count") > 0
    )
    rows = scan_all_published(lake, Listing, build=build).filter(pl.col("city_id").is_in(list(city_ids))).collect()
    before = into.scan(Listing).select("pull_city_id").collect()["pull_city_id"]
    # Those that came before and come no longer are put as well, without rows.
    visited_by = sorted({*rows["pull_city_id"], *before} - set(city_ids))
    for city_id in visited_by:
        _put(into, Listing, rows.filter(pl.col("pull_city_id") == city_id), city_id)
    _publish_as(lake, into, visited_by, up_to, [Listing])


def _copied() -> list[type[Table]]:
    return [table for table in STORED_TABLES.values() if table is not Published and table not in _RAW]


def _copy_raw(lake: Lake, into: Lake, city_ids: Collection[str] | None, up_to: date | None) -> None:
    kept = lake.scan(Page, partitions=city_ids)
    pages = (kept if up_to is None else kept.filter(pl.col("night") <= up_to)).collect()
    for (city_id,), of_city in pages.group_by("pull_city_id", maintain_order=True):
        needed = of_city["body_sha256"].drop_nulls().unique().implode()
        bodies = lake.scan(Body, partitions=[str(city_id)]).filter(pl.col("body_sha256").is_in(needed)).collect()
        _put(into, Body, bodies, str(city_id))
        _put(into, Page, of_city, str(city_id))


def _put(into: Lake, table: type[Table], rows: pl.DataFrame, city_id: str) -> None:
    if table.history is None:
        into.replace(table, rows, partition=city_id)
    else:
        into.append_missing(table, rows, partition=city_id)


def _publish_as(
    lake: Lake, into: Lake, city_ids: Collection[str], up_to: date | None, tables: Collection[type[Table]]
) -> None:
    """Publish what has been copied of the cities, by the night, run and moment of the lake it comes from."""
    versions = {table: version for table in tables if (version := into.version(table)) is not None}
    published = latest_published(lake, up_to=up_to).filter(
        pl.col("city_id").is_in(list(city_ids)), pl.col("table_name").is_in([table.table for table in versions])
    )
    for (city_id, night), rows in published.group_by("city_id", "night", maintain_order=True):
        assert isinstance(night, date)
        counts = count_rows(into, versions, city_id=str(city_id))
        names = {name: version for table, version in versions.items() if (name := table.table) in rows["table_name"]}
        publish_city(
            into,
            city_id=str(city_id),
            night=night,
            versions=names,
            row_counts={name: counts[name] for name in names},
            run_id=rows.item(0, "run_id"),
            at=rows.item(0, "published_at"),
        )
    _witness_earlier(lake, into, published, versions)


def _witness_earlier(lake: Lake, into: Lake, published: pl.DataFrame, versions: Mapping[type[Table], int]) -> None:
    """Say of each earlier night that it was published, by one history table: of others histories show nothing."""
    histories = sorted(table.table for table in versions if table.history)
    latest = published.group_by("city_id").agg(last="night").explode("last").unique().lazy()
    earlier = scan_held(lake).join(latest, on="city_id").filter(pl.col("night") < pl.col("last")).collect()
    for row in witness_nights(earlier).iter_rows(named=True) if histories else ():
        publish_city(
            into,
            city_id=row["city_id"],
            night=row["night"],
            versions={histories[0]: versions[STORED_TABLES[histories[0]]]},
            row_counts={histories[0]: 0},
            run_id=row["run_id"],
            at=row["published_at"],
        )
