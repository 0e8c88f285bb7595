"""The ways in which one commit changes a table; each names the partition that it changes."""

from collections.abc import Collection
from datetime import date

import polars as pl
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store import predicates

#: Entry of each commit's information that names the partition it changed.
PARTITION_ENTRY = "pulsecity.partition"

_FILES = WriterProperties(compression="ZSTD")


def append_rows(head: DeltaTable, rows: pl.DataFrame, partition: str) -> int:
    """Add `rows`, all of the partition; the version that holds them."""
    write_deltalake(head, rows, mode="append", writer_properties=_FILES, commit_properties=_named(partition))
    return head.version()


def overwrite_rows(head: DeltaTable, rows: pl.DataFrame, partition: str, replaced: str) -> int:
    """Put `rows` in place of those that the predicate `replaced` chooses within the partition; the new version."""
    write_deltalake(
        head,
        rows,
        mode="overwrite",
        predicate=replaced,
        writer_properties=_FILES,
        commit_properties=_named(partition),
    )
    return head.version()


def delete_before(
    head: DeltaTable, table: type[Table], partition: str, night: date, *, but: Collection[tuple[object, ...]] = ()
) -> int:
    """Delete the partition's rows of nights before `night`, but those whose key is among `but`; rows deleted.

    Nothing to delete makes no commit. Raises ValueError for ids that are none.
    """
    return _delete(head, partition, predicates.older_rows(table, partition, night, but))


def delete_keys(head: DeltaTable, table: type[Table], partition: str, column: str, values: Collection[str]) -> int:
    """Delete the partition's rows whose `column` is among `values`; rows deleted. Raises as `delete_before`."""
    return _delete(head, partition, predicates.listed_rows(table, partition, column, values)) if values else 0


def compact_partition(head: DeltaTable, table: type[Table], partition: str, target_bytes: int) -> int:
    """Put the partition's files below `target_bytes` together, rows unchanged; files gone, 0 and no commit if none.

    The commit names the partition: its files are others now, although its rows are the same.
    """
    outcome = head.optimize.compact(
        partition_filters=[(table.partition, "=", predicates.require_id(partition))],
        target_size=target_bytes,
        writer_properties=_FILES,
        commit_properties=_named(partition),
    )
    return int(outcome["numFilesRemoved"]) - int(outcome["numFilesAdded"])


def _delete(head: DeltaTable, partition: str, chosen: str) -> int:
    outcome = head.delete(chosen, writer_properties=_FILES, commit_properties=_named(partition))
    return int(outcome["num_deleted_rows"])


def _named(partition: str) -> CommitProperties:
    return CommitProperties(custom_metadata={PARTITION_ENTRY: partition})
