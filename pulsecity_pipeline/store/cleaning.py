"""Taking away files that nothing needs: data files of versions not kept, leftovers of killed runs, old log entries."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.commits import commit_with_retry
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.location import table_folder
from pulsecity_pipeline.store.log_files import list_log, plan_log

#: What a write that was killed half-way leaves on a disk, beside the file it was to become; Delta does not list them.
_STAGED = "*#[0-9]*"


def vacuum_table(
    lake: Lake, table: type[Table], kept: Sequence[int], *, reader_hours: int, dry_run: bool = False
) -> list[str]:
    """Remove data files that neither the head nor a version in `kept` (ascending) needs; their paths in the folder.

    Stays: what was replaced, and what nobody has committed yet, less than `reader_hours` ago. Raises DeltaError where a
    kept version cannot be opened: then nothing is removed.
    """

    return commit_with_retry(lambda: _vacuum(lake, table, kept, reader_hours, dry_run), seed=f"vacuum/{table.table}")


def _vacuum(lake: Lake, table: type[Table], kept: Sequence[int], reader_hours: int, dry_run: bool) -> list[str]:
    head = lake.open(table)
    if head is None:
        return []

    def vacuum(dry_run: bool) -> list[str]:
        return head.vacuum(
            reader_hours, dry_run=dry_run, enforce_retention_duration=False, full=True, keep_versions=list(kept)
        )

    # Delta names what it has removed before as long as its log knows of it, and commits twice even for that alone.
    found = vacuum(dry_run=True)
    if not lake.is_remote:
        folder = table_folder(lake.root, table)
        found = [name for name in found if (folder / name).is_file()]
    if found and not dry_run:
        vacuum(dry_run=False)
    return sorted(found)


def sweep_staged(
    lake: Lake, table: type[Table], *, now: datetime, reader_hours: int, dry_run: bool = False
) -> list[str]:
    """Remove half-written files older than `reader_hours` from a table on a disk; their paths in the folder."""
    folder = table_folder(lake.root, table)
    if lake.is_remote or not folder.is_dir():
        return []
    until = _young_since(now, reader_hours)
    staged = sorted(path for path in folder.rglob(_STAGED) if path.is_file() and path.stat().st_mtime < until)
    if not dry_run:
        _unlink(staged)
    return [path.relative_to(folder).as_posix() for path in staged]


def write_checkpoint(lake: Lake, table: type[Table]) -> None:
    """Write a checkpoint of the head, so that opening it replays nothing."""
    head = lake.open(table)
    if head is not None:
        head.create_checkpoint()


def clean_log(
    lake: Lake, table: type[Table], kept: Sequence[int], *, now: datetime, reader_hours: int, dry_run: bool = False
) -> int:
    """Remove log entries and checkpoints that no version in `kept` (head included) needs; how many.

    Delta's own clean-up goes by age alone and stops at the oldest version that anybody keeps; here it goes by version.
    On a disk only: on an object store the log stays whole.
    """
    if lake.is_remote or not kept:
        return 0
    plan = plan_log(list_log(lake, table), kept, young_since=_young_since(now, reader_hours))
    if dry_run or not plan.dropped:
        return len(plan.dropped)
    folder = table_folder(lake.root, table) / "_delta_log"
    for version in plan.islands:
        island = None if (folder / f"{version:020}.checkpoint.parquet").exists() else lake.open(table, version)
        if island is not None:
            island.create_checkpoint()
    _unlink([folder / name for name in plan.dropped])
    return len(plan.dropped)


def _young_since(now: datetime, reader_hours: int) -> float:
    """Seconds since 1970; without readers nothing is too young."""
    return (now - timedelta(hours=reader_hours)).timestamp() if reader_hours else math.inf


def _unlink(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
