"""Damage: what of the lake is missing, cut short or unreadable, found by looking at every file that is in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Published, Table
from pulsecity_pipeline.store import location
from pulsecity_pipeline.store.errors import DAMAGE_REMEDY, LakeDamaged
from pulsecity_pipeline.store.files import partition_of
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.log_entries import ends_as_parquet, list_entries
from pulsecity_pipeline.store.published import latest_published


@dataclass(frozen=True)
class Damage:
    """One broken thing: the table, the file, what is wrong with it, and what to do."""

    table: str
    file: str
    what: str
    remedy: str = DAMAGE_REMEDY
    partition: str | None = None

    @classmethod
    def told(cls, error: LakeDamaged) -> "Damage":
        """The damage an error told of."""
        return cls(error.table, error.file, error.what, partition=error.partition)


def find_damage(lake: Lake) -> list[Damage]:
    """Everything broken in a local lake: logs, then data files at the head and in what is published last.

    Reads logs and the ends of files, no rows but those of ops.published. Of an object store nothing is looked at.
    """
    if lake.is_remote:
        return []
    logs = {table: _find_in_log(lake, table) for table in STORED_TABLES.values()}
    found = [damage for damage in logs.values() if damage is not None]
    found += [damage for table, broken in logs.items() if broken is None for damage in _find_in_head(lake, table)]
    if not any(damage.table == Published.table for damage in found):
        found += _find_in_published(lake, {table.table for table, broken in logs.items() if broken is None})
    return list(dict.fromkeys(found))


def _find_in_log(lake: Lake, table: type[Table]) -> Damage | None:
    try:
        lake.open(table)
    except LakeDamaged as error:
        return Damage.told(error)
    folder = location.table_uri(lake.root, table)
    numbers = list_entries(folder)
    if not numbers and any(Path(folder).rglob("*.parquet")):
        return Damage(table.table, folder, "has data files and no log")
    return None


def _find_in_head(lake: Lake, table: type[Table]) -> Iterator[Damage]:
    head = lake.open(table)
    for uri in sorted(head.file_uris()) if head is not None else ():
        file = location.plain_path(uri)
        if not ends_as_parquet(file):
            what = "is cut short" if Path(file).exists() else "is missing"
            yield Damage(table.table, file, what, partition=partition_of(table, file))


def _find_in_published(lake: Lake, readable: set[str]) -> Iterator[Damage]:
    for row in latest_published(lake).filter(pl.col("table_name").is_in(readable)).iter_rows(named=True):
        table, city_id = STORED_TABLES[row["table_name"]], row["city_id"]
        try:
            rows = lake.scan(table, partitions=[city_id], version=row["version"])
        except LakeDamaged as error:
            yield Damage(table.table, error.file, error.what, partition=city_id)
            continue
        count = rows.select(pl.len()).collect().item()
        if count != row["row_count"]:
            what = f"holds {count} rows of version {row['version']}, and {row['row_count']} were published"
            yield Damage(table.table, location.table_uri(lake.root, table), what, partition=city_id)
