"""Predicates of Delta commits and file listings, built from validated ids only: Delta parses them as SQL."""

import re
from collections.abc import Collection
from datetime import date

from pulsecity_pipeline.contracts import Table

#: A city id, `online`, `elsewhere`, or a shared pull such as `_shared`; nothing that SQL or a path reads otherwise.
_PARTITION_ID = re.compile(r"_?[a-z0-9]+(-[a-z0-9]+)*")
#: What the values of key columns look like: ids, hashes, dates, dotted table names.
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")

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


def older_rows(table: type[Table], partition: str, night: date, but: Collection[tuple[object, ...]]) -> str:
    """SQL predicate of the partition's rows of nights before `night`, but those whose key (a tuple) is in `but`."""
    rows = f"{table.partition} = '{require_id(partition)}' AND {require_history(table)} < '{night.isoformat()}'"
    spared = (" AND ".join(_equals(*pair) for pair in zip(table.key, key, strict=True)) for key in but)
    return rows + "".join(f" AND NOT ({key})" for key in spared)


def listed_rows(table: type[Table], partition: str, column: str, values: Collection[str]) -> str:
    """SQL predicate of the partition's rows whose `column` is one of `values`, each a plain id or hash."""
    listed = ", ".join(f"'{_require_plain(value)}'" for value in values)
    return f"{table.partition} = '{require_id(partition)}' AND {column} IN ({listed})"


def _equals(column: str, value: object) -> str:
    return f"{column} = '{_require_plain(str(value))}'"


def _require_plain(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise ValueError(f"key {value!r}: expected letters, digits, and . _ - only")
    return value


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
