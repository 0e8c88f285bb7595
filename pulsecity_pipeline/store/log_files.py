"""The files of a table's log, on a disk: which versions they tell of, and which of them nothing needs any more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.location import table_folder

#: One row per file of the log that belongs to a version; `modified_s` in seconds since 1970.
LOG_FILES = pl.Schema({"version": pl.Int64(), "name": pl.String(), "kind": pl.String(), "modified_s": pl.Float64()})
_NAME = re.compile(r"(?P<version>\d{20})\.(?:(?P<commit>json)|(?P<checkpoint>checkpoint\..*)|.*)")
#: Kept versions that are further apart than this need not share one unbroken log.
ISLAND_GAP = 500


@dataclass(frozen=True)
class LogPlan:
    """`islands` are kept versions that get a checkpoint of their own; then the files named `dropped` may go."""

    islands: tuple[int, ...]
    dropped: tuple[str, ...]


def list_log(lake: Lake, table: type[Table]) -> pl.DataFrame:
    """LOG_FILES of a table on a disk, sorted by version and name; kind is commit, checkpoint or other."""
    folder = table_folder(lake.root, table) / "_delta_log"
    found = [(match, path) for path in folder.glob("[0-9]*") if (match := _NAME.fullmatch(path.name))]
    rows = [(int(match["version"]), path.name, match.lastgroup, path.stat().st_mtime) for match, path in found]
    kinds = pl.col("kind").replace({"version": "other"})
    return pl.DataFrame(rows, schema=LOG_FILES, orient="row").with_columns(kinds).sort("version", "name")


def count_listed(lake: Lake, table: type[Table], head: int) -> int:
    """Commits in an unbroken row down from version `head`; on an object store, whose log nobody shortens, all."""
    if lake.is_remote:
        return head + 1
    names = (table_folder(lake.root, table) / "_delta_log").glob("[0-9]*.json")
    downwards = sorted((version for name in names if (version := int(name.stem)) <= head), reverse=True)
    return sum(version == head - place for place, version in enumerate(downwards))


def plan_log(log: pl.DataFrame, kept: Sequence[int], *, young_since: float) -> LogPlan:
    """What of a log (LOG_FILES) may go, so that the `kept` versions (head included) still open.

    Everything from the newest checkpoint below the oldest kept version on stays. A version kept far below all others,
    of a city that has not run for long, does not hold up the rest: it becomes an island. Commits made at `young_since`
    or later stay with all that opening them needs.
    """
    young = log.filter(pl.col("kind") == "commit", pl.col("modified_s") >= young_since)
    oldest = min([*_connected(kept), *young["version"].head(1)])
    base = log.filter(pl.col("kind") == "checkpoint", pl.col("version") <= oldest)["version"].max()
    if not isinstance(base, int):
        return LogPlan((), ())
    islands = tuple(sorted(version for version in kept if version < base))
    is_island = (pl.col("kind") == "checkpoint") & pl.col("version").is_in(islands)
    return LogPlan(islands, tuple(log.filter((pl.col("version") < base) & ~is_island)["name"]))


def _connected(kept: Sequence[int]) -> list[int]:
    """The newest of `kept`, and all that are reached from it without a large gap."""
    downwards = sorted(kept, reverse=True)
    ends = [place for place in range(1, len(downwards)) if downwards[place - 1] - downwards[place] > ISLAND_GAP]
    return downwards[: ends[0]] if ends else downwards
