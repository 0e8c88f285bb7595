"""Reading a table's data files, whichever versions they belong to, as one frame of the contract's schema."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.location import is_remote
from pulsecity_pipeline.store.log_entries import ends_as_parquet


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
        if not is_remote(file) and not ends_as_parquet(file):
            what = "is cut short" if Path(file).exists() else "is missing"
            raise LakeDamaged(table.table, file, what, partition_of(table, file))


def partition_of(table: type[Table], file: str) -> str | None:
    """The partition a data file belongs to, from its path."""
    found = re.search(rf"/{table.partition}=([^/]+)/", file)
    return found[1] if found else None
