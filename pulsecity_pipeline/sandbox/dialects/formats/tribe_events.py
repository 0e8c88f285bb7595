"""One listing → an event of The Events Calendar's REST API."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import slugify
from pulsecity_pipeline.sandbox.dialects.formats.price_words import currency_sign, list_amounts, write_cost
from pulsecity_pipeline.sandbox.dialects.formats.stated_times import stated_zone, to_moment
from pulsecity_pipeline.sandbox.dialects.formats.tribe_parts import (
    texturize,
    write_categories,
    write_image,
    write_organizers,
    write_term,
    write_venue,
)
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import as_paragraphs

_FORM: Final = "%Y-%m-%d %H:%M:%S"


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
        "image": write_image(row, number),
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
        "categories": write_categories(row),
        "tags": [write_term(tag, "post_tag") for tag in row["tags"] or ()],
        "venue": write_venue(row, host),
        "organizer": write_organizers(row, host),
        "is_virtual": row["attendance_mode"] in ("online", "mixed"),
        "virtual_url": row["online_url"],
    }


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
