from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.normalize.price import read_price, resolve_prices

SCHEMA = {"price": pl.String, "description": pl.String, "home_currency": pl.String}


def resolve(**row: Any) -> dict[str, Any]:
    return resolve_prices(pl.DataFrame([{"home_currency": "CAD"} | row], schema=SCHEMA)).row(0, named=True)


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "free"),
    [
        ("Free", 0, 0, "CAD", True),
        ("free admission", 0, 0, "CAD", True),
        ("$0", 0, 0, "CAD", True),
        ("$32", 32, 32, "CAD", False),
        ("15.00-25.00", 15, 25, "CAD", False),
        ("$15-20", 15, 20, "CAD", False),
        ("$15 – $20", 15, 20, "CAD", False),
        ("Advance: $12", 12, 12, "CAD", False),
        ("1995", 1995, 1995, "CAD", False),
        ("$3,995", 3995, 3995, "CAD", False),
        ("1.234,50 €", "1234.5", "1234.5", "EUR", False),
        ("12,50 €", "12.5", "12.5", "EUR", False),
        ("EUR 10", 10, 10, "EUR", False),
        ("US$20", 20, 20, "USD", False),
        ("Free before 10, $15-20 after", 15, 20, "CAD", False),
        ("Free - $20", 0, 20, "CAD", False),
        ("$10 adults, $5 children", 5, 10, "CAD", False),
        ("varies", None, None, None, None),
        ("20% off", None, None, None, None),
        ("$5 off with code", None, None, None, None),
        ("Suggested donation $10", None, None, None, None),
        ("Pay what you can", None, None, None, None),
        ("Free for members", None, None, None, None),
        ("Free parking", None, None, None, None),
        ("Doors 7pm, room 12", None, None, None, None),
        ("$99999999999", None, None, None, None),
    ],
)
def test_price_texts(text: str, low: Any, high: Any, currency: str | None, free: bool | None) -> None:
    found = read_price(text, "CAD")
    as_money = [None if value is None else Decimal(value) for value in (low, high)]
    assert [found.price_min, found.price_max, found.currency, found.is_free] == [*as_money, currency, free]


def test_a_dollar_where_the_city_has_none_is_american() -> None:
    assert read_price("$5", "EUR").currency == "USD"


@pytest.mark.parametrize(
    ("description", "low", "high", "free"),
    [
        ("Doors at 7. Tickets: $12-$15. Bar open.", 12, 15, False),
        ("Admission is $6 per person", 6, 6, False),
        ("Tickets are $12 in advance, $15 at the door", 12, 15, False),
        ("Cost: $14.23. – Limited seating", "14.23", "14.23", False),
        ("Admission is free. Bring a chair.", 0, 0, True),
        ("This is a free event!", 0, 0, True),
        ("Free admission for members", None, None, None),
        ("Free admission. Tickets: $5 for drinks", None, None, None),
        ("Raised $500 last year; prizes worth $20", None, None, None),
        ("Feel free to join", None, None, None),
        ("Free event parking", None, None, None),
    ],
)
def test_only_plain_forms_in_descriptions(description: str, low: Any, high: Any, free: bool | None) -> None:
    found = resolve(description=description)
    as_money = [None if value is None else Decimal(value) for value in (low, high)]
    assert [found["price_min"], found["price_max"], found["is_free"]] == [*as_money, free]


def test_the_stated_price_outweighs_the_description() -> None:
    assert resolve(price="$8", description="Tickets: $12")["price_text"] == "$8"


@given(st.text(alphabet="$€£0123456789.,-–% freFRUSDoff\u00a0", max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_price_raises_and_bounds_hold(text: str) -> None:
    found = resolve(price=text, description=text)
    if found["price_min"] is not None:
        assert 0 <= found["price_min"] <= found["price_max"]
        assert found["is_free"] == (found["price_max"] == 0)
