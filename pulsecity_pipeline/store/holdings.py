"""Holdings: what a warehouse file was built from, by its own account, and which published rows are new to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.store.files import scan_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import published_files, visible_nights
from pulsecity_pipeline.store.relations import BUILD_TABLE, NIGHTS_TABLE, load_meta

FILES_TABLE = "meta.files"
CONTRACTS_TABLE = "meta.contracts"
_TEXT = pl.String()


@dataclass(frozen=True)
class Holdings:
    """What went into a warehouse: `build` as of `select_build`, `nights` as of `build_nights`.

    By dotted table name: the names of its data files, and the mark of the contract that its rows were checked against.
    """

    build: pl.DataFrame
    nights: pl.DataFrame
    files: Mapping[str, frozenset[str]]
    contracts: Mapping[str, str]


def load_holdings(connection: duckdb.DuckDBPyConnection, files: Mapping[type[Table], list[str]]) -> None:
    """Make `meta.files` and `meta.contracts` of a warehouse from the data files of its tables."""
    named = [(table.table, Path(file).name) for table, found in files.items() for file in found]
    listed = pl.DataFrame(named, schema={"table_name": _TEXT, "file_name": _TEXT}, orient="row")
    load_meta(connection, FILES_TABLE, listed, "One row per data file of the lake whose rows are here.")
    kept = [(table.table, contract_mark(table)) for table in files]
    contracts = pl.DataFrame(kept, schema={"table_name": _TEXT, "mark": _TEXT}, orient="row")
    load_meta(connection, CONTRACTS_TABLE, contracts, "One row per table: a hash of the contract its rows keep.")


def read_holdings(path: Path) -> Holdings | None:
    """The holdings of the warehouse at `path`; None where there is no file, or none that tells."""
    if not path.is_file():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            build, nights, files, contracts = (
                connection.sql(f"FROM {name}").pl()
                for name in (BUILD_TABLE, NIGHTS_TABLE, FILES_TABLE, CONTRACTS_TABLE)
            )
    except duckdb.Error:
        return None
    by_table = {str(name): frozenset(found["file_name"]) for (name,), found in files.group_by("table_name")}
    return Holdings(build, nights, by_table, dict(contracts.iter_rows()))


def scan_new(
    lake: Lake, table: type[Table], *, build: pl.DataFrame, nights: pl.DataFrame, held: Holdings | None
) -> pl.LazyFrame:
    """The rows that `build` publishes of a table and the warehouse that `held` tells of does not have.

    Tables of the current state come whole. Of a history table come all rows of each night that was not in the
    warehouse, or that a data file holds which was not: a file is never changed in place, so what is left out is byte
    for byte what was checked before. Everything comes where nothing is held or the contract is another.
    """
    files = published_files(lake, table, build)
    rows = scan_files(table, files, lake.storage_options)
    if table.history is None:
        return rows
    keys = [table.partition, table.history]
    seen = visible_nights(nights, build, table).lazy()
    if held is not None and held.contracts.get(table.table) == contract_mark(table):
        known = held.files.get(table.table, frozenset())
        added = [file for file in files if Path(file).name not in known]
        touched = scan_files(table, added, lake.storage_options).select(keys).unique()
        unseen = seen.join(visible_nights(held.nights, held.build, table).lazy(), on=keys, how="anti")
        fresh = seen.join(pl.concat([touched, unseen]).unique(), on=keys, how="semi").collect()
        rows = rows.filter(pl.col(table.history).is_in(fresh[table.history].unique().sort().to_list()))
        seen = fresh.lazy()
    return rows.join(seen, on=keys, how="semi")


def contract_mark(table: type[Table]) -> str:
    """A hash of everything a contract demands of its rows: columns, types and expectations."""
    return hash_id("con", repr(table.polars_schema()), *map(repr, table.expectations()))
