"""Maintenance: rows past their retention, small files, unneeded files and old log entries, table after table."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl
from deltalake.exceptions import DeltaError
from filelock import FileLock, Timeout

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.retention import RetentionPolicy
from pulsecity_pipeline.contracts import STORED_TABLES, Body, Page, Published, Table
from pulsecity_pipeline.store.cleaning import clean_log, sweep_staged, vacuum_table, write_checkpoint
from pulsecity_pipeline.store.compaction import compact_table
from pulsecity_pipeline.store.dropping import drop_old_rows
from pulsecity_pipeline.store.errors import StorageError
from pulsecity_pipeline.store.lake import Lake, require_writable
from pulsecity_pipeline.store.location import table_folder
from pulsecity_pipeline.store.orphans import size_of
from pulsecity_pipeline.store.retention import choose_versions, kept_publications

#: One row per table of the lake. `kept_versions`: recorded versions and the head; `compacted`: partitions whose small
#: files were put together; log and data files and bytes on the disk before and after (null on an object store);
#: `removed_files`: data files removed; `problem`: why this table was left alone, else null.
MAINTENANCE = pl.Schema(
    {
        "table_name": pl.String(),
        "kept_versions": pl.Int64(),
        "dropped_rows": pl.Int64(),
        "compacted": pl.Int64(),
        "removed_files": pl.Int64(),
        "log_files_before": pl.Int64(),
        "log_files_after": pl.Int64(),
        "data_files_before": pl.Int64(),
        "data_files_after": pl.Int64(),
        "bytes_before": pl.Int64(),
        "bytes_after": pl.Int64(),
        "seconds": pl.Float64(),
        "problem": pl.String(),
    }
)


def run_maintenance(
    lake: Lake,
    policy: RetentionPolicy,
    *,
    now: datetime,
    dry_run: bool = False,
    report: Callable[[str], None] = lambda table_name: None,
) -> pl.DataFrame:
    """Keep the lake small: MAINTENANCE, sorted by table name. Safe beside runs and readers, and to repeat when killed.

    `now` is the wall clock, for the age of files; `report` hears each table's name before its turn. A table that cannot
    be maintained says why, and the others go on. With `dry_run` nothing changes, and "after" leaves out what dropped
    rows and compaction would save. Raises ConfigurationError where another maintenance is going on.
    """
    # What is dropped decides about files: publications first, and pages before the bodies they point to.
    tables: list[type[Table]] = [
        Published,
        Page,
        Body,
        *(t for t in STORED_TABLES.values() if t not in (Published, Page, Body)),
    ]
    rows = []
    with _alone(lake):
        for table in tables:
            if lake.version(table) is not None:
                report(table.table)
                rows.append(_maintain(lake, table, policy, now, dry_run))
    return pl.DataFrame(rows, schema=MAINTENANCE).sort("table_name")


def _maintain(
    lake: Lake, table: type[Table], policy: RetentionPolicy, now: datetime, dry_run: bool
) -> dict[str, object]:
    started = time.perf_counter()
    before, done, problem = _measure(lake, table), dict[str, int](), None
    try:
        _work(lake, table, policy, now, dry_run, done)
    except (DeltaError, StorageError) as error:
        problem = " ".join(str(error).split())
    after = _expect(before, done) if dry_run else _measure(lake, table)
    measured = {f"{name}_before": count for name, count in before.items()}
    measured |= {f"{name}_after": count for name, count in after.items()}
    shown = {name: done.get(name) for name in ("kept_versions", "dropped_rows", "compacted", "removed_files")}
    seconds = time.perf_counter() - started
    return {"table_name": table.table, **shown, **measured, "seconds": seconds, "problem": problem}


def _work(
    lake: Lake, table: type[Table], policy: RetentionPolicy, now: datetime, dry_run: bool, done: dict[str, int]
) -> None:
    """Fills `done` as it goes, so that a table that fails half-way tells what was done before."""
    hours = policy.reader_hours
    done["dropped_rows"] = drop_old_rows(lake, table, kept_nights=policy.kept_nights, dry_run=dry_run)
    done["compacted"] = compact_table(lake, table, policy.compaction, dry_run=dry_run)
    # Read anew for each table: what is published while others are being worked on counts too.
    kept = kept_publications(lake.scan(Published).collect(), kept_nights=policy.kept_nights)
    versions = choose_versions(lake, table, kept)
    every = sorted({*kept.filter(pl.col("table_name") == table.table)["version"], *versions})
    done["kept_versions"] = len(every)
    removed = vacuum_table(lake, table, versions, reader_hours=hours, dry_run=dry_run)
    removed += sweep_staged(lake, table, now=now, reader_hours=hours, dry_run=dry_run)
    done["removed_files"] = len(removed)
    done["removed_bytes"] = size_of(table_folder(lake.root, table), removed) if dry_run and not lake.is_remote else 0
    if not dry_run and (done["dropped_rows"] or done["compacted"] or removed):
        write_checkpoint(lake, table)
    done["removed_log_files"] = clean_log(lake, table, every, now=now, reader_hours=hours, dry_run=dry_run)


def _measure(lake: Lake, table: type[Table]) -> dict[str, int | None]:
    if lake.is_remote:
        return dict.fromkeys(("log_files", "data_files", "bytes"))
    folder = table_folder(lake.root, table)
    log = [path for path in (folder / "_delta_log").iterdir() if path.is_file()]
    files = [path for path in folder.rglob("*.parquet*") if path.parent.name != "_delta_log"]
    size = sum(path.stat().st_size for path in (*log, *files) if path.exists())
    return {"log_files": len(log), "data_files": len(files), "bytes": size}


def _expect(before: dict[str, int | None], done: dict[str, int]) -> dict[str, int | None]:
    gone = {"log_files": "removed_log_files", "data_files": "removed_files", "bytes": "removed_bytes"}
    return {name: None if count is None else count - done.get(gone[name], 0) for name, count in before.items()}


@contextmanager
def _alone(lake: Lake) -> Iterator[None]:
    """On a disk: nobody else maintains this lake meanwhile. Two would harm nothing but each other's figures."""
    if lake.is_remote:
        yield
        return
    lock = FileLock(require_writable(Path(lake.root)) / ".maintaining.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigurationError(f"{lake.root}: another maintenance of this lake is going on") from None
    try:
        yield
    finally:
        lock.release()
