"""Finding data files that no kept version of a table refers to."""

from pathlib import Path

import polars as pl

from pulsecity_pipeline.config.retention import RetentionPolicy
from pulsecity_pipeline.contracts import STORED_TABLES, Published, Table
from pulsecity_pipeline.store.cleaning import vacuum_table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.location import table_folder
from pulsecity_pipeline.store.retention import choose_versions, kept_publications

#: One row per table that has any. `files`, `bytes`: not needed by any kept version, whatever their age. `orphans`,
#: `orphan_bytes`: those among them that no commit ever named: left by a killed run, or of one that is still going on.
ORPHANS = pl.Schema(
    {
        "table_name": pl.String(),
        "files": pl.Int64(),
        "bytes": pl.Int64(),
        "orphans": pl.Int64(),
        "orphan_bytes": pl.Int64(),
        "sample": pl.List(pl.String()),
    }
)
_SAMPLE_SIZE = 3


def find_orphans(lake: Lake, policy: RetentionPolicy) -> pl.DataFrame:
    """ORPHANS of every table, sorted by name; nothing is changed. `sample` names orphans first, by path in the table.

    Files that `pulsecity vacuum` would take once they are `reader_hours` old; sizes are 0 on an object store.
    """
    kept = kept_publications(lake.scan(Published).collect(), kept_nights=policy.kept_nights)
    found = [_find_in(lake, table, kept) for table in STORED_TABLES.values()]
    return pl.DataFrame([row for row in found if row["files"]], schema=ORPHANS).sort("table_name")


def _find_in(lake: Lake, table: type[Table], kept: pl.DataFrame) -> dict[str, object]:
    versions = choose_versions(lake, table, kept)
    unneeded = vacuum_table(lake, table, versions, reader_hours=0, dry_run=True)
    orphans = sorted(set(unneeded) - set(_replaced_files(lake, table))) if unneeded else []
    folder = table_folder(lake.root, table)
    return {
        "table_name": table.table,
        "files": len(unneeded),
        "bytes": 0 if lake.is_remote else size_of(folder, unneeded),
        "orphans": len(orphans),
        "orphan_bytes": 0 if lake.is_remote else size_of(folder, orphans),
        "sample": list(dict.fromkeys([*orphans, *unneeded]))[:_SAMPLE_SIZE],
    }


def size_of(folder: Path, names: list[str]) -> int:
    """Bytes of the files `names` below `folder`; what has gone meanwhile counts nothing."""
    paths = (folder / name for name in names)
    return sum(path.stat().st_size for path in paths if path.is_file())


def _replaced_files(lake: Lake, table: type[Table]) -> list[str]:
    """Files that some commit has taken out of the table: Delta's light vacuum looks at no others."""
    head = lake.open(table)
    return [] if head is None else head.vacuum(0, dry_run=True, enforce_retention_duration=False)
