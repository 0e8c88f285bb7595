"""Listings as entries of Luma's discover lists."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.dialects.api_ids import slug
from pulsecity_pipeline.sandbox.dialects.api_rows import in_utc, join_texts, list_rows, minor_digits, name_country

_COLUMNS: Final = (
    "native_id", "title", "organizer", "organizer_native_id", "url", "image_url", "timezone", "stated_timezone",
    "sale_status", "attendance_mode", "venue_native_id", "venue_name", "address", "town", "region", "postcode",
    "country", "latitude", "longitude", "geo_precision", "price_min", "price_max", "currency", "is_free",
    "series_native_id", "capacity", "going_count",
)  # fmt: skip
_SITE: Final = "https://luma.com/"
_KINDS: Final = {"offline": "offline", "mixed": "offline", "online": "online"}
_OPEN: Final = {"on_sale": "open", "few_left": "open", "presale": "open", "sold_out": "sold_out", "ended": "closed"}
_INSTANT: Final = "%Y-%m-%dT%H:%M:%S%.3fZ"


def write_entries(listings: pl.DataFrame) -> list[dict[str, Any]]:
    """One entry a row. There are no whole days: they begin at midnight."""
    rows = list_rows(
        listings,
        *_COLUMNS,
        starts=write_start(listings),
        ends=in_utc(listings, "ends_local").dt.strftime(_INSTANT),
    )
    return [_write_entry(row) for row in rows]


def write_start(listings: pl.DataFrame) -> pl.Expr:
    """The instant of the start as text, to the millisecond."""
    return in_utc(listings, "starts_local").dt.strftime(_INSTANT)


def _write_entry(row: dict[str, Any]) -> dict[str, Any]:
    going, organizer = row["going_count"], row["organizer"]
    return {
        "api_id": row["native_id"], "event": _write_event(row), "calendar": _write_calendar(row),
        "start_at": row["starts"], "hosts": [] if organizer is None else [_write_host(row)],
        "guest_count": going, "ticket_count": going, "ticket_info": _write_tickets(row),
        "registration_availability": _OPEN.get(row["sale_status"] or ""), "featured_guests": [], "manager_info": None,
        "guest_info": None, "host_info": None, "waitlist_active": False, "featured_city": None, "role": None,
        "submitted_by_user_api_id": None, "cover_image": None,
    }  # fmt: skip


def _write_event(row: dict[str, Any]) -> dict[str, Any]:
    """Where guests alone may know the place, the town and a point near it are told."""
    url, is_hidden = row["url"], row["geo_precision"] == "approximate"
    point = row["latitude"] is not None and row["longitude"] is not None
    return {
        "api_id": row["native_id"], "calendar_api_id": row["organizer_native_id"], "cover_url": row["image_url"],
        "end_at": row["ends"], "event_type": "independent", "hide_rsvp": False,
        "location_type": _KINDS.get(row["attendance_mode"] or "", "unknown"), "name": row["title"],
        "one_to_one": False, "recurrence_id": row["series_native_id"], "show_guest_list": False,
        "social_image_url": row["image_url"], "start_at": row["starts"],
        "timezone": row["stated_timezone"] or row["timezone"], "url": url.removeprefix(_SITE) if url else None,
        "user_api_id": None, "visibility": "public", "virtual_info": {"has_access": False},
        "geo_address_info": _write_place(row, is_hidden=is_hidden),
        "geo_address_visibility": "guests-only" if is_hidden else "public",
        "coordinate": {"longitude": row["longitude"], "latitude": row["latitude"]} if point else None,
        "waitlist_enabled": False, "waitlist_status": "disabled",
    }  # fmt: skip


def _write_place(row: dict[str, Any], *, is_hidden: bool) -> dict[str, Any] | None:
    town, region, code = row["town"], row["region"], row["country"]
    if row["attendance_mode"] == "online" or (town is None and row["venue_name"] is None and row["address"] is None):
        return None
    area = {
        "city": town, "region": region, "country": name_country(code), "country_code": code,
        "city_state": join_texts(", ", town, region), "sublocality": None, "localized": None,
    }  # fmt: skip
    if is_hidden:
        return {"mode": "obfuscated", **area}
    street = join_texts(", ", row["address"], town) if row["address"] else None
    ends = (join_texts(" ", region, row["postcode"]), area["country"])
    return {
        "mode": "shown", "type": "google", **area, "address": row["venue_name"], "description": "",
        "place_id": row["venue_native_id"], "apple_maps_place_id": None, "short_address": street,
        "full_address": join_texts(", ", row["venue_name"], street, *ends) if street else None,
    }  # fmt: skip


def _write_calendar(row: dict[str, Any]) -> dict[str, Any]:
    """Whoever has none of a name of its own publishes on a personal one."""
    name, zone = row["organizer"], row["stated_timezone"] or row["timezone"]
    return {
        "access_level": "public", "api_id": row["organizer_native_id"], "avatar_url": None, "coordinate": None,
        "cover_image_url": None, "description_short": None, "event_submission_restriction": "open",
        "instagram_handle": None, "is_blocked": False, "is_personal": name is None, "launch_status": "launched",
        "luma_plan": "free", "luma_plus_active": False, "name": "Personal" if name is None else name,
        "slug": slug(name) or None, "timezone": zone, "tint_color": "#682FFF", "website": None, "verified_at": None,
    }  # fmt: skip


def _write_host(row: dict[str, Any]) -> dict[str, Any]:
    return {"api_id": "usr-" + str(row["organizer_native_id"])[4:], "name": row["organizer"], "avatar_url": None,
            "is_verified": False, "username": slug(row["organizer"]) or None, "website": None}  # fmt: skip


def _write_tickets(row: dict[str, Any]) -> dict[str, Any]:
    """Prices in minor units; one price alone has no highest. What is not said is by approval, without a price."""
    low = row["price_min"] if row["price_min"] is not None else row["price_max"]
    high = row["price_max"] if row["price_max"] is not None else low
    stated = row["is_free"] is True or low is not None
    tickets = {
        "price": _write_price(low, row["currency"]),
        "max_price": _write_price(high, row["currency"]) if high != low else None,
        "is_free": row["is_free"] is True, "is_sold_out": row["sale_status"] == "sold_out",
        "is_near_capacity": row["sale_status"] == "few_left", "spots_remaining": None, "require_approval": not stated,
    }  # fmt: skip
    if tickets["price"]:
        tickets["currency_info"] = {"decimals": minor_digits(row["currency"])}
    return tickets


def _write_price(amount: float | None, currency: str | None) -> dict[str, Any] | None:
    if amount is None or currency is None:
        return None
    cents = round(amount * 10 ** minor_digits(currency))
    return {"cents": cents, "currency": currency.lower(), "is_flexible": False}
