"""Dialect `ics`: publishers' calendars, one file each, as nine softwares write them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_index, draw_share, key_of, write_hex
from pulsecity_pipeline.sandbox.dialects.formats.calendar_entries import (
    draw_mistakes,
    in_series,
    name_occurrences,
    plan_entries,
)
from pulsecity_pipeline.sandbox.dialects.formats.calendar_events import EventWriter, uid_of
from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import escape_text, fold_line, zone_lines
from pulsecity_pipeline.sandbox.dialects.formats.calendar_publishers import HANDS, KINDS, Hand
from pulsecity_pipeline.sandbox.dialects.formats.calendar_software import SOFTWARE, Software
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import (
    break_sites,
    draw_sites,
    find_by_path,
    host_of,
    kind_of,
)
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "ics"
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "organizer", "url", "image_url", "tags", "starts_local", "ends_local", "stated_timezone",
    "is_date", "all_day", "series_native_id", "original_local", "series_until_on", "status", "created_at",
    "updated_at", "revision", "attendance_mode", "online_url", "venue_name", "room", "address", "town", "region",
    "postcode", "country", "latitude", "longitude", "price_text",
})  # fmt: skip
_PROPERTIES: Final = {
    "organizer": ("ORGANIZER",),
    "url": ("URL",),
    "latitude": ("GEO",),
    "longitude": ("GEO",),
    "image_url": ("ATTACH", "X-LIVEWHALE-IMAGE"),
    "tags": ("CATEGORIES",),
}
_FEWEST, _USUAL, _SPREAD = 6, 16, 5
_FAULTS: Final = ("dead", "html", "empty", "truncated")
_KIND_SOFTWARE: Final = {kind.name: kind.software for kind in KINDS}
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """16 to 20 sites at size 1, at least 6; of 18 four are broken for good. The same on every night."""
    extra = int(draw_index(derive_keys(key_of(seed, city.city_id, NAME)), "sites", _SPREAD)[0])
    count = max(_FEWEST, round((_USUAL + extra) * size))
    sites = draw_sites(NAME, KINDS, city, seed=seed, count=count)
    return break_sites(sites, _FAULTS[: max(1, round(count * 4 / 18))] * max(1, count // 18), seed=seed)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each site has a host of its own, and one file."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The whole calendar."""
    software, hand = SOFTWARE[site.software], HANDS[site.habits]
    name = escape_text(site.title)
    header = [line.format(name=name, zone=site.timezone) for line in (f"PRODID:{software.product}", *software.header)]
    if hand.clock == "floating" and not any(line.startswith("X-WR-TIMEZONE") for line in header):
        header.append(f"X-WR-TIMEZONE:{site.timezone}")
    entries = plan_entries(_with_shares(listings), hand, writes_series=_writes_series(software, hand))
    writer = EventWriter(software, hand, site.host, site.timezone, _exported_at(listings))
    events = [line for entry in entries for line in writer.lines(entry)]
    definitions = _definitions(listings) if software.has_zone_definition else []
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *header, *definitions, *events, "END:VCALENDAR"]
    body = software.newline.join(fold_line(line, software.folding) for line in lines) + software.newline
    return Reply(body, site.content_type or "text/calendar; charset=utf-8")


def mint_native_id(keys: Keys) -> pl.Series:
    """26 hexadecimal characters, which each software makes its own ids of; of listings and of series."""
    return write_hex(keys, 26)


NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {"series": mint_native_id}


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The ids under which the listings are read, null where the entry has no start or no title.

    A day of a written series is the series' id and its original wall clock.
    """
    parts = [_expect_feed(feed) for feed in listings.with_row_index("number").partition_by("feed", "city_id")]
    if not parts:
        return pl.Series("source_event_id", [], pl.String())
    return pl.concat(parts).sort("number")["source_event_id"]


def list_copies(listings: pl.DataFrame) -> pl.DataFrame:
    """listing_key, source_event_id of the listings that a feed states once more under another id."""
    kinds = pl.Series([kind_of(feed) for feed in listings["feed"]], dtype=pl.String())
    found = [pl.DataFrame(schema={"listing_key": pl.UInt64(), "source_event_id": pl.String()})]
    for kind in kinds.unique().sort():
        rows = listings.filter(kinds == kind)
        mistakes = draw_mistakes(rows, HANDS[kind], writes_series=_kind_writes_series(kind))
        rows = rows.filter(mistakes.eq_missing("copy"))
        found.append(rows.select("listing_key", source_event_id="copy-" + expected_event_id(rows)))
    return pl.concat(found)


def _expect_feed(listings: pl.DataFrame) -> pl.DataFrame:
    feed, city_id = listings.row(0, named=True)["feed"], listings.row(0, named=True)["city_id"]
    kind = kind_of(feed)
    hand, software, writes_series = HANDS[kind], SOFTWARE[_KIND_SOFTWARE[kind]], _kind_writes_series(kind)
    host = host_of(feed, city_id)
    is_series = in_series(listings, writes_series)
    texts = pl.select(pl.when(is_series).then(listings["series_native_id"]).otherwise(listings["native_id"]))
    ids = pl.Series([uid_of(software, text, host) for text in texts.to_series()], dtype=pl.String())
    mistakes = draw_mistakes(listings, hand, writes_series=writes_series)
    is_whole = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    is_lost = mistakes.is_in(["no_start", "no_title"]).fill_null(False)
    named = name_occurrences(listings, ids, writes_series=writes_series)
    return listings.select("number", source_event_id=pl.when(is_whole & ~is_lost).then(named))


def list_unstated(site: Site) -> frozenset[str]:
    """Columns of LISTING that the site's software has no property for."""
    written = SOFTWARE[site.software].properties.split()
    return frozenset(column for column, names in _PROPERTIES.items() if not set(names) & set(written))


def writes_series(site: Site) -> bool:
    """Whether the site writes a weekly series as one entry with a rule, and so keeps all of it, past and to come."""
    return _kind_writes_series(kind_of(site.feed))


def _writes_series(software: Software, hand: Hand) -> bool:
    return software.writes_series and not hand.expands_series


def _kind_writes_series(kind: str) -> bool:
    return _writes_series(SOFTWARE[_KIND_SOFTWARE[kind]], HANDS[kind])


def _with_shares(listings: pl.DataFrame) -> pl.DataFrame:
    return listings.with_columns(duration_share=draw_share(listings["listing_key"].to_numpy(), "duration"))


def _exported_at(listings: pl.DataFrame) -> datetime:
    """The newest change: a calendar is exported anew whenever something in it changes."""
    newest = listings.select(pl.max_horizontal(pl.col("created_at").max(), pl.col("updated_at").max())).item()
    return newest if isinstance(newest, datetime) else _NEVER


def _definitions(listings: pl.DataFrame) -> list[str]:
    """A VTIMEZONE for each zone that is named."""
    zones = listings.select(pl.coalesce("stated_timezone", "timezone")).to_series().drop_nulls().unique().sort()
    first = listings["starts_local"].min()
    year = first.year if isinstance(first, datetime) else _NEVER.year
    return [line for zone in zones if zone != "UTC" for line in zone_lines(zone, year)]
