"""Two cities for tests and what can be found in their pages."""

import hashlib
from datetime import date
from functools import cache

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.model import World
from pulsecity_pipeline.sandbox.pages import SandboxPage, build_pages
from pulsecity_pipeline.sandbox.world_v1 import build_world

AS_OF = date(2026, 8, 22)
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
def world_of(city_id: str, seed: int = 7, as_of: date = AS_OF) -> World:
    city = {city.city_id: city for city in (AUSTIN, BERLIN)}[city_id]
    return build_world(city, seed=seed, as_of=as_of)


@cache
def pages_of(city_id: str, seed: int = 7) -> dict[str, SandboxPage]:
    return {page.publisher.name: page for page in build_pages(world_of(city_id, seed))}


def hash_pages(city: City, seed: int) -> str:
    """One hash over addresses, statuses and bytes of all pages, built anew."""
    digest = hashlib.sha256()
    for page in build_pages(build_world(city, seed=seed, as_of=AS_OF)):
        digest.update(f"{page.url} {page.status} {page.content_type} {page.etag}\n".encode() + page.body)
    return digest.hexdigest()
