"""Dialect `developers_events`: the one file of developers.events, as generated from a hand-edited page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, draw_share, write_hex
from pulsecity_pipeline.sandbox.dialects.formats.conferences import compose_key, final_day, first_day, write_town
from pulsecity_pipeline.sandbox.dialects.formats.configured_sites import list_shared
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import find_by_path
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import reply_json
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import country_name
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "developers_events"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
STATES: Final[frozenset[str]] = frozenset({
    "title", "url", "tags", "starts_local", "ends_local", "is_date", "all_day", "attendance_mode", "town", "region",
    "country",
})  # fmt: skip
#: So many lines of the page cannot be taken apart by its generator, and stand in the file as they are.
_BROKEN_SHARE: Final = 0.005
_STATES: Final = {"cancelled": "Canceled", "postponed": "Postponed", "moved_online": "Virtualized"}
_COUNTRIES: Final = {"US": "USA", "GB": "UK"}
_ONLINE: Final = "Online"


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """None: the file is of all cities."""
    return []


def list_shared_sites(*, seed: int, night: date) -> Sequence[Site]:
    """The one file."""
    return list_shared(NAME, night)


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """There is one path."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The whole file."""
    rows = _marked(listings).drop_nulls("starts_local")
    return reply_json([_write_conference(row) for row in rows.iter_rows(named=True)])


def mint_native_id(keys: Keys) -> pl.Series:
    """What nobody sees: conferences have no ids."""
    return write_hex(keys, 8)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """Day, name and town; null for what has no start, no name or no address, or stands on a broken line."""
    ids = [compose_key(first_day(row), row["title"], _city(row)) for row in listings.iter_rows(named=True)]
    is_whole = pl.all_horizontal(pl.col("starts_local", "title", "url").is_not_null()) & ~pl.col("is_broken")
    marked = _marked(listings)
    return marked.select(source_event_id=pl.when(is_whole).then(pl.Series(ids, dtype=pl.String()))).to_series()


def _marked(listings: pl.DataFrame) -> pl.DataFrame:
    is_broken = draw_share(listings["listing_key"].to_numpy(), "broken line") < _BROKEN_SHARE
    return listings.with_columns(is_broken=pl.Series(is_broken))


def _write_conference(row: Mapping[str, Any]) -> dict[str, Any]:
    days = [day for day in dict.fromkeys((first_day(row), final_day(row))) if day]
    location = _location(row)
    line = f"* [{row['title']}]({row['url']} - {location}" if row["is_broken"] else None
    return {
        "name": line or row["title"],
        "date": [_milliseconds(day) for day in days],
        "hyperlink": line or row["url"],
        "location": location,
        "city": _city(row),
        "country": _country(row),
        "misc": "",
        "cfp": {},
        "closedCaptions": False,
        "scholarship": False,
        "sponsoringBadge": False,
        "status": _STATES.get(row["status"] or "", "open"),
        "tags": [{"key": "topic", "value": tag} for tag in row["tags"] or ()],
    }


def _location(row: Mapping[str, Any]) -> str:
    """`Town (Country)`, `Town (Country) & Online`, a country alone, or `Online`."""
    town, country = _city(row), _country(row)
    if country == _ONLINE:
        return _ONLINE
    held = country if town == country else f"{town} ({country})"
    return f"{held} & {_ONLINE}" if row["attendance_mode"] == "mixed" else held


def _city(row: Mapping[str, Any]) -> str:
    return _country(row) if _is_online(row) else write_town(row) or _country(row)


def _country(row: Mapping[str, Any]) -> str:
    if _is_online(row):
        return _ONLINE
    return _COUNTRIES.get(row["country"], country_name(row["country"]) or _ONLINE)


def _is_online(row: Mapping[str, Any]) -> bool:
    return row["attendance_mode"] == "online" or row["country"] is None


def _milliseconds(day: str) -> int:
    """Midnight of UTC, which means that day wherever it is."""
    return int(datetime.combine(date.fromisoformat(day), time(), UTC).timestamp()) * 1000
