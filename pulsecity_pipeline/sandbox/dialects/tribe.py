"""Dialect `tribe`: a WordPress site with The Events Calendar, by its REST API."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import FeedKind, draw_sites, find_by_path
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import read_number, reply_json
from pulsecity_pipeline.sandbox.dialects.formats.tribe_events import write_tribe_event
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "tribe"
#: Without `status`: version 1 of the API has no field for it.
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "organizer", "url", "image_url", "tags", "starts_local", "ends_local", "stated_timezone",
    "is_date", "all_day", "created_at", "updated_at", "attendance_mode", "online_url", "venue_name", "address", "town",
    "region", "postcode", "country", "latitude", "longitude", "price_min", "price_max", "currency", "is_free",
    "price_text",
})  # fmt: skip
_PATH: Final = "/wp-json/tribe/events/v1/events"
_KINDS: Final = (
    FeedKind("community_centre", "tribe", _PATH, ("{coin} Hall Arts Centre", "{coin} Mill")),
    FeedKind("business_group", "tribe", _PATH, ("{city} Chamber of Commerce", "Downtown {coin}")),
    FeedKind("gallery", "tribe", _PATH, ("{coin} Arts", "{coin} Contemporary")),
    FeedKind("bookshop", "tribe", _PATH, ("{coin} & Daughters Books",)),
)
_USUAL_PAGE, _LARGEST_PAGE = 10, 50


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One site at size 1, asked for what begins on the night or later."""
    query = f"per_page=50&start_date={night.isoformat()}"
    return draw_sites(NAME, _KINDS, city, seed=seed, count=max(1, round(size)), query=query)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each site has a host of its own, and one archive of events."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of the archive, with the address of the next; 404 beyond the last, as WordPress has it."""
    first_on = _read_day(request.query.get("start_date", ""))
    rows = listings.filter(pl.col("starts_local") >= first_on) if first_on else listings.drop_nulls("starts_local")
    size = max(1, read_number(request, "per_page", _USUAL_PAGE, most=_LARGEST_PAGE))
    page = max(1, read_number(request, "page", 1))
    count = -(-len(rows) // size)
    if page > max(count, 1):
        return reply_json(_beyond_last(), status=404)
    shown = rows.slice((page - 1) * size, size).iter_rows(named=True)
    body = {
        "events": [write_tribe_event(row, site.host) for row in shown],
        "rest_url": _address(site, request, page),
        **({"next_rest_url": _address(site, request, page + 1)} if page < count else {}),
        **({"previous_rest_url": _address(site, request, page - 1)} if page > 1 else {}),
        "total": len(rows),
        "total_pages": count,
    }
    headers = {"X-TEC-Total": str(len(rows)), "X-TEC-TotalPages": str(count)}
    return reply_json(body, headers=headers)


def mint_native_id(keys: Keys) -> pl.Series:
    """The number of a post."""
    return write_number(keys, 9)


NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {"venue": mint_native_id, "organizer": mint_native_id}


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The numbers as text; null where there is no start (it is not listed) or no title."""
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then("native_id")).to_series()


def _address(site: Site, request: Request, page: int) -> str:
    return f"http://{site.host}{site.path}?{urlencode({**request.query, 'page': page})}"


def _beyond_last() -> dict[str, object]:
    message = "The requested page of the events archive does not exist"
    return {"code": "event-archive-page-not-found", "message": message, "data": {"status": 404}}


def _read_day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
