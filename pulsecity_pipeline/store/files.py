"""A table's data files: which they are at a version, and reading them, as one frame of the contract's schema."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
from deltalake import DeltaTable

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store import location, predicates
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.log_entries import ends_as_parquet


def snapshot_files(
    table: type[Table],
    snapshot: DeltaTable | None,
    partitions: Collection[str] | None = None,
    night: date | None = None,
) -> list[str]:
    """Data files of an opened table, sorted; of some partitions, and those that may hold a night, only."""
    filters = predicates.listed_files(table, partitions, night)
    if snapshot is None or (partitions is not None and not partitions):
        return []
    files = sorted(location.plain_path(uri) for uri in snapshot.file_uris(file_pruning_predicate=filters or None))
    require_whole_files(table, files)
    return files


def scan_files(
    table: type[Table], files: Sequence[str], storage_options: Mapping[str, str] | None = None
) -> pl.LazyFrame:
    """The rows of `files`, columns as the contract has them; a column younger than a file is null there.

    Read as a list of Parquet files with the partition in their path, because Polars' own Delta scan cannot open a
    folder with a blank in its name, and takes one version only.
    """
    if not files:
        return table.empty().lazy()
    expected = table.polars_schema()
    return pl.scan_parquet(
        list(files),
        schema=pl.Schema({name: kind for name, kind in expected.items() if name != table.partition}),
        hive_partitioning=True,
        hive_schema={table.partition: pl.String},
        missing_columns="insert",
        extra_columns="ignore",
        glob=False,
        storage_options=dict(storage_options) if storage_options else None,
    ).select(expected.names())


def require_whole_files(table: type[Table], files: Sequence[str]) -> None:
    """Raises LakeDamaged for the first data file that is missing or cut short; files of object stores are trusted.

    Looked at before reading, for a lazy frame would fail far from here and name neither table nor city.
    """
    for file in files:
        if not location.is_remote(file) and not ends_as_parquet(file):
            what = "is cut short" if Path(file).exists() else "is missing"
            raise LakeDamaged(table.table, file, what, partition_of(table, file))


def partition_of(table: type[Table], file: str) -> str | None:
    """The partition a data file belongs to, from its path."""
    found = re.search(rf"/{table.partition}=([^/]+)/", file)
    return found[1] if found else None
