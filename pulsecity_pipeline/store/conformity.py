"""Checks of a frame, and of a stored table, against the contract, made before every write."""

from datetime import date

import polars as pl
from deltalake import DeltaTable

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.errors import PartitionMismatch, SchemaMismatch
from pulsecity_pipeline.store.predicates import require_night


def conform(table: type[Table], frame: pl.DataFrame, partition: str, night: date | None = None) -> pl.DataFrame:
    """`frame` with the contract's column order, sorted by key, so that the same rows make the same file.

    Raises SchemaMismatch where names or types differ from `table.polars_schema()` (Delta would narrow in silence),
    PartitionMismatch where a row belongs to another partition or, given a history table, another night.
    """
    expected = table.polars_schema()
    require_schema(table, frame.schema, "frame")
    _require_only(table, frame, table.partition, partition)
    if table.history is not None and night is not None:
        _require_only(table, frame, table.history, require_night(table, night))
    return frame.select(expected.names()).sort(table.key)


def require_schema(table: type[Table], found: pl.Schema, what: str) -> None:
    """Raises SchemaMismatch for the first column that is missing, unknown, or of another type; order is free."""
    expected = table.polars_schema()
    for name in [*expected, *(name for name in found if name not in expected)]:
        wanted, given = expected.get(name), found.get(name)
        if wanted != given:
            raise SchemaMismatch(
                f"{table.table}: {what}: column {name}: expected {wanted or 'no such column'}, found {given or 'none'}"
            )


def stored_schema(snapshot: DeltaTable) -> pl.Schema:
    """The Polars schema of a table as the lake has it."""
    # Imported here: loading the definitions has no use for a quarter of a second of Arrow.
    import pyarrow as pa

    empty = pl.from_arrow(pa.schema(snapshot.schema().to_arrow()).empty_table())
    assert isinstance(empty, pl.DataFrame)
    return empty.schema


def _require_only(table: type[Table], frame: pl.DataFrame, column: str, value: str | date) -> None:
    others = frame.filter(pl.col(column).ne_missing(pl.lit(value)))
    if others.height:
        found = others[column].unique().sort().head(3).to_list()
        raise PartitionMismatch(
            f"{table.table}: column {column}: expected only {value}, found {others.height} rows with {found}"
        )
