"""Published tables as SELECT statements for DuckDB, over the lake's own list of data files."""

from importlib import resources

import duckdb
import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.files import scan_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.warehouse_ddl import duckdb_type, quote_name, quote_text

#: What the build holds: one row per city and table, with night and version.
BUILD_TABLE = "meta.build"
#: Which nights of which city hold in it.
NIGHTS_TABLE = "meta.nights"


def views_sql() -> str:
    """The statements of views.sql."""
    return (resources.files("pulsecity_pipeline.store") / "views.sql").read_text(encoding="utf-8")


def load_build(connection: duckdb.DuckDBPyConnection, build: pl.DataFrame, nights: pl.DataFrame) -> None:
    """Make `meta.build` from the frame of `select_build` and `meta.nights` from that of `build_nights`."""
    connection.execute("CREATE SCHEMA meta")
    load_meta(connection, BUILD_TABLE, build, "One row per city and table: the night and lake version held here.")
    load_meta(connection, NIGHTS_TABLE, nights, "One row per city and night that holds: only their rows are here.")


def load_meta(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, about: str) -> None:
    """Make a table of the schema meta from a frame, ordered by all its columns."""
    connection.register("meta_rows", frame.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS FROM meta_rows ORDER BY ALL")
    connection.unregister("meta_rows")
    connection.execute(f"COMMENT ON TABLE {name} IS {quote_text(about)}")


def select_published(connection: duckdb.DuckDBPyConnection, lake: Lake, table: type[Table], files: list[str]) -> str:
    """SELECT of a table's published rows from its `published_files`, columns as the contract has them.

    Columns younger than the files are null. Of history tables only nights that hold: needs `meta.build`, `meta.nights`.
    """
    if not files:
        return f"SELECT {_columns(table, set())} WHERE false"
    source = _source(connection, lake, table, files)
    found = {str(row[0]) for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
    return f"SELECT {_columns(table, found)} FROM {source} AS stored{_of_nights_that_hold(table)}"  # noqa: S608  (names and paths of ours, quoted)


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


def _of_nights_that_hold(table: type[Table]) -> str:
    if table.history is None:
        return ""
    city, night = (f"stored.{quote_name(name)}" for name in (table.partition, table.history))
    return (
        f" SEMI JOIN {NIGHTS_TABLE} AS held ON held.city_id = {city} AND held.night = {night}"
        f" SEMI JOIN {BUILD_TABLE} AS built ON built.table_name = {quote_text(table.table)}"
        f" AND built.city_id = {city} AND {night} <= built.night"
    )
