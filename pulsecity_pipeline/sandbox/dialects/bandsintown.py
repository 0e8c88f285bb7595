"""Dialect `bandsintown`: the dates of one artist (`/artists/id_…/events/`), a plain list; a site is an artist."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import unquote

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, key_of, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number, slug
from pulsecity_pipeline.sandbox.dialects.api_replies import reply_json
from pulsecity_pipeline.sandbox.dialects.api_rows import name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import make_site
from pulsecity_pipeline.sandbox.dialects.bandsintown_dates import write_artist, write_dates
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "bandsintown"
STATES: Final[frozenset[str]] = name_columns(
    """title description url starts_local ends_local timezone is_date all_day status sale_status created_at
    attendance_mode venue_name address town region postcode country latitude longitude geo_precision is_free
    performers"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {"performer": mint_number(8)}
ARTISTS_A_CITY: Final = 3
_ADDRESS: Final = re.compile(r"/artists/(?P<who>[^/]+)/events/?")
_FIRST: Final = (
    "Amber", "Borrowed", "Cedar", "Distant", "Ember", "Feral", "Gentle", "Hollow", "Indigo", "Juniper", "Kindred",
    "Little", "Marble", "Northern", "Open", "Paper", "Quiet", "River", "Silver", "Tin", "Umber", "Velvet", "Winter",
    "Young",
)  # fmt: skip
_SECOND: Final = (
    "Almanac", "Bicycle", "Cartographers", "Delta", "Echoes", "Ferries", "Gardens", "Harbors", "Islands", "Jackdaws",
    "Kites", "Lanterns", "Meridian", "Nocturne", "Orchard", "Parade", "Quarry", "Rooftops", "Swifts", "Tides",
    "Verandas", "Weathervane",
)  # fmt: skip


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """Three invented artists a city, asked for by their number: names are borne by several, as `title` is."""
    keys = derive_keys(key_of(seed, "bandsintown", city.city_id), np.arange(4 * ARTISTS_A_CITY, dtype=np.int64))
    first, second = draw_choice(keys, "first", _FIRST), draw_choice(keys, "second", _SECOND)
    named = dict(zip(first + " " + second, write_number(keys, 8), strict=True))
    chosen = list(named.items())[:ARTISTS_A_CITY]
    sites = [
        make_site(NAME, city, f"https://rest.bandsintown.com/artists/id_{number}/events/?date=upcoming",
                  feed=slug(name, "_"), title=name)
        for name, number in chosen
    ]  # fmt: skip
    return sorted(sites, key=lambda site: site.feed)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The artist of that number, or the first of that name; None for one that is not known."""
    asked = _ADDRESS.fullmatch(request.path)
    if asked is None:
        return None
    # A slash in a name is encoded twice.
    who = unquote(unquote(asked["who"]))
    return next((site for site in sites if who in (f"id_{_artist_id(site)}", site.title)), None)


def mint_native_id(keys: Keys) -> pl.Series:
    """Ten digits."""
    return write_number(keys, 10)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """What is cancelled vanishes; what has no day is not announced."""
    return listings.select(pl.col("status").ne_missing("cancelled") & pl.col("starts_local").is_not_null()).to_series()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """All dates in one list; a range of days that is none is an error with status 400."""
    try:
        found = listings.filter(is_shown(listings), *_choose_rows(request.query))
    except ValueError:
        return reply_json({"errorMessage": "[BadRequest] date must be upcoming, past, all or a range"}, status=400)
    number = _artist_id(site)
    dates = write_dates(found, number)
    if dates:
        dates[0]["artist"] = write_artist(site.title, number, len(dates))
    return reply_json(dates)


def _choose_rows(query: Mapping[str, str]) -> list[pl.Expr]:
    """`upcoming` and `all` are what the site has on its night, a range both its days. Raises ValueError."""
    word = query.get("date", "upcoming")
    if word in ("upcoming", "all"):
        return []
    if word == "past":
        return [pl.lit(value=False)]
    first, last = (date.fromisoformat(edge) for edge in word.split(","))
    return [pl.col("starts_local").dt.date().is_between(first, last)]


def _artist_id(site: Site) -> str:
    return site.path.split("/")[2].removeprefix("id_")
