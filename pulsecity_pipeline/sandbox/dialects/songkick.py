"""Dialect `songkick`: API 3.0, events near a point (`/api/3.0/events.json?location=geo:…`), page by page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number
from pulsecity_pipeline.sandbox.dialects.api_replies import read_whole, reply_json
from pulsecity_pipeline.sandbox.dialects.api_rows import name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import find_nearest, make_city_site, read_point
from pulsecity_pipeline.sandbox.dialects.songkick_events import write_events
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "songkick"
STATES: Final[frozenset[str]] = name_columns(
    """title category starts_local ends_local timezone stated_timezone is_date all_day status url venue_native_id
    venue_name town region country latitude longitude geo_precision performers performer_native_ids"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {"venue": mint_number(7), "performer": mint_number(8)}
_MOST_ROWS = 50


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city, which is the metro area."""
    return [make_city_site(NAME, city, night)]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city nearest to `location=geo:…`."""
    return find_nearest(sites, _read_location(request.query))


def mint_native_id(keys: Keys) -> pl.Series:
    """Whole numbers; of ten digits, two more than theirs, so that no two meet."""
    return write_number(keys, 10)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """A calendar has days: what has none is not in it."""
    return listings["starts_local"].is_not_null()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of events; an empty calendar has no list, and errors come with status 200."""
    query = request.query
    page, size = read_whole(query, "page", 1), read_whole(query, "per_page", _MOST_ROWS)
    if page is None or size is None or page < 1 or size < 1:
        return _refuse("Invalid page or per_page")
    if _read_location(query) is None:
        return _refuse("Invalid location")
    try:
        found = listings.filter(is_shown(listings), *_choose_rows(query))
    except ValueError:
        return _refuse("min_date and max_date must both be given as YYYY-MM-DD")
    size = min(size, _MOST_ROWS)
    events = write_events(found.slice((page - 1) * size, size), site.title)
    told = {"status": "ok", "page": page, "perPage": size, "totalEntries": len(found)}
    return reply_json({"resultsPage": told | {"results": {"event": events} if events else {}}})


def _choose_rows(query: Mapping[str, str]) -> list[pl.Expr]:
    """What lies between two days, both inclusive, where they are asked for. Raises ValueError."""
    edges = [query.get(name) for name in ("min_date", "max_date")]
    if edges == [None, None]:
        return []
    first, last = (date.fromisoformat(edge or "") for edge in edges)
    return [pl.col("starts_local").dt.date().is_between(first, last)]


def _read_location(query: Mapping[str, Any]) -> tuple[float, float] | None:
    latitude, _, longitude = str(query.get("location", "")).removeprefix("geo:").partition(",")
    return read_point(latitude, longitude)


def _refuse(message: str) -> Reply:
    return reply_json({"resultsPage": {"status": "error", "error": {"message": message}}})
