"""Dialect `luma`: the site's own JSON of what is on near a point (`/discover/get-paginated-events`), with cursors."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import orjson
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, draw_share
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_letters
from pulsecity_pipeline.sandbox.dialects.api_replies import (
    dig,
    read_cursor,
    read_whole,
    reply_json,
    rows_after,
    write_cursor,
)
from pulsecity_pipeline.sandbox.dialects.api_rows import name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import find_nearest, make_city_site, read_point
from pulsecity_pipeline.sandbox.dialects.luma_entries import write_entries, write_start
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "luma"
STATES: Final[frozenset[str]] = name_columns(
    """title organizer organizer_native_id url image_url starts_local ends_local timezone stated_timezone status
    sale_status attendance_mode venue_native_id venue_name address town region postcode country latitude longitude
    geo_precision price_min price_max currency is_free series_native_id capacity going_count"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {
    "venue": mint_letters("ChIJ", 23),
    "organizer": mint_letters("cal-", 15),
    "series": mint_letters("rec-", 15),
}
_MOST_ROWS, _DEFAULT_ROWS = 50, 25


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city."""
    return [make_city_site(NAME, city, night)]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city nearest to the point; without one the first, as theirs answers for wherever the caller stands."""
    return find_nearest(sites, read_point(request.query.get("latitude"), request.query.get("longitude")))


def mint_native_id(keys: Keys) -> pl.Series:
    """`evt-` and fifteen letters and digits."""
    return mint_letters("evt-", 15)(keys)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """Whoever cancels deletes: there is no such state. An event without a start cannot be entered."""
    return listings.select(pl.col("status").ne_missing("cancelled") & pl.col("starts_local").is_not_null()).to_series()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of entries, walked by start, told in no order; a limit above theirs is cut to it."""
    limit = read_whole(request.query, "pagination_limit", _DEFAULT_ROWS)
    if limit is None or limit < 1:
        return reply_json(
            {"message": "pagination_limit must be a positive number", "code": "ERR_BAD_REQUEST"}, status=400
        )
    rest = rows_after(listings.filter(is_shown(listings)), _read_position(request.query.get("pagination_cursor")))
    if rest is None:
        return _refuse("Invalid pagination_cursor")
    page = rest.head(min(limit, _MOST_ROWS))
    has_more = len(rest) > len(page)
    shuffled = page.sort(pl.Series(draw_share(page["listing_key"].to_numpy(), "place in the page")))
    cursor = _write_position(page) if has_more else None
    return reply_json({"entries": write_entries(shuffled), "has_more": has_more, "next_cursor": cursor})


def _read_position(cursor: str | None) -> str | None:
    """The id that a page ended with; of no known form one that nothing has."""
    if not cursor:
        return None
    try:
        return str(dig(orjson.loads(read_cursor(cursor) or ""), "fb"))
    except orjson.JSONDecodeError:
        return ""


def _write_position(page: pl.DataFrame) -> str:
    last = page.tail(1)
    position = {"sv": last.select(write_start(last)).item(), "fb": last["native_id"].item()}
    return write_cursor(orjson.dumps(position).decode())


def _refuse(message: str) -> Reply:
    return reply_json({"message": message, "code": "ERR_BAD_REQUEST"}, status=400)
