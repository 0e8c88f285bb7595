"""Reading a table's data files, whichever versions they belong to, as one frame of the contract's schema."""

from collections.abc import Mapping, Sequence

import polars as pl

from pulsecity_pipeline.contracts import Table


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
