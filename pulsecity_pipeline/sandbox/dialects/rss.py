"""Dialect `rss`: newspapers, campuses and blogs that state machine dates in their feeds, by one of three modules."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.formats.feed_items import ITEMS, guid_of
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import (
    FeedKind,
    break_sites,
    draw_sites,
    find_by_path,
    host_of,
    kind_of,
)
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import element, empty_element
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "rss"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "organizer", "url", "image_url", "tags", "starts_local", "ends_local", "stated_timezone",
    "is_date", "all_day", "status", "created_at", "updated_at", "attendance_mode", "online_url", "venue_name", "room",
    "address", "town", "region", "postcode", "country", "latitude", "longitude", "price_text",
})  # fmt: skip
_XML: Final = "text/xml; charset=utf-8"
_KINDS: Final = (
    FeedKind("weekly_paper", "ev", "/events.rss", ("The {city} Weekly", "{coin} Post")),
    FeedKind("campus_news", "xcal", "/events.xml", ("{coin} Campus News",), _XML),
    FeedKind("city_blog", "gd", "/feed.atom", ("{coin} Street Blog", "Around {city}")),
    FeedKind("arts_review", "ev", "/calendar/feed", ("{coin} Review",), _XML),
    FeedKind("campus_radio", "xcal", "/rss/events", ("{coin} Radio",)),
)
_KIND_SOFTWARE: Final = {kind.name: kind.software for kind in _KINDS}
_TYPES: Final = {"gd": "application/atom+xml; charset=utf-8"}
_RSS_TYPE: Final = "application/rss+xml; charset=utf-8"
_ROOTS: Final = {
    "ev": '<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:georss="http://www.georss.org/'
    'georss" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">',
    "xcal": '<rss version="2.0" xmlns:xCal="urn:ietf:params:xml:ns:xcal" xmlns:geo="http://www.w3.org/2003/01/geo/'
    'wgs84_pos#" xmlns:atom="http://www.w3.org/2005/Atom">',
    "gd": '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005">',
}
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_USUAL: Final = 3


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """Three sites at size 1, one of three gone for good."""
    count = max(1, round(_USUAL * size))
    return break_sites(draw_sites(NAME, _KINDS, city, seed=seed, count=count), ["gone"] * (count // 3), seed=seed)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each site has a host of its own, and one file."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The whole feed."""
    root = _ROOTS[site.software]
    items = (ITEMS[site.software](site, row) for row in listings.iter_rows(named=True))
    head = _atom_head(site, listings) if site.software == "gd" else _rss_head(site, listings)
    tail = ["</feed>"] if site.software == "gd" else ["</channel>", "</rss>"]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', root, *head, *items, *tail]
    return Reply(("\n".join(lines) + "\n").encode(), site.content_type or _TYPES.get(site.software, _RSS_TYPE))


def mint_native_id(keys: Keys) -> pl.Series:
    """A number of twelve digits, as publishing software counts its pages (with gaps)."""
    return write_number(keys, 12)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The guids; null where the item states no start or no title."""
    texts = [
        guid_of(_KIND_SOFTWARE[kind_of(feed)], host_of(feed, city_id), native_id)
        for feed, city_id, native_id in listings.select("feed", "city_id", "native_id").iter_rows()
    ]
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then(pl.Series(texts, dtype=pl.String()))).to_series()


def _rss_head(site: Site, listings: pl.DataFrame) -> Iterable[str]:
    return [
        "<channel>",
        element("title", site.title),
        element("link", f"http://{site.host}/"),
        element("description", f"Events of {site.title}"),
        empty_element("atom:link", href=site.url, rel="self", type="application/rss+xml"),
        element("lastBuildDate", format_datetime(_built_at(listings))),
    ]


def _atom_head(site: Site, listings: pl.DataFrame) -> Iterable[str]:
    return [
        element("id", site.url),
        element("title", site.title),
        element("updated", f"{_built_at(listings):%Y-%m-%dT%H:%M:%SZ}"),
        empty_element("link", rel="self", href=site.url),
    ]


def _built_at(listings: pl.DataFrame) -> datetime:
    newest = listings["updated_at"].max()
    return newest if isinstance(newest, datetime) else _NEVER
