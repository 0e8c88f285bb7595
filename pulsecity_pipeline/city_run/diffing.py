"""Diffing: a city's tables as they are about to be published, beside those published before."""

from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.city_run.resolving import gather_listings
from pulsecity_pipeline.contracts import (
    CITYLESS_TABLES,
    STORED_TABLES,
    Body,
    Page,
    PublishDiff,
    Published,
    RecordOutcome,
    RunCost,
    Table,
)
from pulsecity_pipeline.history.diffs import build_publish_diffs
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import latest_published, scan_published

#: Tables without a difference worth telling: what runs cost, what is published, and raw, whose rows retention drops and
#: a night that was taken back leaves behind; and those that are no city's.
UNTOLD: tuple[type[Table], ...] = (RunCost, Published, PublishDiff, RecordOutcome, Page, Body, *CITYLESS_TABLES)


def diff_publish(lake: Lake, *, city_id: str, night: date, at: datetime) -> pl.DataFrame:
    """What publishing the city's tables as they stand would change → ops.publish_diffs of the night."""
    published = latest_published(lake, before=night).filter(pl.col("city_id") == city_id)
    compared = published["night"].max()
    compared_night = compared if isinstance(compared, date) else None
    tables = [table for table in STORED_TABLES.values() if table not in UNTOLD]
    scans = [scan for table in tables for scan in _both(lake, table, city_id, night, compared_night)]
    frames = pl.collect_all(scans)
    return build_publish_diffs(
        dict(zip(tables, zip(frames[::2], frames[1::2], strict=True), strict=True)),
        city_id=city_id,
        night=night,
        compared_night=compared_night,
        at=at,
        listings=gather_listings(lake, city_id=city_id, night=night),
    )


def _both(
    lake: Lake, table: type[Table], city_id: str, night: date, compared_night: date | None
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """The city's rows now and as published before; of history tables those of the two nights."""
    now = lake.scan(table, partitions=[city_id], night=night if table.history else None)
    before = scan_published(lake, table, city_id=city_id, before=night)
    if table.history is not None:
        before = before.filter(pl.col(table.history).eq_missing(pl.lit(compared_night)))
    return now, before
