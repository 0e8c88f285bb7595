"""Dialect `resident_advisor`: ra.co's own GraphQL by POST: areas by name, and the listings of an area by page."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, key_of, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number
from pulsecity_pipeline.sandbox.dialects.api_replies import dig, read_body, read_whole, reply_json
from pulsecity_pipeline.sandbox.dialects.api_rows import name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import make_city_site
from pulsecity_pipeline.sandbox.dialects.resident_advisor_rows import list_nights, write_rows
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "resident_advisor"
STATES: Final[frozenset[str]] = name_columns(
    """title description organizer organizer_native_id image_url subcategory starts_local ends_local timezone is_date
    all_day status sale_status attendance_mode venue_native_id venue_name address town postcode latitude longitude
    geo_precision price_min price_max is_free price_text performers performer_native_ids"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {
    "venue": mint_number(6),
    "performer": mint_number(6),
    "organizer": mint_number(6),
}
_MOST_ROWS, _DEFAULT_ROWS = 100, 20
#: Country codes of theirs that are not ISO 3166.
_COUNTRIES: Final = {"GB": "UK"}


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city, which is an area."""
    return [make_city_site(NAME, city, night)]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city that is searched for by name, or whose area is asked for by number; else the first, which explains.

    An area that nobody has is nobody's.
    """
    variables = dig(read_body(request), "variables")
    term, number = dig(variables, "searchTerm"), dig(variables, "filters", "areas", "eq")
    if term is not None:
        return next((site for site in sites if site.title.casefold() == str(term).casefold()), None)
    if number is not None:
        return next((site for site in sites if find_area(site.city_id) == str(number)), None)
    return sites[0] if sites else None


@cache
def find_area(city_id: str) -> str:
    """The number of a city's area."""
    return str(write_number(np.array([key_of("ra area", city_id)]), 7)[0])


def mint_native_id(keys: Keys) -> pl.Series:
    """Whole numbers; of ten digits, three more than theirs, so that no two meet."""
    return write_number(keys, 10)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """A listing is of a night: what has no day is not listed."""
    return listings["starts_local"].is_not_null()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """Areas, or a page of listings; what cannot be read fails the whole query, with status 400."""
    asked = read_body(request)
    query, variables = str(dig(asked, "query")), dig(asked, "variables")
    if request.method != "POST" or not isinstance(variables, dict):
        return _refuse("POST body missing, invalid Content-Type, or JSON object has no keys.")
    if "areas(searchTerm" in query:
        return reply_json({"data": {"areas": [_write_area(site)]}})
    if "eventListings(" not in query:
        return _refuse('Cannot query field on type "Query".')
    page, size = read_whole(variables, "page", 1), read_whole(variables, "pageSize", _DEFAULT_ROWS)
    if page is None or size is None or page < 1 or not 0 < size <= _MOST_ROWS:
        return _refuse('Variable "$pageSize" got invalid value.')
    try:
        found = _choose_nights(listings.filter(is_shown(listings)), dig(variables, "filters", "listingDate"))
    except ValueError:
        return _refuse('Variable "$filters" got invalid value at "filters.listingDate".')
    rows = write_rows(found.slice((page - 1) * size, size), _write_area(site))
    return reply_json({"data": {"eventListings": {"totalResults": len(found), "data": rows}}})


def _choose_nights(listings: pl.DataFrame, bounds: Any) -> pl.DataFrame:
    """The nights between two days, both inclusive. Raises ValueError."""
    nights = list_nights(listings)
    first, last = (None if (edge := dig(bounds, name)) is None else str(edge)[:10] for name in ("gte", "lte"))
    chosen = [] if first is None else [pl.col("night") >= date.fromisoformat(first)]
    return nights.filter(*chosen, *([] if last is None else [pl.col("night") <= date.fromisoformat(last)]))


def _write_area(site: Site) -> dict[str, Any]:
    country = {"urlCode": _COUNTRIES.get(site.country, site.country)}
    return {"id": find_area(site.city_id), "name": site.title, "country": country}


def _refuse(message: str) -> Reply:
    return reply_json({"errors": [{"message": message}], "data": None}, status=400)
