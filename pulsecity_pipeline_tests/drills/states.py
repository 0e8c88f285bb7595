"""States: everything that a data folder publishes, as row counts and hashes that two runs of one night share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Published, RunCost, Table
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published, select_build
from pulsecity_pipeline.store.warehouse import warehouse_tables
from pulsecity_pipeline.store.warehouse_ddl import quote_name

#: Columns that two runs of one night share where not all are: what it took, which run it was, which versions it wrote
#: and how many rows of other nights these hold differ.
_OF_ONE_RUN = {
    RunCost.table: ["night", "city_id"],
    Published.table: ["city_id", "night", "table_name"],
}


@dataclass(frozen=True)
class Digest:
    """Rows of one table and city; `doubled` of them repeat a key; `value` is one hash over all of them."""

    rows: int
    doubled: int
    value: int


#: Dotted table name → digest.
CityState = Mapping[str, Digest]


def read_published(data_dir: Path) -> dict[str, CityState]:
    """Per city the digests of all its published tables, read in full at one build; raises whatever reading raises."""
    lake = Lake(Settings(data_dir=data_dir).lake_dir)
    build = select_build(lake)
    found: dict[str, dict[str, Digest]] = {city_id: {} for city_id in build["city_id"].unique().sort()}
    for table in STORED_TABLES.values():
        rows = scan_all_published(lake, table, build=build).collect()
        for city_id, state in found.items():
            state[table.table] = digest(table, rows.filter(pl.col(table.partition) == city_id))
    return dict(found)


def read_warehouse(data_dir: Path) -> dict[str, tuple[int, int]]:
    """Table → rows and hash of the warehouse file, opened as an analyst does; its views are asked too."""
    path = Settings(data_dir=data_dir).warehouse_path
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.sql("FROM cities_overview").fetchall()
        connection.sql("FROM events_upcoming").fetchall()
        return {
            table.table: connection.sql(
                f"SELECT count(*), coalesce(bit_xor(hash({', '.join(map(quote_name, _compared(table)))})), 0) FROM {table.table}"
            ).fetchall()[0]
            for table in warehouse_tables()
        }


def digest(table: type[Table], rows: pl.DataFrame) -> Digest:
    """The digest of one city's rows of a table, whatever their order."""
    compared = rows.select(_compared(table))
    keys = list(dict.fromkeys((table.partition, *table.key)))
    return Digest(rows.height, rows.height - rows.n_unique(keys), int(compared.hash_rows(7).sum() or 0))


def compare_states(found: Mapping[str, CityState], expected: Mapping[str, CityState]) -> list[str]:
    """Differences as text, city by city and table by table; empty where all is the same and nothing is doubled."""
    problems = [f"{city_id}: in one of the two only" for city_id in sorted(found.keys() ^ expected.keys())]
    for city_id in sorted(found.keys() & expected.keys()):
        for name, wanted in expected[city_id].items():
            given = found[city_id][name]
            if given.rows != wanted.rows or given.doubled:
                problems.append(f"{city_id}: {name}: {given.rows} rows for {wanted.rows}, {given.doubled} doubled")
            elif given != wanted:
                problems.append(f"{city_id}: {name}: the same number of rows, other values")
    return problems


def _compared(table: type[Table]) -> list[str]:
    return _OF_ONE_RUN.get(table.table, list(table.polars_schema()))
