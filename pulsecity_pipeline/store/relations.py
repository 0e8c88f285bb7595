"""Published tables as SELECT statements for DuckDB, over the lake's own list of data files."""

from importlib import resources

import duckdb
import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.files import scan_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.snapshots import files_at
from pulsecity_pipeline.store.warehouse_ddl import duckdb_type, quote_name, quote_text

#: What the build holds: one row per city and table, with night and version.
BUILD_TABLE = "meta.build"


def views_sql() -> str:
    """The statements of views.sql."""
    return (resources.files("pulsecity_pipeline.store") / "views.sql").read_text(encoding="utf-8")


def load_build(connection: duckdb.DuckDBPyConnection, build: pl.DataFrame) -> None:
    """Make `meta.build` from the frame of `select_build`."""
    connection.register("build_rows", build.to_arrow())
    connection.execute("CREATE SCHEMA meta")
    connection.execute(f"CREATE TABLE {BUILD_TABLE} AS FROM build_rows ORDER BY city_id, table_name")
    connection.unregister("build_rows")
    connection.execute(
        f"COMMENT ON TABLE {BUILD_TABLE} IS 'One row per city and table: the night and lake version held here.'"
    )


def select_published(connection: duckdb.DuckDBPyConnection, lake: Lake, table: type[Table], build: pl.DataFrame) -> str:
    """SELECT of a table's published rows, columns as the contract has them; needs `meta.build`.

    Columns younger than the files are null. History tables end with each city's published night.
    """
    chosen = build.filter(pl.col("table_name") == table.table)
    files = files_at(lake, table, dict(chosen.select("city_id", "version").iter_rows()))
    if not files:
        return f"SELECT {_columns(table, set())} WHERE false"
    source = _source(connection, lake, table, files)
    found = {str(row[0]) for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
    return f"SELECT {_columns(table, found)} FROM {source} AS stored{_until_published(table)}"  # noqa: S608  (names and paths of ours, quoted)


def _source(connection: duckdb.DuckDBPyConnection, lake: Lake, table: type[Table], files: list[str]) -> str:
    if not lake.is_remote:
        paths = ", ".join(quote_text(path) for path in files)
        types = f"{{{quote_text(table.partition)}: VARCHAR}}"
        return f"read_parquet([{paths}], hive_partitioning=true, hive_types={types}, union_by_name=true)"
    # DuckDB needs a download before it opens object stores; Polars does not.
    name = f"stored_{table.schema_name()}_{table.short_name()}"
    connection.register(name, scan_files(table, files, lake.storage_options).collect().to_arrow())
    return name


def _columns(table: type[Table], found: set[str]) -> str:
    return ", ".join(
        f"stored.{quote_name(name)}" if name in found else f"NULL::{duckdb_type(kind)} AS {quote_name(name)}"
        for name, kind in table.polars_schema().items()
    )


def _until_published(table: type[Table]) -> str:
    if table.history is None:
        return ""
    return (
        f" SEMI JOIN {BUILD_TABLE} AS built ON built.table_name = {quote_text(table.table)}"
        f" AND built.city_id = stored.{quote_name(table.partition)}"
        f" AND stored.{quote_name(table.history)} <= built.night"
    )
