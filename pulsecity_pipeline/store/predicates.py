"""Predicates of Delta commits and file listings, built from validated ids only: Delta parses them as SQL."""

import re
from collections.abc import Collection
from datetime import date

from pulsecity_pipeline.contracts import Table

#: A city id, `online`, `elsewhere`, or a shared pull such as `_shared`; nothing that SQL or a path reads otherwise.
_PARTITION_ID = re.compile(r"_?[a-z0-9]+(-[a-z0-9]+)*")

Filter = tuple[str, str, str | list[str] | date]


def require_id(partition: str) -> str:
    """`partition` itself. Raises ValueError where it is not a plain id (lower case, digits, hyphens)."""
    if not _PARTITION_ID.fullmatch(partition):
        raise ValueError(f"partition {partition!r}: expected lower-case letters, digits and single hyphens")
    return partition


def replaced_rows(table: type[Table], partition: str, night: date | None) -> str:
    """SQL predicate of the rows a run replaces: its partition and, in history tables, its night.

    Raises ValueError for an id that is none, and where a history table is given no night.
    """
    rows = f"{table.partition} = '{require_id(partition)}'"
    if table.history is None:
        return rows
    return f"{rows} AND {table.history} = '{require_night(table, night).isoformat()}'"


def require_night(table: type[Table], night: date | None) -> date:
    """`night` itself. Raises ValueError where it is None: without it the whole history would be replaced."""
    if night is None:
        raise ValueError(f"{table.table}: a history table is replaced by night, and none was given")
    return night


def listed_files(table: type[Table], partitions: Collection[str] | None, night: date | None) -> list[Filter]:
    """Delta's file filter for some partitions and one night; empty where all files are wanted."""
    filters: list[Filter] = []
    if partitions is not None:
        filters.append((table.partition, "in", sorted(require_id(partition) for partition in partitions)))
    if night is not None:
        filters.append((require_history(table), "=", night))
    return filters


def require_history(table: type[Table]) -> str:
    """Name of the table's night column. Raises ValueError for tables that hold the current state only."""
    if table.history is None:
        raise ValueError(f"{table.table}: holds the current state only, it has no nights to choose from")
    return table.history


def rows_of_nights(table: type[Table], partition: str, nights: Collection[date]) -> str:
    """SQL predicate of a history table's rows of one partition and some nights. Raises ValueError."""
    dates = ", ".join(f"'{night.isoformat()}'" for night in sorted(nights))
    if not dates:
        raise ValueError(f"{table.table}: no night was given")
    return f"{table.partition} = '{require_id(partition)}' AND {require_history(table)} IN ({dates})"
