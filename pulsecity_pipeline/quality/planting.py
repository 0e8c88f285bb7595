"""Rows that keep a contract, made from its examples, and rows that break exactly one rule of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.contracts.expectation import Expectation

_LETTERS = "abcdef"
_CODE_LENGTH = 8
#: The smallest step of a type: one past a limit breaks it and no more.
_STEPS: list[tuple[type[pl.DataType], Any]] = [
    (pl.Date, timedelta(days=1)),
    (pl.Datetime, timedelta(microseconds=1)),
    (pl.Decimal, Decimal("0.001")),
    (pl.Float64, 1.0),
    (pl.Int64, 1),
]


def valid_rows(table: type[Table], n: int) -> pl.DataFrame:
    """`n` rows of the contract's examples with distinct keys, in the contract's schema; keeps every expectation.

    Row 0 is the examples themselves. Raises ValueError where the last key column has a type or pattern it cannot vary.
    """
    schema = table.polars_schema()
    values = {name: parse_example(table, name) for name in schema}
    columns = [pl.Series(name, [values[name]], dtype=schema[name]).new_from_index(0, n) for name in schema]
    varied = table.key[-1]
    frame = pl.DataFrame(columns).with_columns(_vary(table, varied, values[varied]))
    return frame.cast({varied: schema[varied]})


def parse_example(table: type[Table], name: str) -> Any:
    """The example of a column as a value of its type: dates, times and decimals are written as text in contracts."""
    example = (table.model_fields[name].examples or [None])[0]
    dtype = table.polars_schema()[name]
    if not isinstance(example, str) or dtype == pl.String:
        return example
    if dtype == pl.Date:
        return date.fromisoformat(example)
    if isinstance(dtype, pl.Datetime):
        moment = datetime.fromisoformat(example)
        return moment.astimezone(UTC) if dtype.time_zone else moment
    return Decimal(example)


def plant_fault(frame: pl.DataFrame, expectation: Expectation, row: int = 0) -> pl.DataFrame:
    """`frame` with the smallest change that breaks `expectation` in `row`.

    `unique` is broken by the key of `row` again in `row` + 1, so the frame needs that row. Rules that share a column
    may break along, as a limit of one of two ordered columns cannot always be passed alone.
    Raises ValueError where the expectation cannot be broken.
    """
    if expectation.kind == "unique":
        return _put(frame, row + 1, {name: frame[name][row] for name in expectation.columns})
    return _put(frame, row, {expectation.columns[0]: _breaking_value(frame, expectation, row)})


def _breaking_value(frame: pl.DataFrame, expectation: Expectation, row: int) -> Any:
    dtype = frame.schema[expectation.columns[0]]
    match expectation.kind:
        case "not_null":
            return None
        case "in_set":
            return "".join(expectation.choices)
        case "matches":
            return _unmatched(expectation.pattern or "")
        case "between":
            limit = expectation.low if expectation.low is not None else expectation.high
            step = _step(dtype) if expectation.low is None else -_step(dtype)
            return type(_step(dtype))(limit or 0) + step
        case _:
            return frame[expectation.columns[1]][row] + _step(dtype)


def _unmatched(pattern: str) -> str:
    candidates = pl.Series(["?", "", "\n"])
    broken = candidates.filter(~candidates.str.contains(pattern))
    if broken.is_empty():
        raise ValueError(f"no text found that breaks the pattern {pattern}")
    return str(broken[0])


def _step(dtype: pl.DataType) -> Any:
    for known, step in _STEPS:
        if isinstance(dtype, known):
            return step
    raise ValueError(f"no smallest step known for {dtype}")


def _put(frame: pl.DataFrame, row: int, values: dict[str, Any]) -> pl.DataFrame:
    here = pl.int_range(pl.len()) == row
    return frame.with_columns(
        pl.when(here).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def _vary(table: type[Table], name: str, example: Any) -> pl.Expr:
    dtype, number = table.polars_schema()[name], pl.int_range(pl.len())
    if dtype == pl.Date:
        return pl.col(name).dt.offset_by(pl.format("{}d", number))
    if dtype == pl.Int64:
        return pl.col(name) + number
    if dtype != pl.String:
        raise ValueError(f"{table.table}.{name}: a key of type {dtype} cannot be varied")
    prefix = _fixed_part(table, name, str(example))
    digits = [number // len(_LETTERS) ** place % len(_LETTERS) for place in reversed(range(_CODE_LENGTH))]
    letters = [digit.replace_strict(list(range(len(_LETTERS))), list(_LETTERS)) for digit in digits]
    coded = pl.concat_str([pl.lit(prefix), *letters])
    return pl.when(number == 0).then(pl.col(name)).otherwise(coded).alias(name)


def _fixed_part(table: type[Table], name: str, example: str) -> str:
    """What a varied text starts with: the whole example where its pattern lets it grow, else all but its end."""
    patterns = [e.pattern for e in table.expectations() if e.kind == "matches" and e.columns == (name,) and e.pattern]
    for prefix in (example, example[:-_CODE_LENGTH]):
        candidate = pl.Series([prefix + _LETTERS[0] * _CODE_LENGTH])
        if all(candidate.str.contains(pattern).all() for pattern in patterns):
            return prefix
    raise ValueError(f"{table.table}.{name}: the example {example!r} cannot be varied within its pattern")
