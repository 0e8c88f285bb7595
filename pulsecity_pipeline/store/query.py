"""Answering SQL: from the warehouse file, read-only, or from the lake's published tables."""

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import STORED_TABLES
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import select_build
from pulsecity_pipeline.store.relations import load_build, select_published, views_sql
from pulsecity_pipeline.store.warehouse_ddl import qualified, quote_name


def query_warehouse(path: Path, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
    """The result of `sql` on the warehouse, which cannot be changed by it; moments come in UTC.

    `parameters` fill the `?` of `sql`. Raises ConfigurationError where the file is missing or no
    warehouse, or the SQL is wrong.
    """
    if not path.is_file():
        raise ConfigurationError(f"no warehouse at {path}: run `pulsecity run` first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise ConfigurationError(f"warehouse {path} cannot be opened: {_first_line(error)}") from error
    with connection:
        return _answer(connection, sql, parameters)


def query_lake(lake: Lake, sql: str) -> pl.DataFrame:
    """The result of `sql` over every table of the lake as published, `raw.bodies` too, and the warehouse's views.

    Nothing is loaded but what the query reads. Raises ConfigurationError where the SQL is wrong.
    """
    build = select_build(lake)
    with duckdb.connect() as connection:
        load_build(connection, build)
        for table in STORED_TABLES.values():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_name(table.schema_name())}")
            connection.execute(f"CREATE VIEW {qualified(table)} AS {select_published(connection, lake, table, build)}")
        connection.execute(views_sql())
        return _answer(connection, sql, ())


def render_box(frame: pl.DataFrame, *, width: int, rows: int) -> str:
    """`frame` as DuckDB draws it: as many columns as fit into `width` characters, and the first `rows`."""
    if not frame.width:
        return ""
    with contextlib.redirect_stdout(io.StringIO()) as drawn:
        duckdb.from_arrow(frame.head(rows).to_arrow()).show(max_width=width, max_rows=rows)
    hidden = f"the first {rows:,} of {frame.height:,} rows\n" if frame.height > rows else ""
    return drawn.getvalue().rstrip("\n") + "\n" + hidden


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object]) -> pl.DataFrame:
    try:
        connection.execute("SET TimeZone = 'UTC'")
        relation = connection.sql(sql, params=list(parameters))
        answer: pl.DataFrame = pl.DataFrame() if relation is None else relation.pl()
        return answer
    except duckdb.Error as error:
        raise ConfigurationError(f"sql: {_first_line(error)}") from error


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
