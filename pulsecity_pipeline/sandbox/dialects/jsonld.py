"""Dialect `jsonld`: web pages of venues whose markup holds their events, as JSON-LD or as microdata."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_hex
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import FeedKind, draw_sites, find_by_path, host_of
from pulsecity_pipeline.sandbox.dialects.formats.schema_microdata import write_microdata
from pulsecity_pipeline.sandbox.dialects.formats.schema_nodes import write_event
from pulsecity_pipeline.sandbox.dialects.formats.schema_pages import wrap_page, write_page
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "jsonld"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "organizer", "url", "image_url", "tags", "starts_local", "ends_local", "doors_local",
    "stated_timezone", "is_date", "all_day", "status", "previous_start_local", "sale_status", "updated_at",
    "attendance_mode", "online_url", "venue_name", "address", "town", "region", "postcode", "country", "latitude",
    "longitude", "price_min", "price_max", "currency", "is_free", "performers", "capacity",
})  # fmt: skip
#: `local` writes wall clocks without an offset.
_BLOCKS: Final = (
    FeedKind("theatre", "blocks", "/whats-on/", ("The {coin} Playhouse", "{coin} Stage")),
    FeedKind("arena", "blocks_local", "/events", ("{coin} Dome", "{coin} Pavilion")),
    FeedKind("rock_club", "blocks", "/calendar/", ("{coin} Ballroom", "Bar {coin}")),
)
_MICRODATA: Final = (
    FeedKind("museum", "microdata", "/agenda/", ("{coin} House Museum", "Museum of {coin}")),
    FeedKind("gallery", "microdata", "/exhibitions/", ("Atelier {coin}",)),
)
_HTML: Final = "text/html; charset=utf-8"


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """Two sites at size 1: one of blocks, one of microdata; at least one of each."""
    count = max(2, round(2 * size))
    blocks = draw_sites(NAME, _BLOCKS, city, seed=seed, count=count - count // 2)
    microdata = draw_sites(NAME, _MICRODATA, city, seed=seed, count=count // 2)
    return sorted([*blocks, *microdata], key=lambda site: site.feed)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each site has a host of its own, and one page."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The page."""
    has_offset = site.software != "blocks_local"
    events = [
        write_event(row, _key(site.host, row["native_id"]), has_offset=has_offset)
        for row in listings.iter_rows(named=True)
    ]
    if site.software == "microdata":
        return Reply(wrap_page(site, "", "\n".join(write_microdata(event) for event in events)), _HTML)
    return Reply(write_page(site, events), _HTML)


def mint_native_id(keys: Keys) -> pl.Series:
    """Eight hexadecimal characters, as the end of an event's address."""
    return write_hex(keys, 8)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The absolute ids; null where the event states no start or no title."""
    names = listings.select("feed", "city_id", "native_id").iter_rows()
    ids = pl.Series([_key(host_of(feed, city_id), native_id) for feed, city_id, native_id in names], dtype=pl.String())
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then(ids)).to_series()


def _key(host: str, native_id: str) -> str:
    return f"http://{host}/event/{native_id}#event"
