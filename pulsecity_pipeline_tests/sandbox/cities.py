"""Two cities and their nights, for tests."""

from datetime import date
from functools import cache

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.night import SandboxNight

NIGHT = date(2026, 11, 21)
AUSTIN = City(
    city_id="us-tx-austin",
    name="Austin",
    admin1="TX",
    country="US",
    geoname_id=4671654,
    latitude=30.26715,
    longitude=-97.74306,
    timezone="America/Chicago",
    population=974447,
    radius_km=30,
    currency="USD",
)
BERLIN = City(
    city_id="de-berlin",
    name="Berlin",
    admin1="16",
    country="DE",
    geoname_id=2950159,
    latitude=52.52437,
    longitude=13.41053,
    timezone="Europe/Berlin",
    population=3426354,
    radius_km=40,
    currency="EUR",
)


@cache
def night_of(night: date = NIGHT, seed: int = 7, scale: float = 1.0) -> SandboxNight:
    """Both cities on a night; worlds are kept over tests."""
    return SandboxNight({city.city_id: city for city in (AUSTIN, BERLIN)}, seed=seed, night=night, scale=scale)
