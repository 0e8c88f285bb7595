"""Rows from examples: typed, distinct by key, and broken only where asked."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Body, CityDay, Event, Listing
from pulsecity_pipeline.contracts.expectation import Expectation
from pulsecity_pipeline.quality.planting import parse_example, plant_fault, valid_rows


def test_examples_become_values_of_their_type() -> None:
    assert parse_example(Event, "starts_on") == date(2027, 3, 25)
    assert parse_example(Event, "starts_at") == datetime(2027, 3, 25, 18, tzinfo=UTC)
    assert parse_example(Event, "price_min") == Decimal("10.000")
    assert parse_example(Event, "performers") == ["Coro Uno"]
    assert parse_example(Body, "body") == b"BEGIN:VCALENDAR"
    assert parse_example(Listing, "gone_at") is None


@pytest.mark.parametrize("table", [Body, CityDay, Listing])
def test_keys_are_distinct_and_everything_else_is_the_example(table: type[Listing]) -> None:
    frame = valid_rows(table, 2000)
    assert frame.schema == table.polars_schema()
    assert frame.select(pl.struct(table.key).n_unique()).item() == 2000
    assert frame.drop(table.key[-1]).n_unique() == 1
    assert frame.row(0, named=True) == {name: parse_example(table, name) for name in table.polars_schema()}


def test_no_rows_is_the_empty_table() -> None:
    assert valid_rows(Listing, 0).equals(Listing.empty())


def test_a_fault_changes_one_cell() -> None:
    frame = valid_rows(Event, 3)
    broken = plant_fault(frame, Expectation("between", ("latitude",), low=-90, high=90), row=1)
    assert broken["latitude"].to_list() == [41.9, -91.0, 41.9]
    assert broken.drop("latitude").equals(frame.drop("latitude"))


def test_an_upper_limit_alone_is_passed_upwards() -> None:
    frame = pl.DataFrame({"x": [1]})
    assert plant_fault(frame, Expectation("between", ("x",), high=5))["x"].to_list() == [6]


def test_what_cannot_be_broken_is_said() -> None:
    with pytest.raises(ValueError, match="no text found that breaks"):
        plant_fault(pl.DataFrame({"x": ["a"]}), Expectation("matches", ("x",), pattern=".*"))
