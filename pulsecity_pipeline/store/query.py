"""Answering SQL: from the warehouse file, read-only, or from the lake's published tables."""

import contextlib
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import STORED_TABLES
from pulsecity_pipeline.store.known import require_known
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import build_nights, published_files, select_build
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


def query_lake(lake: Lake, sql: str, *, as_known: date | None = None) -> pl.DataFrame:
    """The result of `sql` over every table of the lake as published, `raw.bodies` too, and the warehouse's views.

    `as_known`: as published on or before that night, each city as of its own last one. Nothing is loaded but what the
    query reads. Raises ConfigurationError where the SQL is wrong, or what was published by then is gone.
    """
    build = select_build(lake, up_to=as_known)
    if as_known is not None:
        require_known(lake, build, as_known)
    with duckdb.connect() as connection:
        load_build(connection, build, build_nights(lake, build))
        for table in STORED_TABLES.values():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_name(table.schema_name())}")
            rows = select_published(connection, lake, table, published_files(lake, table, build))
            connection.execute(f"CREATE VIEW {qualified(table)} AS {rows}")
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
