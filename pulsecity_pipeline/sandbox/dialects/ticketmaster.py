"""Dialect `ticketmaster`: Discovery API v2, `/discovery/v2/events.json` by point, radius, dates and segment."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, draw_choice, draw_share
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_letters, mint_number, write_letters
from pulsecity_pipeline.sandbox.dialects.api_replies import read_whole, reply_json
from pulsecity_pipeline.sandbox.dialects.api_rows import UTC_TEXT, in_utc, name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import (
    KM_PER_MILE,
    find_nearest,
    lies_within,
    make_city_site,
    read_point,
)
from pulsecity_pipeline.sandbox.dialects.ticketmaster_events import write_events
from pulsecity_pipeline.sandbox.dialects.ticketmaster_words import find_segment
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "ticketmaster"
STATES: Final[frozenset[str]] = name_columns(
    """title description organizer organizer_native_id url image_url category subcategory starts_local ends_local
    doors_local timezone stated_timezone is_date all_day status previous_start_local sale_status created_at
    attendance_mode venue_native_id venue_name address town region postcode country latitude longitude geo_precision
    price_min price_max currency fees_included performers performer_native_ids"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {
    "venue": mint_letters("KovZpZ", 8),
    "performer": mint_letters("K8vZ917", 7),
    "organizer": mint_number(6),
}
_MOST_ROWS, _DEPTH, _DEFAULT_ROWS, _DEFAULT_RADIUS = 200, 1000, 20, 30.0
_PLATFORMS: Final = ("vvG1zZ", "G5vYZ9", "rZ7HnEZ1", "Z7r9jZ1A")
_ERRORS: Final = {
    "DIS1015": "Query param with date must be of valid format YYYY-MM-DDTHH:mm:ssZ {example: 2020-08-01T14:00:00Z }",
    "DIS1035": "API Limits Exceeded: Max paging depth exceeded. (page * size) must be less than 1,000",
    "DIS1036": "Query param size must be between 0 and 200",
    "DIS1037": "Query param page must be a whole number",
    "DIS1038": "Query param latlong must be of valid format latitude,longitude",
}


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city."""
    return [make_city_site(NAME, city, night)]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city nearest to `latlong`."""
    return find_nearest(sites, _read_point(request.query))


def mint_native_id(keys: Keys) -> pl.Series:
    """Letters and digits behind the mark of the platform that sells it."""
    return draw_choice(keys, "platform", _PLATFORMS) + write_letters(keys, 9)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """Every row is shown; what has no start yet only to whoever asks for it."""
    return pl.repeat(value=True, n=len(listings), eager=True)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of events. Bad parameters, and pages beyond the depth cap, are errors with status 400."""
    query = request.query
    size, page = read_whole(query, "size", _DEFAULT_ROWS), read_whole(query, "page", 0)
    if size is None or not 0 < size <= _MOST_ROWS:
        return _refuse("DIS1036")
    if page is None or page < 0:
        return _refuse("DIS1037")
    if size * page >= _DEPTH:
        return _refuse("DIS1035")
    if _read_point(query) is None:
        return _refuse("DIS1038")
    try:
        found = listings.filter(*_choose_rows(listings, query))
    except ValueError:
        return _refuse("DIS1015")
    return reply_json(_write_page(found, page, size, query))


def _choose_rows(listings: pl.DataFrame, query: Mapping[str, str]) -> list[pl.Expr]:
    """What a query asks for. Raises ValueError for a date in another form than theirs."""
    point = _read_point(query) or (0.0, 0.0)
    unit = 1.0 if query.get("unit") == "km" else KM_PER_MILE
    chosen = [lies_within(point, float(query.get("radius", _DEFAULT_RADIUS)) * unit)]
    begins = in_utc(listings, "starts_local")
    edges = {name: query[name] for name in ("startDateTime", "endDateTime") if name in query}
    if "startDateTime" in edges:
        chosen.append(begins >= _read_instant(edges["startDateTime"]))
    if "endDateTime" in edges:
        chosen.append(begins <= _read_instant(edges["endDateTime"]))
    if segment := query.get("segmentId"):
        chosen.append(pl.lit(_segments(listings) == segment))
    return [*chosen, *_choose_undated(listings, query, is_dated=bool(edges))]


def _choose_undated(listings: pl.DataFrame, query: Mapping[str, str], *, is_dated: bool) -> list[pl.Expr]:
    """`yes`, `no` or `only` for what is to be announced and to be determined; without dates both are `yes`."""
    is_tbd = pl.Series(draw_share(listings["listing_key"].to_numpy(), "date to be determined") < 0.5)
    unknown = pl.col("starts_local").is_null()
    chosen = []
    for name, is_kind in (("includeTBA", unknown & ~is_tbd), ("includeTBD", unknown & is_tbd)):
        word = query.get(name, "no" if is_dated else "yes")
        if word == "only":
            chosen.append(is_kind)
        elif word == "no":
            chosen.append(~is_kind)
    return chosen


def _segments(listings: pl.DataFrame) -> pl.Series:
    pairs = listings.select("subcategory", "category").rows()
    return pl.Series([find_segment(narrow, wide) for narrow, wide in pairs], dtype=pl.String())


def _read_instant(text: str) -> datetime:
    """Their form of an instant, and no other. Raises ValueError."""
    return datetime.strptime(text, UTC_TEXT).replace(tzinfo=UTC)


def _read_point(query: Mapping[str, str]) -> tuple[float, float] | None:
    latitude, _, longitude = query.get("latlong", "").partition(",")
    return read_point(latitude, longitude)


def _write_page(found: pl.DataFrame, page: int, size: int, query: Mapping[str, str]) -> dict[str, Any]:
    pages = -(-len(found) // size)
    events = write_events(found.slice(page * size, size))
    content: dict[str, Any] = {"_embedded": {"events": events}} if events else {}
    numbers = {"first": 0, "prev": page - 1, "self": page, "next": page + 1, "last": pages - 1}
    links = {name: _link(query, number) for name, number in numbers.items() if name == "self" or 0 <= number < pages}
    told = {"size": size, "totalElements": len(found), "totalPages": pages, "number": page}
    return content | {"_links": links, "page": told}


def _link(query: Mapping[str, str], page: int) -> dict[str, str]:
    kept = {name: value for name, value in query.items() if name != "apikey"} | {"page": str(page)}
    return {"href": f"/discovery/v2/events.json?{urlencode(kept)}"}


def _refuse(code: str) -> Reply:
    about = {"about": {"href": f"/discovery/v2/errors.html#{code}"}}
    error = {"code": code, "detail": _ERRORS[code], "status": "400", "_links": about}
    return reply_json({"errors": [error]}, status=400)
