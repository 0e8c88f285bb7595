"""Listings as events of Eventbrite's destination search."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.dialects.api_rows import UTC_TEXT, join_texts, list_rows, minor_digits
from pulsecity_pipeline.sandbox.dialects.eventbrite_words import write_tags

_COLUMNS: Final = (
    "native_id", "category", "subcategory", "title", "description", "organizer", "organizer_native_id", "url",
    "image_url", "tags", "timezone", "stated_timezone", "status", "sale_status", "attendance_mode", "language",
    "venue_native_id", "venue_name", "address", "town", "region", "postcode", "country", "latitude", "longitude",
    "price_min", "price_max", "currency", "is_free", "series_native_id",
)  # fmt: skip
_SALES: Final = {"on_sale": "on_sale", "few_left": "on_sale", "presale": "not_yet_on_sale",
                 "not_yet": "not_yet_on_sale", "sold_out": "sold_out", "ended": "sales_ended"}  # fmt: skip
_SUMMARY = 140


def write_events(listings: pl.DataFrame) -> list[dict[str, Any]]:
    """One event a row. Days without an hour begin at midnight: there is no other way to enter them."""
    rows = list_rows(
        listings,
        *_COLUMNS,
        start_date=pl.col("starts_local").dt.strftime("%Y-%m-%d"),
        start_time=pl.col("starts_local").dt.strftime("%H:%M"),
        end_date=pl.col("ends_local").dt.strftime("%Y-%m-%d"),
        end_time=pl.col("ends_local").dt.strftime("%H:%M"),
        published=pl.col("created_at").dt.strftime(UTC_TEXT),
    )
    return [_write_event(row) for row in rows]


def _write_event(row: dict[str, Any]) -> dict[str, Any]:
    number, series, description = row["native_id"], row["series_native_id"], row["description"]
    return {
        "id": number, "eid": number, "eventbrite_event_id": number, "_type": "destination_event",
        "name": row["title"], "summary": description[:_SUMMARY] if description else None,
        "full_description": description, "url": _write_url(row["url"]), "tickets_by": "Eventbrite",
        "tickets_url": f"https://www.eventbrite.com.sandbox.example/checkout-external?eid={number}",
        "start_date": row["start_date"], "start_time": row["start_time"], "end_date": row["end_date"],
        "end_time": row["end_time"], "timezone": row["stated_timezone"] or row["timezone"],
        "hide_start_date": False, "hide_end_date": False, "published": row["published"], "language": row["language"],
        "is_online_event": None if row["attendance_mode"] is None else row["attendance_mode"] != "offline",
        "is_cancelled": True if row["status"] == "cancelled" else None, "is_protected_event": False,
        "series_id": series, "num_children": None if series is None else 0,
        "parent_url": None if series is None else f"https://www.eventbrite.com.sandbox.example/e/{series}",
        "event_sales_status": {"sales_status": _SALES.get(row["sale_status"] or "")},
        "ticket_availability": _write_tickets(row), "primary_venue": _write_venue(row),
        "primary_organizer": _write_organizer(row), "primary_venue_id": row["venue_native_id"],
        "primary_organizer_id": row["organizer_native_id"],
        "tags": write_tags(row["subcategory"], row["category"], row["tags"]), "image": _write_image(row["image_url"]),
        "saves": None, "my_collections": [], "debug_info": None, "checkout_flow": "widget",
    }  # fmt: skip


def _write_url(url: str | None) -> str | None:
    """With where the visitor comes from."""
    return None if url is None else f"{url}{'&' if '?' in url else '?'}aff=ebdssbdestsearch"


def _write_tickets(row: dict[str, Any]) -> dict[str, Any]:
    """What is not reckoned, or not said, is `not free` without prices."""
    low, high = row["price_min"], row["price_max"]
    is_sold_out = row["sale_status"] == "sold_out"
    return {
        "is_free": row["is_free"] is True, "is_sold_out": is_sold_out, "has_available_tickets": not is_sold_out,
        "has_bogo_tickets": False, "waitlist_available": False, "currency": row["currency"],
        "minimum_ticket_price": _write_amount(low if low is not None else high, row["currency"]),
        "maximum_ticket_price": _write_amount(high if high is not None else low, row["currency"]),
    }  # fmt: skip


def _write_amount(amount: float | None, currency: str | None) -> dict[str, Any] | None:
    """`value` in minor units, `major_value` as text."""
    if amount is None or currency is None:
        return None
    digits = minor_digits(currency)
    major = f"{amount:.{digits}f}"
    value = round(amount * 10**digits)
    return {"currency": currency, "value": value, "major_value": major, "display": f"{major} {currency}"}


def _write_venue(row: dict[str, Any]) -> dict[str, Any] | None:
    stated = (row["venue_name"], row["address"], row["town"], row["latitude"])
    if all(value is None for value in stated):
        return None
    area = join_texts(", ", row["town"], row["region"])
    lines = [line for line in (row["address"], join_texts(" ", area, row["postcode"])) if line]
    return {
        "_type": "destination_venue", "id": row["venue_native_id"], "name": row["venue_name"],
        "venue_profile_id": None, "venue_profile_url": "",
        "address": {
            "address_1": row["address"], "address_2": "", "city": row["town"], "region": row["region"],
            "postal_code": row["postcode"], "country": row["country"],
            "latitude": None if row["latitude"] is None else repr(row["latitude"]),
            "longitude": None if row["longitude"] is None else repr(row["longitude"]),
            "localized_address_display": ", ".join(lines), "localized_area_display": area,
            "localized_multi_line_address_display": lines,
        },
    }  # fmt: skip


def _write_organizer(row: dict[str, Any]) -> dict[str, Any] | None:
    number = row["organizer_native_id"]
    if row["organizer"] is None:
        return None
    return {
        "_type": "destination_profile", "id": number, "profile_type": "organizer", "name": row["organizer"],
        "url": f"https://www.eventbrite.com.sandbox.example/o/{number}", "website_url": None, "num_followers": None,
        "twitter": None, "facebook": None, "summary": None,
    }  # fmt: skip


def _write_image(url: str | None) -> dict[str, Any] | None:
    if url is None:
        return None
    return {"url": f"{url}?auto=format&h=230&w=460", "original": {"url": url, "width": 2160, "height": 1080},
            "aspect_ratio": "2", "edge_color": None}  # fmt: skip
