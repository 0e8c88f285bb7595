"""Entries of a local table's commit log: whether those that a version is made of are whole, which Delta does not ask.

Delta takes an entry that is empty, or cut after a line, for a commit without changes: a power cut would turn a night
back in silence. Each entry says how many files it adds and removes, so that it can be told.
"""

import json
import os
from functools import lru_cache
from pathlib import Path

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.errors import LakeDamaged

LOG_FOLDER = "_delta_log"
#: File of a log that names the newest checkpoint.
HINT = "_last_checkpoint"
#: Put behind the name of a file that is set aside: Delta does not look at it, and people can.
BROKEN_SUFFIX = ".broken"
_PARQUET_END = b"PAR1"


def entry_path(table_folder: str | Path, version: int) -> Path:
    """The log entry of one version."""
    return Path(table_folder, LOG_FOLDER, f"{version:020}.json")


def checkpoint_path(table_folder: str | Path, version: int) -> Path:
    """The checkpoint that holds everything up to one version, where there is one."""
    return Path(table_folder, LOG_FOLDER, f"{version:020}.checkpoint.parquet")


def require_whole_log(table: type[Table], table_folder: str, version: int) -> None:
    """Raises LakeDamaged for the newest broken entry among those that `version` is read from."""
    for number in range(version, -1, -1):
        fault = None if checkpoint_path(table_folder, number).exists() else find_fault(entry_path(table_folder, number))
        if fault is not None:
            raise LakeDamaged(table.table, entry_path(table_folder, number), fault)
        if checkpoint_path(table_folder, number).exists():
            return


def find_fault(entry: Path) -> str | None:
    """What is wrong with a log entry, as the end of a sentence; None where it is whole."""
    try:
        found = entry.stat()
    except OSError:
        return "is missing"
    return _read_fault(str(entry), found.st_size, found.st_mtime_ns)


def explain_log(table: type[Table], table_folder: str, version: int | None, error: Exception) -> LakeDamaged:
    """The damage that made Delta refuse to open a table at `version` (newest by default)."""
    folder = Path(table_folder, LOG_FOLDER)
    numbers = list_entries(table_folder)
    for checkpoint in sorted(folder.glob("*.checkpoint.parquet")):
        if not ends_as_parquet(checkpoint):
            return LakeDamaged(table.table, checkpoint, "is cut short")
    if version is not None and version not in numbers:
        return LakeDamaged(table.table, entry_path(table_folder, version), "is missing")
    for number in range(numbers[0], numbers[-1] + 1) if numbers else ():
        if fault := find_fault(entry_path(table_folder, number)):
            return LakeDamaged(table.table, entry_path(table_folder, number), fault)
    if misleads(folder / HINT):
        return LakeDamaged(table.table, folder / HINT, "names a checkpoint that is missing")
    return LakeDamaged(table.table, folder, f"cannot be read ({str(error).splitlines()[0]})")


def is_let_go(table_folder: str | Path, version: int) -> bool:
    """True for a version without an entry of its own that a later checkpoint covers: retention shortens logs so."""
    if entry_path(table_folder, version).exists():
        return False
    checkpoints = Path(table_folder, LOG_FOLDER).glob("*.checkpoint.parquet")
    return any(int(path.name.split(".")[0]) > version for path in checkpoints)


def misleads(hint: Path) -> bool:
    """True where the hint at the last checkpoint names one that is not there; one that is no JSON Delta ignores."""
    try:
        version = int(json.loads(hint.read_bytes())["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return not (hint.parent / f"{version:020}.checkpoint.parquet").exists()


def list_entries(table_folder: str | Path) -> list[int]:
    """Versions that have a log entry, in order."""
    return sorted(int(path.stem) for path in Path(table_folder, LOG_FOLDER).glob("*.json") if path.stem.isdigit())


def ends_as_parquet(path: str | Path) -> bool:
    """True for a file that is there and ends as a Parquet file does: one that was cut short does not."""
    try:
        with Path(path).open("rb") as file:
            file.seek(-len(_PARQUET_END), os.SEEK_END)
            return file.read() == _PARQUET_END
    except OSError:
        return False


@lru_cache(maxsize=8192)
def _read_fault(entry: str, size: int, _modified_ns: int) -> str | None:
    """Entries never change, so each is read once in a process."""
    if not size:
        return "is empty, as a power cut leaves it"
    try:
        actions = [json.loads(line) for line in Path(entry).read_bytes().splitlines()]
    except ValueError:
        return "is cut short"
    told = next(
        (action["commitInfo"].get("operationMetrics") or {} for action in actions if "commitInfo" in action), {}
    )
    for name, kind in (("num_added_files", "add"), ("num_removed_files", "remove")):
        if name in told and int(told[name]) != sum(kind in action for action in actions):
            return f"is cut short: {kind} actions are missing"
    return None
