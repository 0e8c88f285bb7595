"""Dialect `pages`: lists on web pages without markup of events, as two softwares write them on any host."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import (
    FeedKind,
    draw_sites,
    find_by_path,
    host_of,
    kind_of,
)
from pulsecity_pipeline.sandbox.dialects.formats.listed_pages import write_growthzone_card, write_manager_item
from pulsecity_pipeline.sandbox.dialects.formats.schema_pages import wrap_page
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "pages"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
#: Without `url`: a page links to the event's page on its own host, made of the native id.
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "image_url", "starts_local", "ends_local", "is_date", "all_day", "venue_name", "address",
    "town", "region",
})  # fmt: skip
_GROWTHZONE: Final = (
    FeedKind("business_group", "growthzone", "/events", ("{coin} Area Chamber", "{city} Chamber")),
    FeedKind("neighbourhood", "growthzone", "/events/calendar", ("{coin} Main Street",)),
)
_MANAGER: Final = (
    FeedKind("community_radio", "events_manager", "/events/", ("{coin} FM", "Radio {coin}")),
    FeedKind("church", "events_manager", "/whats-on/", ("{coin} Parish",)),
)
_WRITERS: Final[dict[str, Callable[[Mapping[str, Any], str], str]]] = {
    "growthzone": write_growthzone_card,
    "events_manager": write_manager_item,
}
_LISTS: Final = {"growthzone": "row gz-events-cards", "events_manager": "em em-list em-events-list"}
_PATHS: Final = {"growthzone": "/events/details/{number}", "events_manager": "/events/{number}/"}
_KIND_SOFTWARE: Final = {kind.name: kind.software for kind in (*_GROWTHZONE, *_MANAGER)}


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """Two sites at size 1, at least one of each software."""
    count = max(2, round(2 * size))
    growthzone = draw_sites(NAME, _GROWTHZONE, city, seed=seed, count=count - count // 2)
    manager = draw_sites(NAME, _MANAGER, city, seed=seed, count=count // 2)
    return sorted([*growthzone, *manager], key=lambda site: site.feed)


def list_unstated(site: Site) -> frozenset[str]:
    """Columns of LISTING that the site's software does not show on its lists."""
    return frozenset({"venue_name", "address", "town", "region"} if site.software == "growthzone" else ())


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each site has a host of its own, and one list."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The page with the whole list."""
    write = _WRITERS[site.software]
    cards = (write(row, _url(site.software, site.host, row["native_id"])) for row in listings.iter_rows(named=True))
    body = f'<div class="{_LISTS[site.software]}">\n' + "\n".join(cards) + "\n</div>"
    return Reply(wrap_page(site, "", body), "text/html; charset=utf-8")


def mint_native_id(keys: Keys) -> pl.Series:
    """A number, as the end of an event's address."""
    return write_number(keys, 8)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The addresses of the events' pages; null where there is no start or no title."""
    rows = listings.select("feed", "city_id", "native_id").iter_rows()
    urls = [_url(_KIND_SOFTWARE[kind_of(feed)], host_of(feed, city_id), native_id) for feed, city_id, native_id in rows]
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then(pl.Series(urls, dtype=pl.String()))).to_series()


def _url(software: str, host: str, native_id: str) -> str:
    return f"http://{host}{_PATHS[software].format(number=native_id)}"
