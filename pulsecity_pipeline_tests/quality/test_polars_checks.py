"""Polars checks: schema equality first, counts and keys of violating rows, and speed on wide tables."""

import polars as pl

from pulsecity_pipeline.contracts import CityDay, Listing, RankedEvent
from pulsecity_pipeline.contracts.expectation import Expectation
from pulsecity_pipeline.quality.outcome import CheckOutcome
from pulsecity_pipeline.quality.planting import valid_rows
from pulsecity_pipeline.quality.polars_checks import evaluate, violations


def test_the_first_outcome_is_the_schema_and_the_rest_follow_the_contract() -> None:
    outcomes = evaluate(valid_rows(CityDay, 3), CityDay)
    assert [outcome.name for outcome in outcomes] == ["schema", *(e.name for e in CityDay.expectations())]


def test_schema_names_what_differs() -> None:
    frame = valid_rows(CityDay, 1).drop("is_weekend").with_columns(pl.col("event_count").cast(pl.Int32), extra=1)
    assert evaluate(frame, CityDay)[0] == CheckOutcome(
        "features.city_days",
        "schema",
        False,
        3,
        (
            "event_count: expected Int64, found Int32",
            "is_weekend: expected Boolean, found none",
            "extra: expected no such column, found Int32",
        ),
    )


def test_another_order_of_columns_is_another_schema() -> None:
    frame = valid_rows(CityDay, 1).select(reversed(list(CityDay.polars_schema())))
    assert evaluate(frame, CityDay)[0].sample == ("columns are in another order",)


def test_violations_are_counted_and_the_first_keys_named() -> None:
    frame = valid_rows(RankedEvent, 10).with_columns(position=pl.int_range(-4, 6))
    outcome = next(o for o in evaluate(frame, RankedEvent) if o.name == "between(position)")
    assert (outcome.passed, outcome.violation_count) == (False, 5)
    assert outcome.sample[0] == "us-ca-davis | 2026-08-22 | evt_2b7kq4m5x6c3a2zd"
    assert len(outcome.sample) == 3


def test_violations_are_never_null() -> None:
    frame = pl.DataFrame({"word": [None, "a", "b"], "number": [None, float("nan"), 1.0]})
    for expectation in (
        Expectation("in_set", ("word",), choices=("a",)),
        Expectation("matches", ("word",), pattern="^a$"),
        Expectation("between", ("number",), low=0),
        Expectation("unique", ("word", "number")),
        Expectation("not_after", ("number", "number")),
    ):
        assert frame.select(violations(frame, expectation)).to_series().null_count() == 0
    assert frame.select(violations(frame, Expectation("between", ("number",), low=0))).to_series().to_list() == [
        False,
        True,
        False,
    ]


def test_a_frame_without_any_known_column_fails_and_does_not_raise() -> None:
    outcomes = evaluate(pl.DataFrame({"x": [1]}), Listing)
    assert not any(outcome.passed for outcome in outcomes)
