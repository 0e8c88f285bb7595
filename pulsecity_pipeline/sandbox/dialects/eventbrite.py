"""Dialect `eventbrite`: destination search by POST, a city by its place id, by days and category tags, page by page."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qs

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, key_of, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number
from pulsecity_pipeline.sandbox.dialects.api_replies import dig, read_body, read_whole, reply_json
from pulsecity_pipeline.sandbox.dialects.api_rows import name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import make_city_site
from pulsecity_pipeline.sandbox.dialects.eventbrite_events import write_events
from pulsecity_pipeline.sandbox.dialects.eventbrite_words import find_category
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "eventbrite"
STATES: Final[frozenset[str]] = name_columns(
    """title description organizer organizer_native_id url image_url tags category subcategory language starts_local
    ends_local timezone stated_timezone status sale_status created_at attendance_mode venue_native_id venue_name
    address town region postcode country latitude longitude geo_precision price_min price_max currency is_free
    series_native_id"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {
    "venue": mint_number(9),
    "organizer": mint_number(11),
    "series": mint_number(12),
}
_ADDRESS = "https://www.eventbriteapi.com/v3/destination/search/?place={place}&from={{night}}"
_MOST_ROWS, _DEPTH = 50, 1000
_CATEGORY = "EventbriteCategory/"


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city, under an invented place id."""
    place = write_number(np.array([key_of("eventbrite place", city.city_id)]), 9)[0]
    return [make_city_site(NAME, city, night, template=_ADDRESS.format(place=place))]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city whose place id is asked for; the first, which explains, where none is."""
    places = dig(read_body(request), "event_search", "places")
    if not isinstance(places, list) or not places:
        return sites[0] if sites else None
    return next((site for site in sites if _place_of(site) == str(places[0])), None)


def mint_native_id(keys: Keys) -> pl.Series:
    """Twelve digits."""
    return write_number(keys, 12)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """An event without a start cannot be entered."""
    return listings["starts_local"].is_not_null()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of events. What cannot be searched for is an error with status 400, another method one with 405."""
    if request.method != "POST":
        return _refuse(405, "METHOD_NOT_ALLOWED", "Method not allowed for this path.")
    search = dig(read_body(request), "event_search")
    if not isinstance(search, dict) or not search.get("places"):
        return _refuse(400, "ARGUMENTS_ERROR", "There are errors with your arguments: event_search.places - INVALID")
    page, size = read_whole(search, "page", 1), read_whole(search, "page_size", 20)
    if page is None or size is None or page < 1 or not 0 < size <= _MOST_ROWS:
        return _refuse(400, "ARGUMENTS_ERROR", "There are errors with your arguments: event_search.page - INVALID")
    try:
        found = listings.filter(is_shown(listings), *_choose_rows(site, listings, search))
    except ValueError:
        return _refuse(400, "ARGUMENTS_ERROR", "There are errors with your arguments: date_range - INVALID")
    return reply_json({"events": _write_page(found, page, size)})


def _choose_rows(site: Site, listings: pl.DataFrame, search: dict[str, Any]) -> list[pl.Expr]:
    """Both days of a range are meant; without one, what is not over on the site's night. Raises ValueError."""
    chosen: list[pl.Expr] = []
    wanted = search.get("date_range")
    if isinstance(wanted, dict):
        first, last = (date.fromisoformat(str(wanted.get(edge))) for edge in ("from", "to"))
        chosen.append(pl.col("starts_local").dt.date().is_between(first, last))
    elif night := parse_qs(site.query).get("from"):
        chosen.append(pl.coalesce("ends_local", "starts_local").dt.date() >= date.fromisoformat(night[0]))
    numbers = {str(tag).removeprefix(_CATEGORY) for tag in search.get("tags") or []}
    if numbers:
        pairs = listings.select("subcategory", "category").rows()
        of_rows = pl.Series([str(find_category(*pair)) for pair in pairs], dtype=pl.String())
        chosen.append(pl.lit(of_rows.is_in(sorted(numbers))))
    return chosen


def _write_page(found: pl.DataFrame, page: int, size: int) -> dict[str, Any]:
    """All are counted, a thousand are given."""
    given = found.head(_DEPTH)
    pages = max(-(-len(given) // size), 1)
    told = {"object_count": len(found), "page_number": page, "page_size": size, "page_count": pages}
    results = write_events(given.slice((page - 1) * size, size))
    return {"pagination": told | {"continuation": None}, "results": results}


def _place_of(site: Site) -> str:
    return parse_qs(site.query)["place"][0]


def _refuse(status: int, error: str, description: str) -> Reply:
    content = {"status_code": status, "error_description": description, "error": error}
    return reply_json(content, status=status)
