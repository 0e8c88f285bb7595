"""Listings as dates of one artist of Bandsintown's API v3.1."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.dialects.api_ids import slug
from pulsecity_pipeline.sandbox.dialects.api_rows import LOCAL_TEXT, join_texts, last_day, list_rows, name_country

_COLUMNS: Final = (
    "native_id", "title", "description", "url", "is_date", "all_day", "sale_status", "attendance_mode", "venue_name",
    "address", "town", "region", "postcode", "country", "latitude", "longitude", "is_free", "performers",
)  # fmt: skip
_CAME_FROM: Final = "came_from=267&utm_medium=api&utm_source=public_api"
_SITE: Final = "https://www.bandsintown.com.sandbox.example"
_PHOTOS: Final = "https://photos.bandsintown.com.sandbox.example"
#: Kind and state of the offer that tells a state of sale.
_OFFERS: Final = {"on_sale": ("Tickets", "available"), "few_left": ("Tickets", "available"),
                  "presale": ("Presale", "available"), "sold_out": ("Tickets", "sold out")}  # fmt: skip


def write_dates(listings: pl.DataFrame, artist_id: str) -> list[dict[str, Any]]:
    """One date a row, on the wall clock of the place; what is missing is an empty text."""
    rows = list_rows(
        listings,
        *_COLUMNS,
        day=pl.col("starts_local").dt.strftime("%Y-%m-%d"),
        starts=pl.col("starts_local").dt.strftime(LOCAL_TEXT),
        ends=pl.col("ends_local").dt.strftime(LOCAL_TEXT),
        last_day=last_day(),
        on_sale=pl.col("created_at").dt.strftime(LOCAL_TEXT),
    )
    return [_write_date(row, artist_id) for row in rows]


def write_artist(name: str, artist_id: str, count: int) -> dict[str, Any]:
    """The artist, as it stands on the first date alone."""
    return {
        "thumb_url": f"{_PHOTOS}/thumb/{artist_id}.jpeg", "mbid": "", "facebook_page_url": "",
        "image_url": f"{_PHOTOS}/large/{artist_id}.jpeg", "tracker_count": int(artist_id) % 40_000, "tracking": [],
        "upcoming_event_count": count, "url": f"{_SITE}/a/{artist_id}-{slug(name)}?{_CAME_FROM}", "support_url": "",
        "show_multi_ticket": True, "name": name, "options": {"display_listen_unit": False}, "links": [],
        "artist_optin_show_phone_number": False, "id": artist_id,
    }  # fmt: skip


def _write_date(row: dict[str, Any], artist_id: str) -> dict[str, Any]:
    """Whole days are those of a festival, both inclusive."""
    is_festival, lineup = row["all_day"], row["performers"] or []
    return {
        "offers": _write_offers(row), "venue": _write_venue(row), "starts_at": row["starts"],
        "festival_datetime_display_rule": "date" if is_festival else "", "description": row["description"] or "",
        "lineup": lineup, "festival_start_date": row["day"] if is_festival else "", "bandsintown_plus": False,
        "title": _write_title(row, lineup), "artist_id": artist_id, "url": _link(row["url"], "event"),
        "datetime_display_rule": "date" if row["is_date"] else "datetime", "datetime": row["starts"],
        "on_sale_datetime": row["on_sale"] or "", "sold_out": row["sale_status"] == "sold_out",
        "id": row["native_id"], "ends_at": "" if row["is_date"] else row["ends"] or "",
        "free": row["is_free"] is True, "presale": "",
        "festival_end_date": (row["last_day"] or row["day"]) if is_festival else "",
    }  # fmt: skip


def _write_title(row: dict[str, Any], lineup: list[str]) -> str:
    """Empty where it is `Artist @ Venue`: that is how a date without one is shown."""
    shown = f"{lineup[0]} @ {row['venue_name']}" if lineup and row["venue_name"] else None
    return "" if row["title"] == shown else str(row["title"])


def _write_offers(row: dict[str, Any]) -> list[dict[str, Any]]:
    if (told := _OFFERS.get(row["sale_status"] or "")) is None:
        return []
    return [{"type": told[0], "url": _link(f"{_SITE}/t/{row['native_id']}", "ticket"), "status": told[1]}]


def _write_venue(row: dict[str, Any]) -> dict[str, Any]:
    country = name_country(row["country"]) or ""
    venue = {
        "street_address": row["address"] or "", "country": country, "city": row["town"] or "",
        "latitude": _degrees(row["latitude"]), "name": row["venue_name"] or "",
        "location": join_texts(", ", row["town"], row["region"] if row["country"] == "US" else country),
        "postal_code": row["postcode"] or "", "region": row["region"] or "", "longitude": _degrees(row["longitude"]),
    }  # fmt: skip
    return venue | {"type": "Virtual"} if row["attendance_mode"] == "online" else venue


def _degrees(value: float | None) -> str:
    return "" if value is None else repr(value)


def _link(url: str | None, campaign: str) -> str | None:
    return None if url is None else f"{url}{'&' if '?' in url else '?'}{_CAME_FROM}&utm_campaign={campaign}"
