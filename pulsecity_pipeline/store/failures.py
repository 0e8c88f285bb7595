"""Failures of a write told apart: no room, a data file that is gone, or something else."""

import re
import shutil
from pathlib import Path

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.errors import DISK_REMEDY, DiskFull, LakeDamaged, StorageError, is_disk_full
from pulsecity_pipeline.store.log_entries import ends_as_parquet

#: Below this nothing is written: a disk that fills up in the middle of a night stops Dagster's own records too.
RESERVED_BYTES = 16 * 2**20
_DATA_FILE = re.compile(r"[\w./=-]*/(part-[\w.-]+\.parquet)")


def require_room(root: Path) -> Path:
    """`root` itself. Raises DiskFull where the disk below it has less than `RESERVED_BYTES` left."""
    free = shutil.disk_usage(root).free
    if free < RESERVED_BYTES:
        raise DiskFull(
            f"{root}: {free / 2**20:.1f} MiB left on the disk, at least {RESERVED_BYTES / 2**20:.0f} are kept free:"
            f" {DISK_REMEDY}"
        )
    return root


def explain_write(error: Exception, table: type[Table], partition: str, root: str) -> StorageError | None:
    """What a failed commit is to be told as, where the storage is the cause; None where it is not."""
    text = str(error)
    if is_disk_full(text):
        return DiskFull(f"{table.table}: {partition}: {root}: {text.splitlines()[0]}: {DISK_REMEDY}")
    # Delta reads the files whose rows it keeps, and names a missing one without the leading slash.
    for found in _DATA_FILE.finditer(text):
        file = f"/{found[0].lstrip('/')}"
        if not ends_as_parquet(file):
            return LakeDamaged(table.table, file, "is missing or cut short", partition)
    return None
