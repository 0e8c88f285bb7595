"""Listings as event nodes of Facebook's Graph API."""

from collections.abc import Collection
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.dialects.api_rows import list_rows, name_country, with_offset

_COLUMNS: Final = (
    "native_id", "category", "subcategory", "title", "description", "organizer", "organizer_native_id", "timezone",
    "stated_timezone", "status", "attendance_mode", "online_url", "venue_native_id", "venue_name", "address", "town",
    "region", "postcode", "country", "latitude", "longitude", "going_count",
)  # fmt: skip
_STAMP: Final = "%Y-%m-%dT%H:%M:%S+0000"
#: Of the taxonomy's subcategories and categories; of some there is none.
_CATEGORIES: Final = {
    "music": "MUSIC_AND_AUDIO", "nightlife_social": "PARTIES", "trivia_games_night": "GAMES",
    "performing_arts": "THEATER", "comedy": "COMEDY", "dance": "DANCE", "visual_arts_film": "VISUAL_ARTS",
    "film_screening": "TV_AND_MOVIES", "literature_books": "CLASSIC_LITERATURE", "sports_fitness": "SPORTS",
    "recreational_fitness": "FITNESS_AND_WORKOUTS", "food_drink": "FOODS", "tasting_beer_wine": "DRINKS",
    "business_professional": "PROFESSIONAL_NETWORKING",
    "community_civic": "SOCIAL_ISSUES", "religious_service": "RELIGIONS", "health_wellness": "HEALTH_AND_MEDICAL",
    "hobby_craft": "CRAFTS", "pets_auto_home": "HOME_AND_GARDEN", "lifestyle_outdoors": "HEALTHY_LIVING_AND_SELF_CARE",
    "parade_street_fair": "SHOPPING_EVENT",
}  # fmt: skip


def write_nodes(listings: pl.DataFrame, fields: Collection[str]) -> list[dict[str, Any]]:
    """One node a row, with the fields asked for and its id. There are no whole days: they begin at midnight."""
    rows = list_rows(
        listings,
        *_COLUMNS,
        starts=with_offset(listings, "starts_local", colon=False),
        ends=with_offset(listings, "ends_local", colon=False),
        created=pl.col("created_at").dt.strftime(_STAMP),
        updated=pl.col("updated_at").dt.strftime(_STAMP),
    )
    wanted = {*fields, "id"}
    return [
        {name: value for name, value in _write_node(row).items() if value is not None and name in wanted}
        for row in rows
    ]


def _write_node(row: dict[str, Any]) -> dict[str, Any]:
    """Null is left out by whoever calls."""
    mode, kind = row["attendance_mode"], _CATEGORIES.get(row["subcategory"] or "")
    is_online = None if mode is None else mode != "offline"
    owner = None if row["organizer"] is None else {"name": row["organizer"], "id": row["organizer_native_id"]}
    return {
        "id": row["native_id"], "name": row["title"], "description": row["description"], "start_time": row["starts"],
        "end_time": row["ends"], "timezone": row["stated_timezone"] or row["timezone"], "place": _write_place(row),
        "is_online": is_online, "online_event_format": ("third_party" if row["online_url"] else "other")
        if is_online else "none", "online_event_third_party_url": row["online_url"] if is_online else None,
        "is_canceled": row["status"] == "cancelled", "is_draft": False, "is_page_owned": True, "type": "public",
        "category": kind or _CATEGORIES.get(row["category"] or ""), "owner": owner, "created_time": row["created"],
        "updated_time": row["updated"], "attending_count": row["going_count"], "guest_list_enabled": False,
    }  # fmt: skip


def _write_place(row: dict[str, Any]) -> dict[str, Any] | None:
    """A place may be a name alone, or an address without one."""
    if row["attendance_mode"] == "online":
        return None
    location = {
        "city": row["town"], "country": name_country(row["country"]), "latitude": row["latitude"],
        "longitude": row["longitude"], "state": row["region"], "street": row["address"], "zip": row["postcode"],
    }  # fmt: skip
    stated = {name: value for name, value in location.items() if value is not None}
    place = {"name": row["venue_name"], "location": stated or None, "id": row["venue_native_id"]}
    return {name: value for name, value in place.items() if value is not None} or None
