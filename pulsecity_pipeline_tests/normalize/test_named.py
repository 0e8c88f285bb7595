"""Towns and countries stated apart: which of our cities they name, and what happens where they name none."""

from typing import Any

import pytest

from pulsecity_pipeline.config.cities import NOWHERE
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.normalize.listings import normalize_readings
from pulsecity_pipeline.normalize.named import read_country
from pulsecity_pipeline_tests.normalize.rows import BLOOMINGTON, CITIES, readings
from pulsecity_pipeline_tests.normalize.test_listings import AT


def place(city: Any, **stated: Any) -> tuple[str, str]:
    found = normalize_readings(readings(stated), pull_city=city, cities=CITIES, at=AT, taxonomy=load_taxonomy())
    row: tuple[str, str] = found.listings.select("city_id", "city_evidence").row(0)
    return row


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"locality": "Rome", "country": "Italy"}, ("it-rome", "town: Rome")),
        ({"locality": "Denver, CO", "country": "U.S.A."}, ("us-co-denver", "town: Denver, CO")),
        ({"locality": "Denver", "region": "CO", "country": "us"}, ("us-co-denver", "town: Denver")),
        ({"locality": "Denver", "region": "NC", "country": "us"}, ("elsewhere", "country: US")),
        ({"locality": "Rome", "country": "US"}, ("elsewhere", "country: US")),
        ({"locality": "Rome"}, ("elsewhere", "nothing")),
        ({"locality": "Oslo", "country": "Norway"}, ("elsewhere", "country: NO")),
        ({"attendance_mode": "online", "locality": "Rome", "country": "Italy"}, ("online", "online")),
        ({}, ("elsewhere", "nothing")),
        ({"locality": "Rome", "country": "Italy", "latitude": 39.74, "longitude": -104.98}, ("us-co-denver", "coordinates")),
    ],
)  # fmt: skip
def test_a_shared_page_places_by_what_is_stated(stated: dict[str, Any], expected: tuple[str, str]) -> None:
    assert place(NOWHERE, **stated) == expected


def test_what_is_abroad_is_not_in_the_city_that_was_pulled() -> None:
    assert place(BLOOMINGTON, country="Norway")[0] == "elsewhere"
    assert place(BLOOMINGTON, country="USA") == ("us-in-bloomington", "pull city")
    assert place(BLOOMINGTON, locality="Rome", country="IT")[0] == "it-rome"


@pytest.mark.parametrize(
    ("text", "code"), [("Germany", "DE"), ("U.K.", "GB"), ("usa", "US"), ("fra", "FR"), ("Atlantis", None), ("", None)]
)
def test_countries(text: str, code: str | None) -> None:
    assert read_country(text) == code
