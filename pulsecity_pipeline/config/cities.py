"""The cities: one entry each in cities.yaml, plus the two places that are no city."""

from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged
from pulsecity_pipeline.config.zones import ZoneName

#: Where events go that take place nowhere, or in none of the configured cities.
ONLINE = "online"
ELSEWHERE = "elsewhere"
PLACELESS = (ONLINE, ELSEWHERE)
#: What sources that hold many cities in one pull are pulled as, before the first city.
SHARED = "shared"


class City(Strict):
    """A city: GeoNames facts, the radius that its events lie in, and its currency."""

    city_id: str = Field(pattern=r"^[a-z]{2}(-[a-z0-9]+)+$")
    name: str
    admin1: str | None
    country: str = Field(pattern=r"^[A-Z]{2}$")
    geoname_id: int
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    timezone: ZoneName
    population: int = Field(ge=0)
    radius_km: float = Field(gt=0, le=200)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


#: Where shared pages are pulled: nowhere. Nothing is ever placed by it.
NOWHERE = City.model_construct(
    city_id=SHARED,
    name="",
    admin1=None,
    country="",
    geoname_id=0,
    latitude=0.0,
    longitude=0.0,
    timezone="UTC",
    population=0,
    radius_km=1.0,
    currency="USD",
)


class _Cities(Strict):
    cities: list[City]

    @field_validator("cities")
    @classmethod
    def _ids_differ(cls, cities: list[City]) -> list[City]:
        ids = [city.city_id for city in cities]
        repeated = sorted({city_id for city_id in ids if ids.count(city_id) > 1})
        if repeated:
            raise ValueError(f"city_id repeated: {', '.join(repeated)}")
        return cities


@cache
def load_cities(path: Path | None = None) -> dict[str, City]:
    """City id → City, in file order. Raises ConfigurationError."""
    loaded = load_yaml(path or packaged("cities.yaml"), _Cities)
    return {city.city_id: city for city in loaded.cities}


def require_cities(wanted: list[str], known: dict[str, City]) -> list[str]:
    """`wanted`, if all are known. Raises ConfigurationError naming the unknown ones."""
    unknown = [city_id for city_id in wanted if city_id not in known]
    if unknown:
        raise ConfigurationError(
            f"unknown city {', '.join(unknown)}: expected one of `pulsecity city list`, or add it to cities.yaml"
        )
    return wanted


def added_cities_path(data_dir: Path) -> Path:
    """Where cities added on this installation are kept, in the form of cities.yaml."""
    return data_dir / "cities.yaml"


def load_all_cities(data_dir: Path) -> dict[str, City]:
    """The cities that ship, and those added on this installation. Raises ConfigurationError."""
    added = added_cities_path(data_dir)
    return {**load_cities(), **(load_cities(added) if added.exists() else {})}
