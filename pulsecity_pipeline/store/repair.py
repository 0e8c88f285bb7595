"""Repair: withdrawing the nights that a broken file takes with it, and setting the file aside, so that runs go on.

In this order: a repair that is itself cut off leaves nothing published that is not whole, and can be run again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Body, Published, RunCost, Table
from pulsecity_pipeline.store import location
from pulsecity_pipeline.store.damage import Damage, find_damage
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.lake import Lake, snapshot_files
from pulsecity_pipeline.store.log_entries import (
    BROKEN_SUFFIX,
    HINT,
    LOG_FOLDER,
    ends_as_parquet,
    find_fault,
    list_entries,
    misleads,
)


@dataclass(frozen=True)
class Repair:
    """What was done: nights withdrawn, and nights whose publication is lost, as (city, night) in the order to run them
    again; files set aside; files gone.
    """

    withdrawn: tuple[tuple[str, date], ...]
    forgotten: tuple[tuple[str, date], ...]
    set_aside: tuple[str, ...]
    dropped: tuple[str, ...]


def repair_lake(lake: Lake) -> Repair:
    """Withdraw every published night whose own rows damage of a local lake may touch, then set the broken files aside.

    Log entries from the first broken one on, broken checkpoints and cut data files get `.broken` behind their names;
    data files that are gone are taken off the table's list. A night that only shares a table with earlier, lost nights
    (history, raw.bodies) stays, at a version without them. Nothing is deleted. Without damage nothing is done.
    """
    # Checkpoints repeat what the entries say: without them everything is read as before, only later.
    mended = [(_mend_checkpoints(lake, table), list[str]()) for table in STORED_TABLES.values()]
    is_forgetful = _is_damaged(lake, Published)
    mended += [_mend_table(lake, Published)] if is_forgetful else []
    damages = [damage for damage in find_damage(lake) if damage.table != Published.table]
    tables = [STORED_TABLES[name] for name in sorted({damage.table for damage in damages})]
    withdrawn = sorted(_find_unsound(lake, damages, {table.table: _first_lost(lake, table) for table in tables}))
    for city_id, night in withdrawn:
        lake.replace(Published, Published.empty(), partition=city_id, night=night)
    mended += [_mend_table(lake, table) for table in tables]
    for table in tables:
        _record_what_is_left(lake, table, {damage.partition for damage in damages if damage.table == table.table})
    forgotten = _find_forgotten(lake) - set(withdrawn) if is_forgetful else set[tuple[str, date]]()
    return Repair(
        _by_night(withdrawn),
        _by_night(forgotten),
        tuple(file for aside, _ in mended for file in aside),
        tuple(file for _, dropped in mended for file in dropped),
    )


def _by_night(nights: Iterable[tuple[str, date]]) -> tuple[tuple[str, date], ...]:
    return tuple(sorted(nights, key=lambda found: (found[1], found[0])))


def _find_forgotten(lake: Lake) -> set[tuple[str, date]]:
    """(city, night) of every run that came to its end, but that `ops.published` does not know."""
    ended = lake.scan(RunCost).select("city_id", "night").unique()
    known = lake.scan(Published).select("city_id", "night").unique()
    return set(ended.join(known, on=["city_id", "night"], how="anti").collect().iter_rows())


def _is_damaged(lake: Lake, table: type[Table]) -> bool:
    return any(damage.table == table.table for damage in find_damage(lake))


def _find_unsound(lake: Lake, damages: list[Damage], lost: Mapping[str, int]) -> set[tuple[str, date]]:
    """(city, night) of every published night with a version that is lost, or files of it that are not whole."""
    touched = {(damage.table, damage.partition) for damage in damages}
    rows = lake.scan(Published).filter(pl.col("table_name").is_in(list(lost))).collect()
    return {
        (row["city_id"], row["night"])
        for row in rows.iter_rows(named=True)
        if row["version"] >= lost[row["table_name"]]
        or ((row["table_name"], row["city_id"]) in touched and not _is_sound(lake, row))
    }


def _is_sound(lake: Lake, row: Mapping[str, object]) -> bool:
    """Whether the rows that this night itself brought are there; bodies bring none to any result."""
    table, city_id, version, night = STORED_TABLES[str(row["table_name"])], row["city_id"], row["version"], row["night"]
    assert isinstance(city_id, str)
    assert isinstance(version, int)
    assert isinstance(night, date)
    try:
        snapshot = lake.open(table, version)
        if table is not Body:
            snapshot_files(table, snapshot, [city_id], night if table.history else None)
    except LakeDamaged:
        return False
    return table is Body or table.history is not None or _count(lake, table, city_id, version) == row["row_count"]


def _count(lake: Lake, table: type[Table], city_id: str, version: int, night: date | None = None) -> int:
    rows = lake.scan(table, partitions=[city_id], version=version)
    if night is not None and table.history is not None:
        rows = rows.filter(pl.col(table.history) <= night)
    return int(rows.select(pl.len()).collect().item())


def _record_what_is_left(lake: Lake, table: type[Table], cities: Collection[str | None]) -> None:
    """Point the nights that stay published, and whose version lists files that are gone, to the mended head."""
    head = lake.version(table)
    published = lake.scan(Published).filter(pl.col("city_id").is_in([city for city in cities if city])).collect()
    for (city_id, night), rows in published.group_by("city_id", "night"):
        mine = rows.filter(pl.col("table_name") == table.table)
        assert isinstance(city_id, str)
        assert isinstance(night, date)
        if head is None or mine.is_empty() or _is_readable(lake, table, city_id, mine.item(0, "version")):
            continue
        left = mine.with_columns(version=pl.lit(head), row_count=pl.lit(_count(lake, table, city_id, head, night)))
        rest = rows.filter(pl.col("table_name") != table.table)
        lake.replace(Published, pl.concat([rest, left], how="vertical_relaxed"), partition=city_id, night=night)


def _is_readable(lake: Lake, table: type[Table], city_id: str, version: int) -> bool:
    try:
        lake.scan(table, partitions=[city_id], version=version)
    except LakeDamaged:
        return False
    return True


def _first_lost(lake: Lake, table: type[Table]) -> int:
    """The first version that the log, once mended, will not have."""
    folder = Path(location.table_uri(lake.root, table))
    broken = _broken_entry(folder)
    return broken if broken is not None else max(list_entries(folder), default=-1) + 1


def _mend_table(lake: Lake, table: type[Table]) -> tuple[list[str], list[str]]:
    """Files set aside, and files taken off the list."""
    folder = Path(location.table_uri(lake.root, table))
    aside = [*_mend_log(folder), *_cut_files(lake, table)]
    head = lake.open(table)
    dropped = [] if head is None else [str(file) for file in head.repair()["files_removed"]]
    return aside, dropped


def _mend_checkpoints(lake: Lake, table: type[Table]) -> list[str]:
    log = Path(location.table_uri(lake.root, table), LOG_FOLDER)
    broken = [path for path in sorted(log.glob("*.checkpoint.parquet")) if not ends_as_parquet(path)]
    aside = [_set_aside(path) for path in broken]
    return [*aside, _set_aside(log / HINT)] if misleads(log / HINT) else aside


def _mend_log(folder: Path) -> list[str]:
    log, first = folder / LOG_FOLDER, _broken_entry(folder)
    if first is None:
        return []
    aside = [_set_aside(path) for path in sorted(log.glob("0*")) if _number(path) >= first and _is_used(path)]
    return [*aside, _set_aside(log / HINT)] if misleads(log / HINT) else aside


def _broken_entry(folder: Path) -> int | None:
    """The first broken or missing entry after the newest whole checkpoint."""
    log = folder / LOG_FOLDER
    whole = [_number(path) for path in log.glob("*.checkpoint.parquet") if ends_as_parquet(path)]
    entries = list_entries(folder)
    needed = range(max(whole, default=-1) + 1, max(entries, default=-1) + 1)
    return next((number for number in needed if find_fault(log / f"{number:020}.json")), None)


def _cut_files(lake: Lake, table: type[Table]) -> Iterator[str]:
    """Set aside the data files at the head that are there and cut short."""
    head = lake.open(table)
    for uri in sorted(head.file_uris()) if head is not None else ():
        file = Path(location.plain_path(uri))
        if file.exists() and not ends_as_parquet(file):
            yield _set_aside(file)


def _set_aside(path: Path) -> str:
    path.replace(path.with_name(path.name + BROKEN_SUFFIX))
    return str(path)


def _is_used(path: Path) -> bool:
    return path.suffix in (".json", ".parquet")


def _number(path: Path) -> int:
    return int(path.name.split(".")[0])
