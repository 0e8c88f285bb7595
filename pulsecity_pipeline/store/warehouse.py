"""Building the DuckDB file that analysts open: whole, beside the old one, from published versions only."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Body, Published, Table
from pulsecity_pipeline.store.errors import DISK_REMEDY, WarehouseError, is_disk_full
from pulsecity_pipeline.store.holdings import load_holdings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.location import require_writable
from pulsecity_pipeline.store.processes import is_alive
from pulsecity_pipeline.store.published import build_nights, published_files, select_build
from pulsecity_pipeline.store.relations import load_build, select_published, views_sql
from pulsecity_pipeline.store.warehouse_ddl import comment_on, create_table, qualified, quote_name, quote_text

#: Files of this format open in DuckDB 1.5 and later.
STORAGE_VERSION = "v1.5.0"
_ATTACHED = "building"


@dataclass(frozen=True)
class TableBuilt:
    """One table of a finished warehouse: its dotted name, rows loaded, wall seconds taken."""

    name: str
    rows: int
    seconds: float


def warehouse_tables() -> list[type[Table]]:
    """Every stored table but raw.bodies, whose bytes no analyst queries and which outweigh all the rest."""
    return [table for table in STORED_TABLES.values() if table is not Body]


@dataclass(frozen=True)
class WarehouseBeside:
    """A finished warehouse that nobody reads yet: where it lies, where it belongs, and its tables."""

    path: Path
    target: Path
    tables: list[TableBuilt]

    def put_in_place(self) -> None:
        """Take the old file's place at once; open connections keep the old file."""
        self.path.replace(self.target)

    def discard(self) -> None:
        """Leave the old file alone, and nothing beside it."""
        _remove(self.path)


def build_warehouse(
    lake: Lake,
    path: Path,
    *,
    tables: Sequence[type[Table]] | None = None,
    up_to: date | None = None,
    build: pl.DataFrame | None = None,
) -> list[TableBuilt]:
    """Build `path` as `build_beside` does and put it in place of the old file at once. Raises as that."""
    made = build_beside(lake, path, tables=tables, up_to=up_to, build=build)
    made.put_in_place()
    return made.tables


def build_beside(
    lake: Lake,
    path: Path,
    *,
    tables: Sequence[type[Table]] | None = None,
    up_to: date | None = None,
    build: pl.DataFrame | None = None,
) -> WarehouseBeside:
    """Build what is published (nights <= `up_to`) beside `path`, for the caller to put in place or discard.

    Holds every table of `warehouse_tables`, rows loaded for `tables` (default: all) and always for `ops.published`;
    the views of views.sql; in the schema meta what went in. `build` (of `select_build`) pins that to what has been
    checked. Rows are ordered by partition and key. Raises WarehouseError, the old file untouched and nothing left
    beside it; ConfigurationError where the folder is not writable.
    """
    require_writable(path.parent)
    chosen = select_build(lake, up_to=up_to) if build is None else build
    wanted = {Published, *(warehouse_tables() if tables is None else tables)}
    beside = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    _remove_abandoned(path)
    try:
        with _attached(beside) as connection:
            load_build(connection, chosen, build_nights(lake, chosen))
            _declare(connection)
            files = {
                table: published_files(lake, table, chosen) if table in wanted else [] for table in warehouse_tables()
            }
            built = [_load(connection, lake, table, found) for table, found in files.items()]
            load_holdings(connection, files)
    except BaseException as error:
        _remove(beside)
        if isinstance(error, duckdb.Error):
            remedy = f": {DISK_REMEDY}" if is_disk_full(str(error)) else ""
            raise WarehouseError(f"{path}: {str(error).splitlines()[0]}{remedy}") from error
        raise
    return WarehouseBeside(beside, path, built)


def _remove(beside: Path) -> None:
    for left in (beside, beside.with_name(f"{beside.name}.wal")):
        left.unlink(missing_ok=True)


def _remove_abandoned(path: Path) -> None:
    """Remove what builds left beside the warehouse whose processes were killed."""
    for left in path.parent.glob(f"{path.name}.tmp-*"):
        owner = left.name.removeprefix(f"{path.name}.tmp-").split(".")[0]
        if owner.isdigit() and not is_alive(int(owner)):
            left.unlink(missing_ok=True)


@contextmanager
def _attached(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose unqualified names mean the new file at `path`; detached, and so complete, at the end."""
    path.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {quote_text(str(path))} AS {_ATTACHED} (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute(f"USE {_ATTACHED}")
        yield connection
        connection.execute(f"USE memory; DETACH {_ATTACHED}")


def _declare(connection: duckdb.DuckDBPyConnection) -> None:
    """Schemas, tables, comments and views, in one transaction: each statement alone would wait for the disk."""
    tables = warehouse_tables()
    schemas = sorted({table.schema_name() for table in tables})
    statements = [
        *(f"CREATE SCHEMA {quote_name(name)}" for name in schemas),
        *(create_table(table) for table in tables),
        *(comment for table in tables for comment in comment_on(table)),
        views_sql(),
    ]
    connection.begin()
    connection.execute(";\n".join(statements))
    connection.commit()


def _load(connection: duckdb.DuckDBPyConnection, lake: Lake, table: type[Table], files: list[str]) -> TableBuilt:
    started = time.perf_counter()
    order = ", ".join(quote_name(name) for name in dict.fromkeys((table.partition, *table.key)))
    try:
        rows = select_published(connection, lake, table, files)
        connection.execute(f"INSERT INTO {qualified(table)} {rows} ORDER BY {order}")
        found = connection.execute(f"FROM {qualified(table)} SELECT count(*)").fetchall()
    except duckdb.Error as error:
        raise WarehouseError(f"{table.table}: {str(error).splitlines()[0]}") from error
    return TableBuilt(table.table, int(found[0][0]), time.perf_counter() - started)
