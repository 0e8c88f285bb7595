"""Dialect `rss`: newspapers, campuses and blogs that state machine dates in their feeds, by one of three modules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import (
    FeedKind,
    break_sites,
    draw_sites,
    find_by_path,
    host_of,
    kind_of,
)
from pulsecity_pipeline.sandbox.dialects.formats.native_words import write_category
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import write_place
from pulsecity_pipeline.sandbox.dialects.formats.stated_times import (
    day_after,
    last_day,
    write_day,
    write_offset,
    write_utc,
)
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import (
    as_paragraphs,
    element,
    empty_element,
    escape_xml,
    write_cdata,
)
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
#: What a native number is made to an id of.
_IDS: Final = {
    "ev": "http://{host}/?p={number}",
    "xcal": "{number} at http://{host}",
    "gd": "tag:{host},2026:event-{number}",
}
_ROOTS: Final = {
    "ev": '<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:georss="http://www.georss.org/'
    'georss" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">',
    "xcal": '<rss version="2.0" xmlns:xCal="urn:ietf:params:xml:ns:xcal" xmlns:geo="http://www.w3.org/2003/01/geo/'
    'wgs84_pos#" xmlns:atom="http://www.w3.org/2005/Atom">',
    "gd": '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005">',
}
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_USUAL: Final = 3
Row = Mapping[str, Any]


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
    items = (_ITEMS[site.software](site, row) for row in listings.iter_rows(named=True))
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
        _guid(_KIND_SOFTWARE[kind_of(feed)], host_of(feed, city_id), native_id)
        for feed, city_id, native_id in listings.select("feed", "city_id", "native_id").iter_rows()
    ]
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then(pl.Series(texts, dtype=pl.String()))).to_series()


def _guid(software: str, host: str, native_id: str) -> str:
    return _IDS[software].format(host=host, number=native_id)


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


def _ev_item(site: Site, row: Row) -> str:
    """RSS 1.0's event module in RSS 2.0: wall clocks with their offset, a last day inclusive."""
    day = row["is_date"]
    return _item(
        site,
        row,
        element("ev:startdate", write_day(row["starts_local"]) if day else write_offset(row, "starts_local")),
        element("ev:enddate", last_day(row["ends_local"]) if day else write_offset(row, "ends_local")),
        element("ev:location", write_place(row)),
        element("ev:organizer", row["organizer"]),
        element("georss:point", _point(row, " ")),
        empty_element("media:content", url=row["image_url"], medium="image") if row["image_url"] else "",
    )


def _xcal_item(site: Site, row: Row) -> str:
    """Elements of xCal in RSS 2.0: moments in UTC, the day after the last one, and a state."""
    day, has_point = row["is_date"], row["latitude"] is not None and row["longitude"] is not None
    status = "CANCELLED" if row["status"] == "cancelled" else "CONFIRMED"
    return _item(
        site,
        row,
        element("xCal:dtstart", write_day(row["starts_local"]) if day else write_utc(row, "starts_local")),
        element("xCal:dtend", day_after(row["ends_local"]) if day else write_utc(row, "ends_local")),
        element("xCal:location", write_place(row)),
        element("xCal:organizer", row["organizer"]),
        element("xCal:status", status),
        element("geo:lat", f"{row['latitude']:.6f}" if has_point else None),
        element("geo:long", f"{row['longitude']:.6f}" if has_point else None),
        empty_element("enclosure", url=row["image_url"], type="image/jpeg", length="0") if row["image_url"] else "",
    )


def _item(site: Site, row: Row, *module: str) -> str:
    description = _describe(row)
    parts = [
        "<item>",
        element("title", row["title"]),
        element("link", row["url"]),
        element("guid", _guid(site.software, site.host, row["native_id"]), isPermaLink="false"),
        element("pubDate", None if row["created_at"] is None else format_datetime(row["created_at"])),
        *(element("category", word) for word in _words(row)),
        f"<description>{write_cdata(as_paragraphs(description))}</description>" if description else "",
        *module,
        "</item>",
    ]
    return "\n".join(part for part in parts if part)


def _gd_entry(site: Site, row: Row) -> str:
    """Atom with Google's data elements."""
    day, status = row["is_date"], "canceled" if row["status"] == "cancelled" else "confirmed"
    starts = write_day(row["starts_local"]) if day else write_offset(row, "starts_local")
    ends = day_after(row["ends_local"]) if day else write_offset(row, "ends_local")
    description = _describe(row)
    parts = [
        "<entry>",
        element("id", _guid("gd", site.host, row["native_id"])),
        element("title", row["title"]),
        element("published", _write_moment(row["created_at"])),
        element("updated", _write_moment(row["updated_at"])),
        empty_element("link", rel="alternate", type="text/html", href=row["url"]) if row["url"] else "",
        *(empty_element("category", term=word) for word in _words(row)),
        f'<content type="html">{escape_xml(as_paragraphs(description))}</content>' if description else "",
        empty_element("gd:when", startTime=starts, endTime=ends) if starts else "",
        empty_element("gd:where", valueString=write_place(row)),
        empty_element("gd:eventStatus", value=f"http://schemas.google.com/g/2005#event.{status}"),
        "</entry>",
    ]
    return "\n".join(part for part in parts if part)


_ITEMS: Final[dict[str, Callable[[Site, Row], str]]] = {"ev": _ev_item, "xcal": _xcal_item, "gd": _gd_entry}


def _describe(row: Row) -> str | None:
    price = f"Admission: {row['price_text']}" if row["price_text"] else None
    return "\n\n".join(text for text in (row["description"], price) if text) or None


def _words(row: Row) -> list[str]:
    word = write_category(row["category"], row["subcategory"])
    return list(dict.fromkeys(one for one in (word, *(row["tags"] or ())) if one))


def _point(row: Row, between: str) -> str | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    return f"{row['latitude']:.6f}{between}{row['longitude']:.6f}"


def _write_moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _built_at(listings: pl.DataFrame) -> datetime:
    newest = listings["updated_at"].max()
    return newest if isinstance(newest, datetime) else _NEVER
