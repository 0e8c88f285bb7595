"""Dialect `seatgeek`: Platform API v2 (`/2/events`) by point, range and the instant of the start, page by page."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number
from pulsecity_pipeline.sandbox.dialects.api_replies import read_whole, reply_json
from pulsecity_pipeline.sandbox.dialects.api_rows import in_utc, name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import (
    KM_PER_MILE,
    find_nearest,
    lies_within,
    make_city_site,
    read_point,
)
from pulsecity_pipeline.sandbox.dialects.seatgeek_events import write_events
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "seatgeek"
STATES: Final[frozenset[str]] = name_columns(
    """title description url image_url category subcategory starts_local ends_local timezone stated_timezone is_date
    all_day status created_at venue_native_id venue_name address town region postcode country latitude longitude
    geo_precision capacity performers performer_native_ids"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {"venue": mint_number(7), "performer": mint_number(7)}
_MOST_ROWS, _DEFAULT_ROWS, _DEFAULT_RANGE = 5000, 10, "30mi"


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city."""
    return [make_city_site(NAME, city, night)]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city nearest to `lat` and `lon`."""
    return find_nearest(sites, read_point(request.query.get("lat"), request.query.get("lon")))


def mint_native_id(keys: Keys) -> pl.Series:
    """Whole numbers; of ten digits, three more than theirs, so that no two meet."""
    return write_number(keys, 10)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """Every row is shown; what has no day yet stands on a day that is none."""
    return pl.repeat(value=True, n=len(listings), eager=True)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of events. Bad parameters are errors with status 400."""
    query = request.query
    page, size = read_whole(query, "page", 1), read_whole(query, "per_page", _DEFAULT_ROWS)
    if page is None or size is None or page < 1 or not 0 < size <= _MOST_ROWS:
        return _refuse("page and per_page must be positive integers")
    try:
        found = listings.filter(*_choose_rows(listings, query))
    except ValueError as error:
        return _refuse(str(error))
    located = {"lat": site.latitude, "lon": site.longitude, "range": query.get("range", _DEFAULT_RANGE)}
    told: dict[str, Any] = {"total": len(found), "took": 3, "page": page, "per_page": size}
    told["geolocation"] = located if "lat" in query else None
    return reply_json({"events": write_events(found.slice((page - 1) * size, size)), "meta": told})


def _choose_rows(listings: pl.DataFrame, query: Mapping[str, str]) -> list[pl.Expr]:
    """What is within the range and the bounds of `datetime_utc`; what has no day is within all. Raises ValueError."""
    chosen = []
    point = read_point(query.get("lat"), query.get("lon"))
    if "lat" in query:
        if point is None:
            raise ValueError("lat and lon must be degrees")
        chosen.append(lies_within(point, _read_range(query.get("range", _DEFAULT_RANGE))))
    begins = in_utc(listings, "starts_local")
    if bound := query.get("datetime_utc.gte"):
        chosen.append((begins >= _read_instant(bound)).fill_null(value=True))
    if bound := query.get("datetime_utc.lte"):
        chosen.append((begins <= _read_instant(bound)).fill_null(value=True))
    return chosen


def _read_range(text: str) -> float:
    """Kilometres of `19mi` or `30km`. Raises ValueError."""
    for unit, length in (("mi", KM_PER_MILE), ("km", 1.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * length
    raise ValueError("range must end in mi or km")


def _read_instant(text: str) -> datetime:
    """UTC without a mark of it. Raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _refuse(message: str) -> Reply:
    return reply_json({"status": "error", "code": 400, "message": message}, status=400)
