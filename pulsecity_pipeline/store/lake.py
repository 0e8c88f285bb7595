"""The lake: one Delta table per contract, partitioned by city, on a disk or an object store."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from filelock import FileLock

from pulsecity_pipeline.contracts import Published, Table
from pulsecity_pipeline.store import location, predicates
from pulsecity_pipeline.store.commits import MAX_ATTEMPTS, commit_with_retry
from pulsecity_pipeline.store.conformity import conform, require_schema, stored_schema
from pulsecity_pipeline.store.errors import LakeDamaged, VersionGone
from pulsecity_pipeline.store.failures import explain_write, require_room
from pulsecity_pipeline.store.files import scan_files, snapshot_files
from pulsecity_pipeline.store.location import require_writable
from pulsecity_pipeline.store.log_entries import entry_path, explain_log, is_let_go, require_whole_log
from pulsecity_pipeline.store.memory import VersionMemory
from pulsecity_pipeline.store.writes import PARTITION_ENTRY, append_rows, overwrite_rows

__all__ = ["PARTITION_ENTRY", "Lake", "require_writable", "snapshot_files"]

#: A checkpoint every 10 commits keeps a small commit near 20 ms; the log is only shortened by vacuum, never in
#: passing, because a city that has not published for a month must still find its version.
_CONFIGURATION = {"delta.checkpointInterval": "10", "delta.enableExpiredLogCleanup": "false"}


class Lake:
    """Reads and writes whole partitions of contract tables; safe for many processes at once.

    `storage_options` go to Delta and Polars as they are; `seed` seeds the waits between commit attempts.
    Raises ConfigurationError for a folder name that Delta misreads.
    """

    def __init__(
        self,
        root: str | Path,
        storage_options: Mapping[str, str] | None = None,
        *,
        seed: int = 7,
        attempts: int = MAX_ATTEMPTS,
    ) -> None:
        self.root = location.require_usable(str(root))
        self.storage_options = dict(storage_options) if storage_options else None
        self._seed = seed
        self._attempts = attempts
        self._published: dict[str, int] | None = None
        self._opened = VersionMemory[DeltaTable | None](128)
        #: Rows of ops.published by its version.
        self.published = VersionMemory[pl.DataFrame](8)

    @property
    def is_remote(self) -> bool:
        return location.is_remote(self.root)

    def replace(self, table: type[Table], frame: pl.DataFrame, *, partition: str, night: date | None = None) -> int:
        """Put `frame` in place of the partition's rows (of `night` only, in history tables); an empty frame deletes.

        Returns the Delta version that holds the rows; each call is one commit, but none where nothing would take the
        place of nothing. `night` is ignored by tables that hold the current state. Raises SchemaMismatch,
        PartitionMismatch, ValueError (bad id, history without night), ConfigurationError (folder not writable).
        """
        rows = conform(table, frame, predicates.require_id(partition), night)
        replaced = predicates.replaced_rows(table, partition, night)

        def overwrite(head: DeltaTable) -> int:
            if rows.is_empty() and self._is_empty(table, head, partition, night):
                return head.version()
            return overwrite_rows(head, rows, partition, replaced)

        return self.commit(table, partition, overwrite)

    def append_missing(self, table: type[Table], frame: pl.DataFrame, *, partition: str) -> int:
        """Append the rows of `frame` whose key the partition has not; reads stored keys only, never other columns.

        Returns the Delta version; nothing new makes no commit. Of rows that repeat a key in `frame` the first in
        sorted order is kept. Raises as `replace`.
        """
        rows = conform(table, frame, predicates.require_id(partition)).unique(
            table.key, keep="first", maintain_order=True
        )

        def append(head: DeltaTable) -> int:
            known = self._scan(table, head, [partition]).select(table.key).collect()
            missing = rows.join(known, on=list(table.key), how="anti", maintain_order="left")
            return append_rows(head, missing, partition) if missing.height else head.version()

        return self.commit(table, partition, append)

    def scan(
        self,
        table: type[Table],
        *,
        partitions: Collection[str] | None = None,
        night: date | None = None,
        version: int | None = None,
    ) -> pl.LazyFrame:
        """Rows of a table in the contract's schema, at the head or at `version`; empty where no table is yet.

        The version is fixed when this is called: writers do not disturb a scan that is collected later. Rows are in no
        order. Raises ValueError for a bad id, or a night asked of a table that keeps none.
        """
        return self._scan(table, self.open(table, version), partitions, night)

    def version(self, table: type[Table]) -> int | None:
        """Newest Delta version of a table; None where there is none."""
        head = self.open(table)
        return None if head is None else head.version()

    def file_uris(
        self, table: type[Table], *, version: int | None = None, partitions: Collection[str] | None = None
    ) -> list[str]:
        """Paths of the data files at a version, sorted: what any Parquet reader may open for exactly these rows."""
        return snapshot_files(table, self.open(table, version), partitions)

    def open(self, table: type[Table], version: int | None = None) -> DeltaTable | None:
        """Delta's own handle on a table at a version (newest by default); None where no table is yet.

        Raises VersionGone for a version that retention has let go, LakeDamaged for one that should be there and is not,
        or whose log is broken.
        """
        if version is None:
            return self._open(table, None)
        # A run reads the same versions again and again, and opening one costs milliseconds.
        return self._opened.get((table.table, version), lambda: self._open(table, version))

    def _open(self, table: type[Table], version: int | None) -> DeltaTable | None:
        uri = location.table_uri(self.root, table)
        try:
            found = DeltaTable(uri, version=version, storage_options=self.storage_options)
        except DeltaError as error:
            if version is None and isinstance(error, TableNotFoundError):
                return None
            if version is not None and is_let_go(uri, version):
                raise VersionGone(f"{table.table}: the lake cannot open version {version}: retention let go") from error
            if version is not None and isinstance(error, TableNotFoundError):
                raise LakeDamaged(table.table, uri, f"is missing, and with it version {version}") from None
            raise explain_log(table, uri, version, error) from error
        if not self.is_remote:
            require_whole_log(table, uri, found.version())
        return found

    def _scan(
        self,
        table: type[Table],
        snapshot: DeltaTable | None,
        partitions: Collection[str] | None,
        night: date | None = None,
    ) -> pl.LazyFrame:
        files = snapshot_files(table, snapshot, partitions, night)
        rows = scan_files(table, files, self.storage_options)
        # The files of a night may hold other nights, once they have been compacted.
        return rows if night is None else rows.filter(pl.col(predicates.require_history(table)) == night)

    def commit(self, table: type[Table], partition: str, change: Callable[[DeltaTable], int]) -> int:
        """What `change` makes of the newest state of a table, called again on a newer one after each conflict.

        The table is made if it is missing. Raises SchemaMismatch, ConfigurationError, and what `change` raises.
        """
        if not self.is_remote:
            require_room(require_writable(Path(self.root)))

        def attempt() -> int:
            head = self.open(table) or self._create_once(table)
            self._require_published(table, head)
            require_schema(table, stored_schema(head), "table of the lake")
            return change(head)

        try:
            return commit_with_retry(attempt, seed=f"{self._seed}/{table.table}/{partition}", attempts=self._attempts)
        except (DeltaError, OSError) as error:
            explained = explain_write(error, table, partition, self.root)
            if explained is None:
                raise
            raise explained from error

    def _require_published(self, table: type[Table], head: DeltaTable) -> None:
        """Raises LakeDamaged where a version is published that the log has lost: a commit would take its number."""
        if self._published is None:
            rows = self._scan(Published, self.open(Published), None)
            newest = rows.group_by("table_name").agg(pl.max("version")).collect()
            self._published = dict(newest.iter_rows())
        if (version := self._published.get(table.table, 0)) > head.version():
            file = entry_path(location.table_uri(self.root, table), head.version() + 1)
            raise LakeDamaged(table.table, file, f"is missing, and version {version} is published")

    def _is_empty(self, table: type[Table], head: DeltaTable, partition: str, night: date | None) -> bool:
        stored = self._scan(table, head, [partition], night if table.history else None)
        return stored.head(1).collect().is_empty()

    def _create_once(self, table: type[Table]) -> DeltaTable:
        # Two creators at once would both commit, the second an empty version; on object storage that is all they do.
        if self.is_remote:
            return self._create(table)
        with FileLock(Path(self.root) / ".creating.lock"):
            return self.open(table) or self._create(table)

    def _create(self, table: type[Table]) -> DeltaTable:
        return DeltaTable.create(
            location.table_uri(self.root, table),
            table.empty().to_arrow().schema,
            mode="ignore",
            partition_by=[table.partition],
            name=table.table,
            configuration=_CONFIGURATION,
            storage_options=self.storage_options,
        )
