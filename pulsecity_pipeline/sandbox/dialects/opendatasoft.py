"""Dialect `opendatasoft`: what is on in Paris, from the city's open-data portal (Explore API 2.1)."""

from collections.abc import Callable, Sequence
from datetime import date, tzinfo
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.formats.agenda_rows import write_agenda_row
from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import find_zone
from pulsecity_pipeline.sandbox.dialects.formats.configured_sites import list_configured
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import read_number, reply_json
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "opendatasoft"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
#: Without a state: what is called off says so in its title, or disappears.
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "organizer", "url", "image_url", "tags", "starts_local", "ends_local", "is_date",
    "all_day", "updated_at", "attendance_mode", "online_url", "venue_name", "address", "town", "postcode", "latitude",
    "longitude", "price_text", "is_free",
})  # fmt: skip
_USUAL_LIMIT, _LARGEST_LIMIT, _LAST_RECORD = 10, 100, 10_000


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """The agenda of Paris, as configured; no other city has one."""
    return [site for site in list_configured(NAME, city, night) if "que-faire-a-paris-" in site.path]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The site of the dataset that the path names, whether its export or its records are asked for."""
    return next((site for site in sites if _dataset(site.path) == _dataset(request.path)), None)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """All rows of an export, or a page of records; in the zone that `timezone` names, else UTC.

    `where` is not judged: now() is nothing that a night could be asked for.
    """
    zone = _find_zone(request.query.get("timezone", "UTC"))
    form = request.path.partition(_dataset(request.path))[2]
    if zone is None or form not in ("/exports/json", "/records"):
        return _refuse(f"{request.path}: no such export, or no such timezone")
    rows = listings.drop_nulls("starts_local").sort("starts_local", "native_id")
    if form == "/exports/json":
        return reply_json([write_agenda_row(row, zone) for row in rows.iter_rows(named=True)])
    limit, offset = read_number(request, "limit", _USUAL_LIMIT), read_number(request, "offset", 0)
    if limit > _LARGEST_LIMIT or limit + offset > _LAST_RECORD:
        return _refuse("Invalid value for limit or offset: expected limit <= 100 and offset + limit <= 10000")
    shown = rows.slice(offset, limit).iter_rows(named=True)
    return reply_json({"total_count": len(rows), "results": [write_agenda_row(row, zone) for row in shown]})


def mint_native_id(keys: Keys) -> pl.Series:
    """The number of a record, as text."""
    return write_number(keys, 8)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The numbers; null where there is no start (it is not listed) or no title."""
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then("native_id")).to_series()


def _dataset(path: str) -> str:
    """The path of a dataset, without what of it is asked for."""
    return path.partition("/exports/")[0].removesuffix("/records")


def _find_zone(name: str) -> tzinfo | None:
    try:
        return find_zone(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _refuse(message: str) -> Reply:
    return reply_json({"error_code": "InvalidRESTParameterError", "message": message}, status=400)
