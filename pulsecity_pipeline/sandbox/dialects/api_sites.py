"""Sites of APIs that hold many cities at one host: their addresses, and whose a request is."""

import math
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.source_entries import fill_address, load_sources
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Site

_KM_PER_DEGREE = 111.195
KM_PER_MILE = 1.609344


def make_city_site(source: str, city: City, night: date, *, template: str | None = None) -> Site:
    """The one site of a city at the source's own host, under the name of the city.

    The address is that of `city_feed` in the source's entry, else of `template`, with scheme and host exchanged.
    Raises ValueError where there is neither.
    """
    entry = load_sources()[source].city_feed
    address = template or (entry.url if entry else None)
    if address is None:
        raise ValueError(f"{source} has no city_feed and no template")
    return make_site(source, city, fill_address(address, city, night), feed=city.city_id, title=city.name)


def make_site(source: str, city: City, url: str, *, feed: str, title: str) -> Site:
    """A site of a city that answers at `url`, below the sandbox's suffix."""
    parts = urlsplit(url)
    return Site(
        source,
        feed,
        city.city_id,
        title,
        f"{parts.hostname}.{SANDBOX_HOST_SUFFIX}",
        parts.path,
        parts.query,
        timezone=city.timezone,
        country=city.country,
        currency=city.currency,
        latitude=city.latitude,
        longitude=city.longitude,
    )


def find_nearest(sites: Sequence[Site], point: tuple[float, float] | None) -> Site | None:
    """The site whose city is nearest to a point; where none is given the first, which says what is missing."""
    if point is None or not sites:
        return sites[0] if sites else None
    return min(sites, key=lambda site: (reckon_km(point, (site.latitude, site.longitude)), site.feed))


def read_point(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Degrees from what a request says; None where that is no place on earth."""
    try:
        point = float(str(latitude)), float(str(longitude))
    except ValueError:
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None


def reckon_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Kilometres between two points, flat: right to a percent within a city, and in order beyond it."""
    east = (second[1] - first[1] + 180.0) % 360.0 - 180.0
    return math.hypot(second[0] - first[0], east * math.cos(math.radians(first[0]))) * _KM_PER_DEGREE


def lies_within(point: tuple[float, float], radius_km: float) -> pl.Expr:
    """Whether rows with `latitude` and `longitude` lie within a radius; those without coordinates count as within."""
    north = pl.col("latitude") - point[0]
    east = (pl.col("longitude") - point[1]) * math.cos(math.radians(point[0]))
    return ((north**2 + east**2).sqrt() * _KM_PER_DEGREE <= radius_km).fill_null(value=True)
