"""Storing: the days of a run into the lake, each in a commit of its own, and then its versions as published."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import SIGNAL_TABLES, InteractionDrop, InteractionReject, Table
from pulsecity_pipeline.contracts.interactions import SIGNAL
from pulsecity_pipeline.interactions.intake import Intake
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import count_rows, publish_city, scan_held, scan_published


def store_intake(lake: Lake, intake: Intake) -> None:
    """Write what is new: of the day tables each day in `intake.days` whole, and no other; tables side by side."""
    with ThreadPoolExecutor(len(SIGNAL_TABLES), thread_name_prefix="write") as pool:
        list(pool.map(lambda table: _store(lake, table, intake.frames[table], intake.days), SIGNAL_TABLES))


def _store(lake: Lake, table: type[Table], frame: pl.DataFrame, days: Sequence[date]) -> None:
    if table.history is None:
        held = scan_published(lake, table, city_id=SIGNAL).collect()
        # Also where nothing is new: what a killed run has left here would be published as if it had been finished.
        if frame.height or lake.scan(table, partitions=[SIGNAL]).select(pl.len()).collect().item() != held.height:
            lake.replace(table, pl.concat([held, frame]), partition=SIGNAL)
        return
    by_day = frame.partition_by(table.history, as_dict=True)
    for day in days:
        lake.replace(table, by_day.get((day,), table.empty()), partition=SIGNAL, night=day)


def publish_intake(lake: Lake, days: Sequence[date], *, night: date, run_id: str, at: datetime) -> list[date]:
    """Publish the days, and with them the last days of all, for what stands last is what is read; the nights in order.

    A day is a night of `ops.published`: rows of other days are not seen. The last day is published last, so that a
    run that is killed meanwhile has published nothing that is not whole.
    """
    held = scan_held(lake, partitions=[SIGNAL]).select(pl.col("night").unique()).collect()["night"].to_list()
    known = {*held, *days} or {night}
    last = {max(known), max((day for day in known if day <= night), default=max(known))}
    versions = {table: version for table in SIGNAL_TABLES if (version := lake.version(table)) is not None}
    counts = count_rows(lake, versions, city_id=SIGNAL)
    named = {table.table: version for table, version in versions.items()}
    nights = sorted({*days, *last})
    for day in nights:
        publish_city(lake, city_id=SIGNAL, night=day, versions=named, row_counts=counts, run_id=run_id, at=at)
    return nights


def new_rows(intake: Intake) -> dict[str, int]:
    """The figures of a run: drops, skipped, rows, accepted, rejects, repeats, days."""
    drops = intake.frames[InteractionDrop]
    counted = {name: int(drops[name].sum()) for name in ("rows", "accepted", "rejects", "repeats")}
    return {"drops": drops.height, "skipped": intake.skipped, **counted, "days": len(intake.days)}


def find_imbalance(intake: Intake) -> list[str]:
    """What does not add up, in words: rows = accepted + rejects + repeats, drop by drop and in all."""
    drops = intake.frames[InteractionDrop]
    told = drops.filter(pl.col("rows") != pl.col("accepted") + pl.col("rejects") + pl.col("repeats"))[
        "source"
    ].to_list()
    if drops["accepted"].sum() != intake.fresh:
        told.append(f"accepted: {drops['accepted'].sum()} by drops, {intake.fresh} new interactions")
    if drops["rejects"].sum() != intake.frames[InteractionReject].height:
        told.append(f"rejects: {drops['rejects'].sum()} by drops, {intake.frames[InteractionReject].height} rows")
    return told
