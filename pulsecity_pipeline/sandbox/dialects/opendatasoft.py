"""Dialect `opendatasoft`: what is on in Paris, from the city's open-data portal (Explore API 2.1)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import find_zone
from pulsecity_pipeline.sandbox.dialects.formats.configured_sites import list_configured
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import read_number, reply_json
from pulsecity_pipeline.sandbox.dialects.formats.stated_times import to_moment
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import as_paragraphs
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
_RUN_DAYS: Final = 2
_WORDS: Final = {
    "music": "Concert", "performing_arts": "Théâtre", "visual_arts_film": "Expo", "literature_books": "Littérature",
    "film_screening": "Cinéma", "kids_family": "Enfants", "class_workshop": "Atelier", "comedy": "Humour",
    "dance": "Danse", "festivals_fairs": "Festival", "nightlife_social": "Clubbing", "sports_fitness": "Sport",
    "science_talk": "Conférence", "lifestyle_outdoors": "Balade", "food_drink": "Gourmand", "tech_science": "Sciences",
    "community_civic": "Solidarité", "learning_family": "Atelier", "business_professional": "Salon",
}  # fmt: skip
#: Columns that the dataset has and that listings say nothing of.
_UNSAID: Final = (
    "date_description", "cover_alt", "cover_credit", "pmr", "blind", "deaf", "sign_language", "mental", "transport",
    "access_type", "access_link", "access_link_text", "contact_url", "contact_phone", "contact_mail",
    "contact_facebook", "contact_twitter", "audience", "childrens", "group", "univers", "universe_tags", "programs",
    "address_url_text", "address_text", "event_indoor", "event_pets_allowed",
)  # fmt: skip


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
        return reply_json([_write_row(row, zone) for row in rows.iter_rows(named=True)])
    limit, offset = read_number(request, "limit", _USUAL_LIMIT), read_number(request, "offset", 0)
    if limit > _LARGEST_LIMIT or limit + offset > _LAST_RECORD:
        return _refuse("Invalid value for limit or offset: expected limit <= 100 and offset + limit <= 10000")
    shown = rows.slice(offset, limit).iter_rows(named=True)
    return reply_json({"total_count": len(rows), "results": [_write_row(row, zone) for row in shown]})


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


def _write_row(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """A row with all its columns; what is not known is null. Runs of days are told by their ends alone."""
    begin, end = _moment(row, row["starts_local"], zone), _moment(row, _end(row), zone)
    is_run = row["is_date"] and end is not None and begin is not None and (end - begin).days >= _RUN_DAYS
    has_point = row["latitude"] is not None and row["longitude"] is not None
    free = {True: "gratuit", False: "payant"}
    return {
        "id": row["native_id"],
        "event_id": int(row["native_id"]),
        "url": row["url"],
        "title": row["title"],
        "lead_text": (row["description"] or "").partition("\n")[0][:200] or None,
        "description": as_paragraphs(row["description"]) if row["description"] else None,
        "date_start": _write(begin),
        "date_end": _write(end),
        "occurrences": None if is_run else f"{_write(begin)}_{_write(end)}",
        "cover_url": row["image_url"],
        "address_name": row["venue_name"],
        "address_street": row["address"],
        "address_zipcode": row["postcode"],
        "address_city": row["town"],
        "lat_lon": {"lon": row["longitude"], "lat": row["latitude"]} if has_point else None,
        "price_type": None if row["is_free"] is None else free[row["is_free"]],
        "price_detail": row["price_text"],
        "contact_organisation_name": row["organizer"],
        "updated_at": None if row["updated_at"] is None else row["updated_at"].isoformat(timespec="seconds"),
        "qfap_tags": ";".join(_list_words(row)) or None,
        "address_url": row["online_url"],
        "rank": int(row["native_id"]) % 100 / 10,
        "weight": 1,
        "locale": "fr",
        **dict.fromkeys(_UNSAID),
    }


def _end(row: Mapping[str, Any]) -> datetime | None:
    """There always is one: of whole days the last minute of the last, of an unknown one the start."""
    starts: datetime | None = row["starts_local"]
    ends: datetime | None = row["ends_local"]
    if starts is None:
        return None
    if not row["is_date"]:
        return starts if ends is None else ends
    last: datetime = starts if ends is None else ends - timedelta(microseconds=1)
    return datetime.combine(last.date(), time(23, 59))


def _moment(row: Mapping[str, Any], value: datetime | None, zone: tzinfo) -> datetime | None:
    moment = to_moment({**row, "at": value}, "at")
    return None if moment is None else moment.astimezone(zone)


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _list_words(row: Mapping[str, Any]) -> list[str]:
    word = _WORDS.get(row["subcategory"] or "") or _WORDS.get(row["category"] or "")
    return list(dict.fromkeys(one for one in (word, *(row["tags"] or ())) if one))
