"""Dialect `legistar`: the public meetings of a town in the United States, from Legistar's web API."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, key_of, write_number
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import slugify
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import read_number, reply_json
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Reply, Request, Site

NAME = "legistar"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
#: A meeting's title is the name of its body; the API knows no end, no zone and no coordinates.
STATES: Final[frozenset[str]] = frozenset({
    "title", "description", "url", "starts_local", "is_date", "status", "updated_at", "venue_name", "room", "address",
})  # fmt: skip
_HOST: Final = f"webapi.legistar.com.{SANDBOX_HOST_SUFFIX}"
_LARGEST_PAGE: Final = 1000
_DAY: Final = re.compile(r"EventDate\s+(ge|gt|le|lt)\s+datetime'([^']*)'")
_WORDS: Final = {"cancelled": "Canceled", "postponed": "Postponed", "rescheduled": "Rescheduled"}


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """The client of a town in the United States, whatever the size: the 300 newest meetings, as configured."""
    if city.country != "US":
        return []
    client = slugify(city.name).replace("-", "")
    return [
        Site(
            NAME,
            f"{client}_council",
            city.city_id,
            f"City of {city.name}",
            _HOST,
            f"/v1/{client}-{(city.admin1 or '').lower()}/events",
            "$orderby=EventDate%20desc&$top=300",
            software="legistar",
            habits="council",
            timezone=city.timezone,
            country=city.country,
            currency=city.currency,
            latitude=city.latitude,
            longitude=city.longitude,
        )
    ]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The client is a part of the path."""
    return next((site for site in sites if site.path.lower() == request.path.lower()), None)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of meetings: `$filter` by EventDate, `$orderby` EventDate, `$top` (1,000 at most) and `$skip`."""
    rows = _filter_days(listings.drop_nulls("starts_local"), request.query.get("$filter", ""))
    if request.query.get("$orderby", "").lower().endswith("desc"):
        rows = rows.sort("starts_local", "native_id", descending=[True, False])
    most = read_number(request, "$top", _LARGEST_PAGE, most=_LARGEST_PAGE)
    shown = rows.slice(read_number(request, "$skip", 0), most)
    return reply_json([_write_meeting(row, site) for row in shown.iter_rows(named=True)])


def mint_native_id(keys: Keys) -> pl.Series:
    """A number, as Legistar counts."""
    return write_number(keys, 7)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The numbers as text; null where there is no start (it is not listed) or no title."""
    is_read = pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return listings.select(source_event_id=pl.when(is_read).then("native_id")).to_series()


def _filter_days(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    day = pl.col("starts_local").dt.date()
    for operator, stated in _DAY.findall(text):
        bound = date.fromisoformat(stated[:10])
        kept = {"ge": day >= bound, "gt": day > bound, "le": day <= bound, "lt": day < bound}[operator]
        rows = rows.filter(kept)
    return rows


def _write_meeting(row: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """The meeting; what is called off says so where clerks write it: in the agenda's state, or in place of the time."""
    number, body, starts = int(row["native_id"]), row["title"], row["starts_local"]
    state = _WORDS.get(row["status"] or "")
    is_in_time = state is not None and number % 2 == 0 and row["is_date"]
    return {
        "EventId": number,
        "EventGuid": f"{int(key_of(number)):016X}",
        "EventLastModifiedUtc": None if row["updated_at"] is None else f"{row['updated_at']:%Y-%m-%dT%H:%M:%S}.31",
        "EventRowVersion": "AAAAAAAB7Zo=",
        "EventBodyId": None if body is None else int(key_of(body)) % 400 + 1,
        "EventBodyName": body,
        "EventDate": f"{starts:%Y-%m-%d}T00:00:00",
        "EventTime": state if is_in_time else None if row["is_date"] else _write_time(starts),
        "EventVideoStatus": "Public",
        "EventAgendaStatusId": 10 if state is None else 13,
        "EventAgendaStatusName": "Final" if state is None or is_in_time else state,
        "EventMinutesStatusId": 9,
        "EventMinutesStatusName": "Draft",
        "EventLocation": _write_place(row),
        "EventAgendaFile": None,
        "EventMinutesFile": None,
        "EventAgendaLastPublishedUTC": None,
        "EventMinutesLastPublishedUTC": None,
        "EventComment": row["description"],
        "EventVideoPath": None,
        "EventInSiteURL": row["url"] or f"http://{site.host}/MeetingDetail.aspx?LEGID={number}",
        "EventMedia": None,
        "EventItems": [],
    }


def _write_time(starts: datetime) -> str:
    """`6:30 PM`."""
    return f"{(starts.hour - 1) % 12 + 1}:{starts:%M %p}"


def _write_place(row: Mapping[str, Any]) -> str | None:
    """Lines, as they are typed in."""
    named = ", ".join(part for part in (row["venue_name"], row["room"]) if part)
    return "\r\n".join(part for part in (named, row["address"]) if part) or None
