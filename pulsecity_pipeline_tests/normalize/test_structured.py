"""What is stated field by field outweighs texts; words that name no place, and zeros that nobody vouches for, do not."""

from decimal import Decimal
from typing import Any

import pytest

from pulsecity_pipeline_tests.normalize.test_listings import normalize


def listing(**stated: Any) -> dict[str, Any]:
    return normalize(stated).listings.row(0, named=True)


def test_a_venue_stated_apart_is_taken_as_it_is_and_tells_the_town() -> None:
    row = listing(venue_name="Sala 2, Zoo", address="2300 Steele St", locality="Denver", region="CO", country="US")
    assert (row["venue_name"], row["address"]) == ("Sala 2, Zoo", "2300 Steele St, Denver, CO")
    assert (row["city_id"], row["attendance_mode"]) == ("us-co-denver", "offline")


def test_a_town_said_twice_is_written_once() -> None:
    row = listing(venue_name="Zoo", address="2300 Steele St, Denver, CO 80205", locality="Denver", region="CO")
    assert row["address"] == "2300 Steele St, Denver, CO 80205"


@pytest.mark.parametrize("name", ["Online event", "TBA", "Register to see address", "Various Venues"])
def test_a_name_of_no_place_is_no_venue(name: str) -> None:
    assert listing(venue_name=name, locality="Denver", region="CO")["venue_name"] is None


def test_how_one_attends_and_how_exact_a_point_is_are_believed() -> None:
    row = listing(attendance_mode="mixed", latitude=39.75, longitude=-104.95, geo_precision="approximate")
    assert (row["attendance_mode"], row["geo_precision"], row["city_id"]) == ("mixed", "approximate", "us-co-denver")
    assert listing(geo_precision="exact")["geo_precision"] is None


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"price_min": "12.5", "price_max": "20", "currency": "EUR"}, ("12.5", "20", "EUR", False)),
        ({"price_max": "20"}, ("20", "20", "USD", False)),
        ({"price_min": "20", "price_max": "5"}, ("5", "20", "USD", False)),
        ({"is_free": True}, ("0", "0", "USD", True)),
        ({"is_free": False, "price": "Free"}, (None, None, None, False)),
        ({"is_free": False, "price": "$7"}, ("7", "7", "USD", False)),
        ({"price": "$7", "price_min": "9"}, ("9", "9", "USD", False)),
        ({"price_min": "-1"}, (None, None, None, None)),
        ({"price_min": "0", "price_max": "0", "is_free": False}, ("0", "0", "USD", False)),
    ],
    ids=str,
)
def test_prices_stated_as_numbers(stated: dict[str, Any], expected: tuple[Any, ...]) -> None:
    for name in ("price_min", "price_max"):
        if name in stated:
            stated = stated | {name: Decimal(stated[name])}
    row = listing(**stated)
    low, high = (None if bound is None else Decimal(bound) for bound in expected[:2])
    assert (row["price_min"], row["price_max"], row["currency"], row["is_free"]) == (low, high, *expected[2:])


@pytest.mark.parametrize(
    ("title", "word", "expected"),
    [
        ("Choir", "https://schema.org/SoldOut", "sold_out"),
        ("Choir", "http://schema.org/InStock", "on_sale"),
        ("Choir (SOLD OUT)", "onsale", "sold_out"),
        ("Choir", "something new", "unknown"),
    ],
)
def test_sales_by_the_sources_own_word(title: str, word: str, expected: str) -> None:
    assert listing(title=title, sale_status=word)["sale_status"] == expected


def test_performers_and_fees_pass_through() -> None:
    row = listing(performers=["Ondina", "Trio"], price_all_in=True, price_min=Decimal(5))
    assert (row["performers"], row["price_all_in"]) == (["Ondina", "Trio"], True)
