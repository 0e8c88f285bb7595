"""Contract checks in Polars: the violating rows of every expectation as one expression, counted in one pass."""

from functools import reduce
from operator import and_

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.contracts.expectation import Expectation
from pulsecity_pipeline.quality.outcome import CheckOutcome, key_text, not_checked, uncheckable_reason

SCHEMA_CHECK = "schema"
SAMPLE_SIZE = 3


def evaluate(frame: pl.DataFrame, table: type[Table], sample_size: int = SAMPLE_SIZE) -> list[CheckOutcome]:
    """Check `frame` against its contract: first the schema, then one outcome per expectation, in contract order.

    `sample` holds up to `sample_size` key values of violating rows. An expectation whose column is absent or of another
    type fails as not checked; never raises for what the frame holds.
    """
    expectations = table.expectations()
    reasons = [uncheckable_reason(frame, table, expectation) for expectation in expectations]
    counted = [
        violations(frame, expectation).sum().alias(str(position))
        for position, (expectation, reason) in enumerate(zip(expectations, reasons, strict=True))
        if reason is None
    ]
    counts = frame.select(counted).row(0, named=True) if counted else {}
    outcomes = [check_schema(frame, table)]
    for position, (expectation, reason) in enumerate(zip(expectations, reasons, strict=True)):
        if reason is not None:
            outcomes.append(not_checked(table, expectation, reason))
            continue
        count = int(counts[str(position)])
        sample = _sample(frame, table, expectation, sample_size) if count else ()
        outcomes.append(CheckOutcome(table.table, expectation.name, count == 0, count, sample))
    return outcomes


def check_schema(frame: pl.DataFrame, table: type[Table]) -> CheckOutcome:
    """Exact equality of names, types and order; `violation_count` counts differing columns (1 for the order alone)."""
    expected, found = table.polars_schema(), frame.schema
    differences = [
        f"{name}: expected {expected.get(name, 'no such column')}, found {found.get(name, 'none')}"
        for name in dict.fromkeys([*expected, *found])
        if expected.get(name) != found.get(name)
    ]
    if not differences and list(expected) != list(found):
        differences = ["columns are in another order"]
    return CheckOutcome(table.table, SCHEMA_CHECK, not differences, len(differences), tuple(differences[:SAMPLE_SIZE]))


def violations(frame: pl.DataFrame, expectation: Expectation) -> pl.Expr:
    """Boolean expression without nulls: True where a row of `frame` breaks `expectation`.

    Null breaks `not_null` only. NaN and infinities are present values outside every range: they break `between`, and
    `not_after` reads NaN as lower than everything. `unique` marks every row of a repeated key, none with a null in it.
    """
    match expectation.kind:
        case "not_null":
            broken = pl.col(expectation.columns[0]).is_null()
        case "in_set":
            broken = ~pl.col(expectation.columns[0]).is_in(list(expectation.choices))
        case "between":
            broken = _outside(frame, expectation)
        case "matches":
            broken = ~pl.col(expectation.columns[0]).str.contains(expectation.pattern or "")
        case "unique":
            broken = _repeated(expectation.columns)
        case "not_after":
            earlier, later = (_ordered(frame, name) for name in expectation.columns)
            broken = earlier > later
    return broken.fill_null(False)


def _outside(frame: pl.DataFrame, expectation: Expectation) -> pl.Expr:
    column = pl.col(expectation.columns[0])
    inside = [column >= expectation.low] if expectation.low is not None else []
    inside += [column <= expectation.high] if expectation.high is not None else []
    if frame.schema[expectation.columns[0]].is_float():
        inside.append(column.is_finite())
    return ~reduce(and_, inside, pl.lit(True))


def _repeated(columns: tuple[str, ...]) -> pl.Expr:
    key = pl.col(columns[0]) if len(columns) == 1 else pl.struct(columns)
    complete = pl.all_horizontal(pl.col(name).is_not_null() for name in columns)
    return key.is_duplicated() & complete


def _ordered(frame: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    return column.fill_nan(float("-inf")) if frame.schema[name].is_float() else column


def _sample(frame: pl.DataFrame, table: type[Table], expectation: Expectation, size: int) -> tuple[str, ...]:
    rows = frame.lazy().filter(violations(frame, expectation)).select(key_text(frame, table)).head(size)
    return tuple(rows.collect(engine="in-memory")["key"])
