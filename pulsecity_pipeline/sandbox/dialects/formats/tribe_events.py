"""One listing → an event of The Events Calendar's REST API."""

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pulsecity_pipeline.sandbox.chance import key_of
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import slugify
from pulsecity_pipeline.sandbox.dialects.formats.native_words import write_category
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import country_name
from pulsecity_pipeline.sandbox.dialects.formats.price_words import currency_sign, list_amounts, write_cost
from pulsecity_pipeline.sandbox.dialects.formats.stated_times import stated_zone, to_moment
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import as_paragraphs

_FORM: Final = "%Y-%m-%d %H:%M:%S"
#: What WordPress makes of typographic characters on their way out.
_TEXTURIZED: Final = {"–": "&#8211;", "—": "&#8212;", "’": "&#8217;", "“": "&#8220;", "”": "&#8221;", "…": "&#8230;"}


def write_tribe_event(row: Mapping[str, Any], host: str) -> dict[str, Any]:
    """The event. There is always an end: where none is known, the start again; whole days end at their last second."""
    number, slug, is_day = int(row["native_id"]), slugify(row["title"] or ""), bool(row["is_date"])
    starts, ends = row["starts_local"], _end(row)
    url = row["url"] or f"http://{host}/event/{slug}/"
    return {
        "id": number,
        "global_id": f"{host}?id={number}",
        "global_id_lineage": [f"{host}?id={number}"],
        "author": "1",
        "status": "publish",
        "date": _write(row["created_at"]),
        "date_utc": _write(row["created_at"]),
        "modified": _write(row["updated_at"]),
        "modified_utc": _write(row["updated_at"]),
        "url": url,
        "rest_url": f"http://{host}/wp-json/tribe/events/v1/events/{number}",
        "title": texturize(row["title"] or ""),
        "description": as_paragraphs(row["description"]) + "\n" if row["description"] else "",
        "excerpt": "",
        "slug": slug,
        "image": _image(row, number),
        "all_day": is_day,
        "start_date": _write(starts),
        "start_date_details": _details(starts),
        "end_date": _write(ends),
        "end_date_details": _details(ends),
        "utc_start_date": _write(_in_utc(row, starts)),
        "utc_end_date": _write(_in_utc(row, ends)),
        "timezone": stated_zone(row),
        "timezone_abbr": _abbreviate(row, starts),
        "cost": write_cost(row),
        "cost_details": {
            "currency_symbol": currency_sign(row["currency"]),
            "currency_code": row["currency"] or "",
            "currency_position": "prefix",
            "values": list_amounts(row),
        },
        "website": url,
        "show_map": True,
        "show_map_link": True,
        "hide_from_listings": False,
        "sticky": False,
        "featured": False,
        "categories": _categories(row),
        "tags": [_term(tag, "post_tag") for tag in row["tags"] or ()],
        "venue": _venue(row, host),
        "organizer": _organizers(row, host),
        "is_virtual": row["attendance_mode"] in ("online", "mixed"),
        "virtual_url": row["online_url"],
    }


def texturize(text: str) -> str:
    """A title as WordPress prints it: entities for what HTML or its own typography touches."""
    escaped = html.escape(text, quote=False).replace("&amp;", "&#038;")
    return "".join(_TEXTURIZED.get(character, character) for character in escaped)


def _end(row: Mapping[str, Any]) -> datetime | None:
    ends: datetime | None = row["ends_local"]
    if row["is_date"]:
        day = row["starts_local"] if ends is None else ends - timedelta(microseconds=1)
        return None if day is None else datetime.combine(day.date(), datetime.max.time()).replace(microsecond=0)
    return ends or row["starts_local"]


def _in_utc(row: Mapping[str, Any], value: datetime | None) -> datetime | None:
    moment = to_moment({**row, "at": value}, "at")
    return None if moment is None else moment.astimezone(UTC)


def _abbreviate(row: Mapping[str, Any], value: datetime | None) -> str:
    moment = to_moment({**row, "at": value}, "at")
    return "" if moment is None else moment.tzname() or ""


def _write(value: datetime | None) -> str | None:
    return None if value is None else value.strftime(_FORM)


def _details(value: datetime | None) -> dict[str, str]:
    if value is None:
        return {}
    names = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minutes": "%M", "seconds": "%S"}
    return {name: value.strftime(form) for name, form in names.items()}


def _image(row: Mapping[str, Any], number: int) -> Any:
    if row["image_url"] is None:
        return False
    sizes = {"medium": {"width": 300, "height": 200, "url": row["image_url"]}}
    return {"url": row["image_url"], "id": number + 1, "extension": "jpg", "width": 1200, "height": 800, "sizes": sizes}


def _categories(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    word = write_category(row["category"], row["subcategory"], is_fine=True)
    return [] if word is None else [_term(word, "tribe_events_cat")]


def _term(name: str, taxonomy: str) -> dict[str, Any]:
    number = int(key_of(name)) % 900 + 100
    return {
        "name": html.escape(name),
        "slug": slugify(name),
        "taxonomy": taxonomy,
        "id": number,
        "parent": 0,
        "count": 1,
    }


def _venue(row: Mapping[str, Any], host: str) -> Any:
    """An object without what is empty; an empty list where there is none."""
    if row["venue_name"] is None and row["address"] is None:
        return []
    number = int(row["venue_native_id"] or 0)
    stated = {
        "id": number,
        "author": "1",
        "status": "publish",
        "url": f"http://{host}/venue/{slugify(row['venue_name'] or 'venue')}/",
        "venue": texturize(row["venue_name"] or "Venue"),
        "slug": slugify(row["venue_name"] or "venue"),
        "address": row["address"],
        "city": row["town"],
        "country": country_name(row["country"]),
        "state": row["region"],
        "zip": row["postcode"],
        "stateprovince": row["region"],
        "geo_lat": row["latitude"],
        "geo_lng": row["longitude"],
        "show_map": True,
        "show_map_link": True,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _organizers(row: Mapping[str, Any], host: str) -> list[dict[str, Any]]:
    name = row["organizer"]
    if name is None:
        return []
    slug, number = slugify(name), int(row["organizer_native_id"] or 0)
    url = f"http://{host}/organizer/{slug}/"
    return [{"id": number, "status": "publish", "url": url, "organizer": name, "slug": slug}]
