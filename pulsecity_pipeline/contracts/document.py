"""The contracts as a document: `docs/tables.md`, made whole from the classes."""

import json
import re
from collections.abc import Iterable
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import STORED_TABLES, Table
from pulsecity_pipeline.contracts.expectation import Expectation

_HEAD = """# Tables

Every table Pulsecity stores, as its contract in `pulsecity_pipeline/contracts/` states it. A name is the same everywhere:
Dagster asset, folder in the lake, table in DuckDB. This page is generated: change the contract, then run `make docs`.

Times named `…_at` are UTC, `…_local` is the wall clock of the place, `…_on` a local date. What is not known is null.
"""
_COLUMN_HEAD = "| column | type | null? | limits | meaning | example |\n|---|---|---|---|---|---|\n"
_DUCKDB_NAMES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Binary(): "BLOB",
    pl.Date(): "DATE",
    pl.Datetime("us"): "TIMESTAMP",
    pl.Datetime("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
}


def render_tables(tables: Iterable[type[Table]] | None = None) -> str:
    """Markdown of `tables`, by name; without an argument of every stored table that the package defines."""
    chosen = documented_tables() if tables is None else list(tables)
    ordered = sorted(chosen, key=lambda table: table.table)
    contents = "\n".join(f"- [{table.table}](#{_anchor(table.table)}): {_first_sentence(table)}" for table in ordered)
    return "\n".join([_HEAD, contents, *(render_table(table) for table in ordered)]) + "\n"


def documented_tables() -> list[type[Table]]:
    """Every stored table of the package; tables that others define at run time are left out."""
    return [table for table in STORED_TABLES.values() if table.__module__.startswith("pulsecity_pipeline.")]


def render_table(table: type[Table]) -> str:
    """The section of one table: what a row is, key, partition, history, columns, and the rules across columns."""
    facts = [
        f"- Key: {_codes(table.key)}",
        f"- Partition: `{table.partition}`",
        f"- {_history(table)}",
    ]
    rules = [f"- {_rule(expectation)}" for expectation in table.rules]
    across = ["", "Across columns:", "", *rules] if rules else []
    rows = "\n".join(_column_row(table, name) for name in table.polars_schema())
    lines = ["", f"## {table.table}", "", _docstring(table), "", *facts, "", _COLUMN_HEAD + rows, *across]
    return "\n".join(lines)


def duckdb_type(dtype: pl.DataType) -> str:
    """The DuckDB name of a column type. Raises KeyError for a type that no contract uses."""
    if isinstance(dtype, pl.List):
        inner = dtype.inner
        return f"{duckdb_type(inner if isinstance(inner, pl.DataType) else inner())}[]"
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return _DUCKDB_NAMES[dtype]


def _column_row(table: type[Table], name: str) -> str:
    own = [expectation for expectation in table.expectations() if expectation.columns == (name,)]
    required = any(expectation.kind == "not_null" for expectation in own)
    limits = ", ".join(filter(None, (_limit(expectation) for expectation in own)))
    field = table.model_fields[name]
    type_name = duckdb_type(table.polars_schema()[name])
    example = _example((field.examples or [None])[0])
    cells = [f"`{name}`", type_name, "no" if required else "yes", limits, field.description or "", example]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _limit(expectation: Expectation) -> str:
    match expectation.kind:
        case "in_set":
            return _codes(expectation.choices)
        case "between" if expectation.high is None:
            return f"≥ {expectation.low:g}"
        case "between" if expectation.low is None:
            return f"≤ {expectation.high:g}"
        case "between":
            return f"{expectation.low:g} to {expectation.high:g}"
        case "matches":
            shortest = re.fullmatch(r"\(\?s\)\.\{(\d+),\}", expectation.pattern or "")
            return _shortest(int(shortest[1])) if shortest else f"`{expectation.pattern}`"
        case _:
            return ""


def _shortest(length: int) -> str:
    return "not empty" if length == 1 else f"at least {length} characters"


def _rule(expectation: Expectation) -> str:
    if expectation.kind == "not_after":
        earlier, later = expectation.columns
        return f"`{earlier}` ≤ `{later}` where both are known"
    return f"{expectation.kind} of {_codes(expectation.columns)}"


def _history(table: type[Table]) -> str:
    if table.history is None:
        return "Holds the current state."
    return f"History: a run replaces its own `{table.partition}` and `{table.history}`, the rest is kept."


def _example(example: Any) -> str:
    if example is None:
        return ""
    if isinstance(example, bytes):
        return f"`{example.decode(errors='replace')}`"
    return f"`{example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)}`"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _docstring(table: type[Table]) -> str:
    return " ".join((table.__doc__ or "").split())


def _first_sentence(table: type[Table]) -> str:
    return _docstring(table).split(": ")[0].split(". ")[0].rstrip(".") + "."


def _anchor(heading: str) -> str:
    return heading.replace(".", "")
