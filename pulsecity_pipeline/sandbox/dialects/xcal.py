"""Dialect `xcal`: calendars in XML, by RFC 6321 and by the draft before it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_hex
from pulsecity_pipeline.sandbox.dialects.formats.calendar_entries import name_occurrences, plan_entries
from pulsecity_pipeline.sandbox.dialects.formats.calendar_publishers import Hand
from pulsecity_pipeline.sandbox.dialects.formats.calendar_xml import write_draft, write_entry, write_rfc6321
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import FeedKind, draw_sites, find_by_path, host_of
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import element
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "xcal"
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "organizer", "url", "tags", "starts_local", "ends_local", "stated_timezone", "is_date",
    "all_day", "series_native_id", "original_local", "series_until_on", "status", "updated_at", "revision",
    "attendance_mode", "online_url", "venue_name", "room", "address", "town", "region", "postcode", "country",
    "latitude", "longitude", "price_text",
})  # fmt: skip
_KINDS: Final = (
    FeedKind("university", "rfc6321", "/calendar.xml", ("{coin} College", "{coin} Institute")),
    FeedKind("orchestra", "draft", "/concerts.xcs", ("{coin} Sinfonia",)),
    FeedKind("community_centre", "rfc6321", "/events/xcal", ("{coin} Commons",)),
    FeedKind("council", "draft", "/meetings.xcs", ("{coin} Township",)),
)
_HAND: Final = Hand("zone")
_TYPE: Final = "application/calendar+xml; charset=utf-8"


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One site at size 1."""
    return draw_sites(NAME, _KINDS, city, seed=seed, count=max(1, round(size)))


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each site has a host of its own, and one file."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The whole calendar."""
    write = write_draft if site.software == "draft" else write_rfc6321
    entries = plan_entries(listings, _HAND, writes_series=True)
    events = "\n".join(write_entry(entry, _uid(entry["uid_text"], site.host), write) for entry in entries)
    head, tail = (_open_draft, "</vcalendar></iCalendar>") if site.software == "draft" else (_open_rfc6321, _RFC_TAIL)
    body = f'<?xml version="1.0" encoding="utf-8"?>\n{head(site)}\n{events}\n{tail}\n'
    return Reply(body.encode(), site.content_type or _TYPE)


def mint_native_id(keys: Keys) -> pl.Series:
    """Twenty hexadecimal characters, before the @ of an id; of listings and of series."""
    return write_hex(keys, 20)


NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {"series": mint_native_id}


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The ids, of a day of a series with its original wall clock; null where there is no start or no title."""
    rows = listings.select("feed", "city_id", pl.coalesce("series_native_id", "native_id")).iter_rows()
    uids = pl.Series([_uid(text, host_of(feed, city_id)) for feed, city_id, text in rows], dtype=pl.String())
    named = name_occurrences(listings, uids, writes_series=True)
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then(named)).to_series()


_RFC_TAIL: Final = "</components></vcalendar></icalendar>"


def _open_rfc6321(site: Site) -> str:
    properties = "".join(
        f"<{name}><text>{text}</text></{name}>"
        for name, text in (("prodid", "-//XML Calendar//EN"), ("version", "2.0"), ("x-wr-timezone", site.timezone))
    )
    return (
        '<icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><vcalendar>'
        f"<properties>{properties}</properties><components>"
    )


def _open_draft(site: Site) -> str:
    return (
        '<iCalendar xmlns="urn:ietf:params:xml:ns:xcal"><vcalendar><version>2.0</version>'
        f"{element('x-wr-calname', site.title)}{element('x-wr-timezone', site.timezone)}"
    )


def _uid(text: str, host: str) -> str:
    return f"{text}@{host}"
