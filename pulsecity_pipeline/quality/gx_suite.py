"""Contracts as Great Expectations suites, and their validation in memory: no files, no network, no progress bars."""

import logging
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.contracts.expectation import Expectation
from pulsecity_pipeline.quality.outcome import CheckOutcome, key_text, not_checked, uncheckable_reason

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_SIZE = 3


def validate_with_gx(frames: Mapping[type[Table], pl.DataFrame], sample_size: int = SAMPLE_SIZE) -> list[CheckOutcome]:
    """Validate every frame against its contract's suite: one outcome per table and expectation, in contract order.

    Counts and samples agree with `polars_checks.evaluate`; the schema is checked there only, as pandas has other types.
    An expectation that cannot be evaluated fails as not checked. Importing Great Expectations takes 3 to 7 seconds.
    """
    with _quiet():
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        asset = context.data_sources.add_pandas("contracts").add_dataframe_asset("contracts")
        batches = asset.add_batch_definition_whole_dataframe("contracts")
        return [
            outcome
            for table, frame in frames.items()
            for outcome in _validate_table(batches, table, frame, sample_size)
        ]


def build_suite(table: type[Table], expectations: Sequence[Expectation] | None = None) -> Any:
    """The GX suite of a contract, or of some of its expectations; each carries its position in `meta`."""
    import great_expectations as gx

    chosen = table.expectations() if expectations is None else expectations
    built = [
        getattr(gx.expectations, _GX_NAMES[expectation.kind, len(expectation.columns) > 1])(
            **_arguments(table, expectation), meta={"position": position}
        )
        for position, expectation in enumerate(chosen)
    ]
    return gx.ExpectationSuite(name=table.table, expectations=built)


#: Expectation kind and whether it has several columns → class of great_expectations.expectations.
_GX_NAMES = {
    ("not_null", False): "ExpectColumnValuesToNotBeNull",
    ("in_set", False): "ExpectColumnValuesToBeInSet",
    ("between", False): "ExpectColumnValuesToBeBetween",
    ("matches", False): "ExpectColumnValuesToMatchRegex",
    ("unique", False): "ExpectColumnValuesToBeUnique",
    ("unique", True): "ExpectCompoundColumnsToBeUnique",
    ("not_after", True): "ExpectColumnPairValuesAToBeGreaterThanB",
}


def _arguments(table: type[Table], expectation: Expectation) -> dict[str, Any]:
    columns = expectation.columns
    match expectation.kind, len(columns):
        case "in_set", _:
            return {"column": columns[0], "value_set": list(expectation.choices)}
        case "between", _:
            low, high = _finite_limits(table, expectation)
            return {"column": columns[0], "min_value": low, "max_value": high}
        case "matches", _:
            # To Python `$` also matches before a final line break; to Polars only the end does.
            return {"column": columns[0], "regex": re.sub(r"(?<!\\)\$$", r"\\Z", expectation.pattern or "")}
        case "not_after", _:
            pair = {"column_A": columns[1], "column_B": columns[0]}
            return {**pair, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
        case "unique", size if size > 1:
            return {"column_list": list(columns), "ignore_row_if": "any_value_is_missing"}
        case _:
            return {"column": columns[0]}


def _finite_limits(table: type[Table], expectation: Expectation) -> tuple[float | None, float | None]:
    low, high = expectation.low, expectation.high
    if table.polars_schema()[expectation.columns[0]].is_float():
        return (-sys.float_info.max if low is None else low), (sys.float_info.max if high is None else high)
    return low, high


def _validate_table(batches: Any, table: type[Table], frame: pl.DataFrame, sample_size: int) -> list[CheckOutcome]:
    """Pass or fail of every expectation first, then counts and rows of those that failed: mostly there are none."""
    every = table.expectations()
    reasons = [uncheckable_reason(frame, table, expectation) for expectation in every]
    checkable = [e for e, reason in zip(every, reasons, strict=True) if reason is None]
    if frame.is_empty():
        # No row can break anything, and GX takes as long to find nothing in none as in thousands.
        return [
            CheckOutcome(table.table, expectation.name, True, 0)
            if reason is None
            else not_checked(table, expectation, reason)
            for expectation, reason in zip(every, reasons, strict=True)
        ]
    batch = batches.get_batch({"dataframe": checked_columns(frame, checkable)})
    passed = [result.success for result in _run(batch, table, checkable, {"result_format": "BOOLEAN_ONLY"})]
    failed = [e for e, success in zip(checkable, passed, strict=True) if not success]
    detail = {"result_format": "SUMMARY", "partial_unexpected_count": sample_size}
    failures = iter(_run(batch, table, failed, detail))
    successes = iter(passed)
    return [
        not_checked(table, expectation, reason)
        if reason is not None
        else CheckOutcome(table.table, expectation.name, True, 0)
        if next(successes)
        else _failure(frame, table, expectation, next(failures))
        for expectation, reason in zip(every, reasons, strict=True)
    ]


def _run(batch: Any, table: type[Table], expectations: list[Expectation], style: dict[str, Any]) -> list[Any]:
    """Results in the order of `expectations`; GX returns them grouped by column."""
    if not expectations:
        return []
    validated = batch.validate(build_suite(table, expectations), result_format=style)
    return sorted(validated.results, key=lambda result: int(result.expectation_config.meta["position"]))


def checked_columns(frame: pl.DataFrame, expectations: Sequence[Expectation]) -> "pd.DataFrame":
    """The columns that `expectations` need, as pandas; presence alone as 1.0 or NaN, so that texts and bytes stay out.

    Decimals become floats (12 digits are exact enough to compare), NaN of a checked float becomes minus infinity, since
    pandas reads NaN as null.
    """
    valued = {name for e in expectations if e.kind != "not_null" for name in e.columns}
    needed = dict.fromkeys(name for e in expectations for name in e.columns)
    return frame.select(_value(frame, name) if name in valued else _presence(name) for name in needed).to_pandas()


def _presence(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_not_null()).then(1.0).alias(name)


def _value(frame: pl.DataFrame, name: str) -> pl.Expr:
    column, dtype = pl.col(name), frame.schema[name]
    if dtype.is_float():
        return column.fill_nan(float("-inf"))
    return column.cast(pl.Float64) if dtype.is_decimal() else column


def _failure(frame: pl.DataFrame, table: type[Table], expectation: Expectation, result: Any) -> CheckOutcome:
    if "unexpected_count" not in result.result:
        messages = sorted({str(info["exception_message"]) for info in result.exception_info.values()})
        return not_checked(table, expectation, "; ".join(messages))
    count = int(result.result["unexpected_count"])
    rows = result.result.get("partial_unexpected_index_list") or []
    keys = frame[list(rows)].select(key_text(frame, table))["key"] if rows else ()
    return CheckOutcome(table.table, expectation.name, False, count, tuple(keys))


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
