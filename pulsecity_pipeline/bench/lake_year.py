"""The lake over hundreds of nights of one city: what a night costs and what is on the disk, under maintenance."""

import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from pulsecity_pipeline.config.retention import RetentionPolicy
from pulsecity_pipeline.contracts import (
    Body,
    CityDay,
    CityPulse,
    Event,
    EventFeatures,
    EventListing,
    Listing,
    Page,
    RankedEvent,
    RunCost,
    SourceHealth,
    Table,
    Venue,
)
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.maintenance import run_maintenance
from pulsecity_pipeline.store.published import publish_city, scan_published

CITY = "us-ca-davis"
FIRST_NIGHT = date(2026, 1, 1)
#: Small, but of every kind: current state, history, and raw.
TABLES: tuple[type[Table], ...] = (
    *(Page, Body, Listing, SourceHealth, Event, Venue, EventListing),
    *(EventFeatures, CityDay, CityPulse, RankedEvent, RunCost),
)
FEEDS = 3
ROWS = 20
#: One row per night. `seconds`, `cpu_seconds`: reading the night before, writing and publishing;
#: `maintenance_seconds` null where none was due; files and bytes after the night, all tables together.
LAKE_NIGHTS = pl.Schema(
    {
        "number": pl.Int64(),
        "seconds": pl.Float64(),
        "cpu_seconds": pl.Float64(),
        "maintenance_seconds": pl.Float64(),
        "data_files": pl.Int64(),
        "log_files": pl.Int64(),
        "bytes": pl.Int64(),
    }
)


def simulate_nights(
    folder: Path,
    *,
    nights: int,
    policy: RetentionPolicy,
    now: datetime,
    every: int = 7,
    tables: Sequence[type[Table]] = TABLES,
    report: Callable[[int], None] = lambda number: None,
) -> pl.DataFrame:
    """Publish `nights` nights into an empty lake at `folder`, maintained after each `every` of them; LAKE_NIGHTS."""
    lake = Lake(folder)
    rows: list[dict[str, object]] = []
    for number in range(1, nights + 1):
        report(number)
        spent, cpu_spent = _time(partial(_run_night, lake, number, tables))
        is_due = number % every == 0
        maintained, _ = _time(lambda: run_maintenance(lake, policy, now=now)) if is_due else (None, None)
        measured = {"seconds": spent, "cpu_seconds": cpu_spent, "maintenance_seconds": maintained}
        rows.append({"number": number, **measured, **_measure(folder)})
    return pl.DataFrame(rows, schema=LAKE_NIGHTS)


def _time(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of `work`."""
    started, cpu_started = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - cpu_started


def _run_night(lake: Lake, number: int, tables: Sequence[type[Table]]) -> None:
    night = FIRST_NIGHT + timedelta(days=number)
    for table in tables:
        if table.history is None and table is not Body:
            scan_published(lake, table, city_id=CITY, before=night).collect()
    versions = {table.table: _write(lake, table, night, number) for table in tables}
    at = datetime.combine(night, datetime.min.time(), UTC)
    counts = dict.fromkeys(versions, ROWS)
    publish_city(lake, city_id=CITY, night=night, versions=versions, row_counts=counts, run_id=str(number), at=at)


def _write(lake: Lake, table: type[Table], night: date, number: int) -> int:
    rows = make_rows(table, night, number)
    if table is Body:
        return lake.append_missing(table, rows, partition=CITY)
    return lake.replace(table, rows, partition=CITY, night=night)


def make_rows(table: type[Table], night: date, number: int) -> pl.DataFrame:
    """Rows of one night: the contract's example again and again; pages and bodies differ, one feed in three moves."""
    example = {name: (field.examples or [None])[0] for name, field in table.model_fields.items()}
    row = table.model_validate(example | {table.partition: CITY}).model_dump()
    count = FEEDS if table in (Page, Body) else ROWS
    frame = pl.DataFrame([row] * count, schema=table.polars_schema()).with_row_index("place")
    hashes = [_hash(feed, number if feed == 0 else 0) for feed in range(count)]
    if table is Page:
        url = pl.concat_str(pl.lit("https://feeds.example/"), "place")
        frame = frame.with_columns(_page_ids(number), url=url, body_sha256=pl.Series(hashes))
    if table is Body:
        frame = frame.with_columns(body_sha256=pl.Series(hashes), body=pl.Series(hashes).cast(pl.Binary))
    if table.history is not None:
        frame = frame.with_columns(pl.lit(night).alias(table.history))
    return frame.drop("place")


def _page_ids(number: int) -> pl.Series:
    letters = "abcdefghijklmnopqrstuvwxyz"
    tail = f"{letters[number // 676]}{letters[number // 26 % 26]}{letters[number % 26]}"
    return pl.Series("page_id", [f"pag_{'a' * 12}{letters[feed]}{tail}" for feed in range(FEEDS)])


def _hash(feed: int, number: int) -> str:
    return hashlib.sha256(f"{feed}/{number}".encode()).hexdigest()


def _measure(folder: Path) -> dict[str, int]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    log = [path for path in files if path.parent.name == "_delta_log"]
    data = [path for path in files if path.suffix == ".parquet" and path.parent.name != "_delta_log"]
    return {"data_files": len(data), "log_files": len(log), "bytes": sum(path.stat().st_size for path in files)}
