"""Dialect `facebook_events`: events of a Page by the Graph API (`/v25.0/PAGE_ID/events`), by cursor."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, key_of, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number, slug
from pulsecity_pipeline.sandbox.dialects.api_replies import (
    read_cursor,
    read_whole,
    reply_json,
    rows_after,
    write_cursor,
)
from pulsecity_pipeline.sandbox.dialects.api_rows import name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import make_site
from pulsecity_pipeline.sandbox.dialects.facebook_events_nodes import write_nodes
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "facebook_events"
STATES: Final[frozenset[str]] = name_columns(
    """title description organizer organizer_native_id category subcategory starts_local ends_local timezone
    stated_timezone status created_at updated_at attendance_mode online_url venue_native_id venue_name address town
    region postcode country latitude longitude geo_precision going_count"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {"venue": mint_number(15), "organizer": mint_number(15)}
PAGES_A_CITY: Final = 2
_PATH: Final = re.compile(r"/v\d+\.\d+/(?P<page>\d+)/events/?")
_QUERY: Final = (
    "time_filter=upcoming&include_canceled=true&limit=50&fields=id,name,description,start_time,end_time,timezone,"
    "event_times,place,is_online,online_event_third_party_url,is_canceled,is_draft,type,category,is_page_owned,owner,"
    "updated_time"
)
_ADDRESS: Final = f"https://graph.facebook.com/v25.0/{{page}}/events?{_QUERY}"
_DEFAULT_FIELDS: Final = "description,end_time,name,place,start_time"
_MOST_ROWS, _DEFAULT_ROWS = 100, 25
_HOUSES: Final = ("Anchor", "Beacon", "Courtyard", "Depot", "Exchange", "Foundry", "Granary", "Lighthouse", "Mill",
                  "Observatory", "Pavilion", "Signal Box", "Tannery", "Warehouse", "Yard")  # fmt: skip


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """Two Pages a city, asked for by their number."""
    keys = derive_keys(key_of(seed, "facebook_events", city.city_id), np.arange(4 * PAGES_A_CITY, dtype=np.int64))
    named = dict(
        zip("The " + draw_choice(keys, "house", _HOUSES) + f" {city.name}", write_number(keys, 15), strict=True)
    )
    sites = [
        make_site(NAME, city, _ADDRESS.format(page=page), feed=slug(name, "_"), title=name)
        for name, page in list(named.items())[:PAGES_A_CITY]
    ]
    return sorted(sites, key=lambda site: site.feed)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The Page of that number, whatever version is asked; None for one that is not known."""
    asked = _PATH.fullmatch(request.path)
    return next((site for site in sites if asked and site.path.split("/")[2] == asked["page"]), None)


def mint_native_id(keys: Keys) -> pl.Series:
    """Fifteen digits."""
    return write_number(keys, 15)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """An event without a start cannot be entered."""
    return listings["starts_local"].is_not_null()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of events with the fields asked for. Bad parameters are errors with status 400."""
    query = request.query
    limit = read_whole(query, "limit", _DEFAULT_ROWS)
    if limit is None or limit < 1:
        return _refuse("(#100) Param limit must be an integer greater than 0")
    if query.get("time_filter", "upcoming") not in ("upcoming", "past"):
        return _refuse("(#100) Param time_filter must be one of {UPCOMING, PAST}")
    found = listings.filter(is_shown(listings), *_choose_rows(query))
    after = query.get("after")
    rest = rows_after(found, (read_cursor(after) or "") if after else None)
    if rest is None:
        return _refuse("(#100) Invalid cursors values")
    page = rest.head(min(limit, _MOST_ROWS))
    content: dict[str, Any] = {"data": write_nodes(page, query.get("fields", _DEFAULT_FIELDS).split(","))}
    if len(page):
        content["paging"] = _write_paging(site, page, query, has_more=len(rest) > len(page))
    return reply_json(content)


def _choose_rows(query: Mapping[str, str]) -> list[pl.Expr]:
    """`upcoming` is what the site has on its night; what is cancelled is left out where it is not asked for."""
    chosen = [pl.lit(value=False)] if query.get("time_filter") == "past" else []
    if query.get("include_canceled") == "true":
        return chosen
    return [*chosen, pl.col("status").ne_missing("cancelled")]


def _write_paging(site: Site, page: pl.DataFrame, query: Mapping[str, str], *, has_more: bool) -> dict[str, Any]:
    """Cursors of the first and the last; `next` is an address, theirs with the token in it, this one without."""
    before, after = (write_cursor(page["native_id"][place]) for place in (0, -1))
    paging: dict[str, Any] = {"cursors": {"before": before, "after": after}}
    if has_more:
        kept = {name: value for name, value in query.items() if name != "access_token"} | {"after": after}
        paging["next"] = f"https://{site.host}{site.path}?{urlencode(kept)}"
    return paging


def _refuse(message: str) -> Reply:
    error = {"message": message, "type": "OAuthException", "code": 100, "fbtrace_id": "A0sandbox"}
    return reply_json({"error": error}, status=400)
