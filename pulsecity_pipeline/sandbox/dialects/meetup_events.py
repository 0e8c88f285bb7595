"""Listings as events of Meetup's GraphQL (schema of February 2025), in the fields that are asked for."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys
from pulsecity_pipeline.sandbox.dialects.api_ids import LOWER, slug, write_letters
from pulsecity_pipeline.sandbox.dialects.api_rows import in_utc, list_rows, with_offset

_COLUMNS: Final = (
    "native_id", "category", "subcategory", "title", "description", "organizer", "organizer_native_id", "url",
    "image_url", "tags", "timezone", "stated_timezone", "status", "sale_status", "attendance_mode", "venue_name",
    "address", "town", "region", "postcode", "country", "latitude", "longitude", "price_min", "currency",
    "series_native_id",
)  # fmt: skip
_MODES: Final = {"offline": "PHYSICAL", "online": "ONLINE", "mixed": "HYBRID"}
_SALES: Final = {"on_sale": "RSVP", "few_left": "RSVP", "presale": "NOT_OPEN_YET", "not_yet": "NOT_OPEN_YET",
                 "sold_out": "FULL", "ended": "CLOSED"}  # fmt: skip
#: Of the taxonomy's subcategories and categories.
_TOPICS: Final = {
    "music": ("395", "Music"), "nightlife_social": ("652", "Social Activities"),
    "trivia_games_night": ("535", "Games"), "performing_arts": ("521", "Art & Culture"), "dance": ("612", "Dancing"),
    "visual_arts_film": ("521", "Art & Culture"), "literature_books": ("467", "Writing"),
    "sports_fitness": ("482", "Sports & Fitness"), "festivals_fairs": ("652", "Social Activities"),
    "food_drink": ("652", "Social Activities"), "business_professional": ("405", "Career & Business"),
    "tech_science": ("546", "Technology"), "science_talk": ("436", "Science & Education"),
    "learning_family": ("436", "Science & Education"), "kids_family": ("673", "Parents & Family"),
    "community_civic": ("604", "Community & Environment"), "religious_service": ("593", "Religion"),
    "political_rally": ("642", "Movements & Politics"), "lifestyle_outdoors": ("684", "Travel & Outdoor"),
    "health_wellness": ("511", "Health & Wellbeing"), "hobby_craft": ("571", "Hobbies & Passions"),
    "pets_auto_home": ("701", "Pets & Animals"),
}  # fmt: skip
#: A venue of its own, somewhere in Tuvalu.
_ONLINE: Final = {"name": "Online event", "address": "", "city": "", "state": "", "postalCode": "", "country": "",
                  "lat": -8.521147, "lon": 179.1962, "venueType": "online"}  # fmt: skip
_PHOTO: Final = "https://secure.meetupstatic.com.sandbox.example/photos/event/"


def write_events(listings: pl.DataFrame) -> list[dict[str, Any]]:
    """One event a row. There are no whole days: they begin at midnight."""
    minutes = (in_utc(listings, "ends_local") - in_utc(listings, "starts_local")).dt.total_minutes()
    letters = write_letters(derive_keys(listings["listing_key"].to_numpy(), "unstable"), 13, LOWER)
    rows = list_rows(
        listings.with_columns(letters=letters),
        *_COLUMNS,
        "letters",
        starts=with_offset(listings, "starts_local"),
        ends=with_offset(listings, "ends_local"),
        minutes=minutes,
    )
    return [_write_event(row) for row in rows]


def _write_event(row: dict[str, Any]) -> dict[str, Any]:
    """Of a series `id` is made of letters and changes; `token` is for life."""
    series, mode = row["series_native_id"], row["attendance_mode"]
    return {
        "id": row["native_id"] if series is None else row["letters"], "token": row["native_id"],
        "title": row["title"], "description": row["description"] or "", "eventUrl": row["url"],
        "dateTime": row["starts"], "endTime": row["ends"], "duration": _write_duration(row["minutes"]),
        "status": "CANCELLED" if row["status"] == "cancelled" else "ACTIVE", "eventType": _MODES.get(mode or ""),
        "rsvpState": _SALES.get(row["sale_status"] or ""), "venues": _write_venues(row),
        "feeSettings": _write_fee(row), "group": _write_group(row), "featuredEventPhoto": _write_photo(row),
        "topics": {"edges": [{"node": {"name": tag}} for tag in row["tags"] or []]},
        "series": None if series is None else {"id": series},
    }  # fmt: skip


def _write_duration(minutes: int | None) -> str | None:
    if minutes is None or minutes <= 0:
        return None
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    time = f"{hours}H" * bool(hours) + f"{rest}M" * bool(rest)
    return f"P{days}D" * bool(days) + ("P" * (not days) + f"T{time}") * bool(time)


def _write_venues(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What is both has both; texts that are missing are empty."""
    stated = (row["venue_name"], row["address"], row["town"], row["latitude"])
    real = any(value is not None for value in stated)
    venue = {
        "name": row["venue_name"] or "", "address": row["address"] or "", "city": row["town"] or "",
        "state": row["region"] or "", "postalCode": row["postcode"] or "", "country": (row["country"] or "").lower(),
        "lat": row["latitude"], "lon": row["longitude"], "venueType": "",
    }  # fmt: skip
    is_online = row["attendance_mode"] in ("online", "mixed")
    return [_ONLINE] * is_online + [venue] * (real and row["attendance_mode"] != "online")


def _write_fee(row: dict[str, Any]) -> dict[str, Any] | None:
    if not row["price_min"] or row["currency"] is None:
        return None
    return {"required": True, "amount": row["price_min"], "currency": row["currency"], "accepts": "PAYPAL"}


def _write_group(row: dict[str, Any]) -> dict[str, Any]:
    topic = _TOPICS.get(row["subcategory"] or "") or _TOPICS.get(row["category"] or "")
    return {
        "id": row["organizer_native_id"], "name": row["organizer"], "urlname": slug(row["organizer"]) or None,
        "timezone": row["stated_timezone"] or row["timezone"],
        "topicCategory": None if topic is None else {"id": topic[0], "name": topic[1]},
    }  # fmt: skip


def _write_photo(row: dict[str, Any]) -> dict[str, Any] | None:
    url = row["image_url"]
    return None if url is None else {"id": row["native_id"], "baseUrl": _PHOTO, "highResUrl": url, "standardUrl": url}
