"""Finding the files of many partitions, each as of a version of its own, by opening as few versions as possible."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from deltalake import DeltaTable

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.files import snapshot_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.log_files import count_listed
from pulsecity_pipeline.store.writes import PARTITION_ENTRY

#: Commits looked at, at most, to see whether a partition has changed; an older version is opened for itself.
_HISTORY_LIMIT = 5000
#: Operations that leave every file as it is; all others without our entry may have changed any partition. Compaction
#: is not among them: its rows are the same, but a version before it and one after it do not share their files.
_FILES_KEPT = frozenset({"VACUUM START", "VACUUM END", "CREATE TABLE", "ADD COLUMN", "SET TBLPROPERTIES"})


@dataclass(frozen=True)
class Changes:
    """Versions in which the files of each partition changed, ascending, known from `since` (exclusive) to `until`."""

    since: int
    until: int
    by_partition: Mapping[str, tuple[int, ...]]
    of_all: tuple[int, ...]

    def same_until(self, partition: str, version: int) -> int:
        """The last version known to hold the same files of the partition as `version`."""
        if version < self.since:
            return version
        following = (_first_after(found, version) for found in (self.by_partition.get(partition, ()), self.of_all))
        return min((found - 1 for found in following if found is not None), default=max(self.until, version))

    def same(self, partition: str, earlier: int, later: int) -> bool:
        """True where the partition is known to have the same files in both versions."""
        return later <= self.same_until(partition, earlier)


def _first_after(versions: tuple[int, ...], version: int) -> int | None:
    place = bisect_right(versions, version)
    return versions[place] if place < len(versions) else None


def files_at(lake: Lake, table: type[Table], versions: Mapping[str, int]) -> list[str]:
    """Data files of each partition at its own version (partition → version), sorted.

    Opening one version costs tens of milliseconds, and 82 cities publish 82 versions of a table. So the newest is
    opened first and serves every partition that no commit has changed since its own version; the rest goes on with the
    newest of what is left.
    """
    if not versions:
        return []
    changes = read_changes(lake, table, since=min(versions.values()))
    pending, files = dict(versions), list[str]()
    while pending:
        newest = max(pending.values())
        served = [name for name, version in pending.items() if changes.same(name, version, newest)]
        files += snapshot_files(table, lake.open(table, newest), served)
        pending = {name: version for name, version in pending.items() if name not in served}
    return sorted(files)


def read_changes(lake: Lake, table: type[Table], *, since: int) -> Changes:
    """Which versions after `since` changed which partition; knows nothing where the log cannot be read for certain."""
    head = lake.open(table)
    if head is None:
        return Changes(since, since, {}, ())
    # Beyond a gap in a shortened log Delta would number the commits wrongly.
    count = min(head.version() - since, _HISTORY_LIMIT, count_listed(lake, table, head.version()))
    commits = head.history(count) if count > 0 else []
    # Delta numbers the newest log entry with the version of the handle: right only if nobody committed in between.
    if len(commits) != count or _newer_exists(head):
        return Changes(head.version() + 1, head.version(), {}, ())
    numbered = zip(range(head.version(), head.version() - count, -1), commits, strict=True)
    return _group_changes(head.version() - count, head.version(), reversed(list(numbered)))


def _newer_exists(head: DeltaTable) -> bool:
    before = head.version()
    head.update_incremental()
    return head.version() != before


def _group_changes(since: int, until: int, commits: Iterable[tuple[int, dict[str, Any]]]) -> Changes:
    by_partition: dict[str, list[int]] = defaultdict(list)
    of_all = []
    for version, commit in commits:
        if partition := commit.get(PARTITION_ENTRY):
            by_partition[partition].append(version)
        elif commit.get("operation") not in _FILES_KEPT:
            of_all.append(version)
    return Changes(since, until, {name: tuple(found) for name, found in by_partition.items()}, tuple(of_all))
