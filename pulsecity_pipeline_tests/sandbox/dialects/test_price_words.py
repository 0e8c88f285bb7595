"""Prices of feeds in words and numbers, also where the highest is left open."""

from decimal import Decimal
from typing import Any

import pytest

from pulsecity_pipeline.sandbox.dialects.formats.price_words import list_amounts, write_cost


@pytest.mark.parametrize(
    ("low", "high", "amounts", "cost"),
    [
        (Decimal("12.5"), Decimal(20), ["12.50", "20"], "$12.50 – $20"),
        (Decimal(12), Decimal(12), ["12"], "$12"),
        (Decimal(12), None, ["12"], "$12"),
        (None, None, [], ""),
    ],
)
def test_amounts_are_told_as_far_as_they_are_stated(low: Any, high: Any, amounts: list[str], cost: str) -> None:
    row = {"price_min": low, "price_max": high, "price_text": None, "is_free": None, "currency": "USD"}
    assert list_amounts(row) == amounts
    assert write_cost(row) == cost
