"""Listings as events of SeatGeek's Platform API v2."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_range
from pulsecity_pipeline.sandbox.dialects.api_ids import slug
from pulsecity_pipeline.sandbox.dialects.api_rows import LOCAL_TEXT, in_utc, join_texts, list_rows

_COLUMNS: Final = (
    "native_id", "category", "subcategory", "title", "description", "url", "image_url", "timezone", "stated_timezone",
    "is_date", "status", "venue_native_id", "venue_name", "address", "town", "region", "postcode", "country",
    "latitude", "longitude", "capacity", "performers", "performer_native_ids",
)  # fmt: skip
Taxonomy = tuple[int, str]
_CONCERT, _SPORTS, _THEATER = (2000000, "concert"), (1000000, "sports"), (3000000, "theater")
#: Of the taxonomy's subcategories and categories, from the widest to the narrowest.
_TAXONOMIES: Final[dict[str, tuple[Taxonomy, ...]]] = {
    "music": (_CONCERT,), "club_night": (_CONCERT,), "classical": (_THEATER, (3010000, "classical")),
    "music_festival": (_CONCERT, (2010000, "music_festival")),
    "performing_arts": (_THEATER,), "comedy": (_THEATER, (3030000, "comedy")),
    "musical": (_THEATER, (3020000, "broadway_tickets_national")),
    "dance": (_THEATER, (3050000, "dance_performance_tour")), "opera": (_THEATER, (3010000, "classical")),
    "kids_family": (_THEATER, (3040000, "family")), "literature_books": (_THEATER, (3060000, "literary")),
    "film_screening": (_THEATER, (3070000, "film")), "sports_fitness": (_SPORTS,),
    "pro_team_sport": (_SPORTS, (1030000, "basketball"), (1030100, "nba")),
    "college_sport": (_SPORTS, (1030000, "basketball"), (1030200, "ncaa_basketball")),
    "combat_motor": (_SPORTS, (1070000, "fighting")),
}  # fmt: skip
_OTHER: Final = ((9000000, "other"),)
_PERFORMER_TYPES: Final = {"concert": "band", "music_festival": "music_festival", "comedy": "comedian"}
_STATS: Final = dict.fromkeys(
    ("listing_count", "average_price", "lowest_price", "highest_price", "median_price", "visible_listing_count",
     "lowest_price_good_deals")
)  # fmt: skip
_STATES: Final = {"cancelled": "cancelled", "postponed": "postponed", "rescheduled": "rescheduled"}
_SITE: Final = "https://seatgeek.com.sandbox.example"
#: Where the hour is still to be told a placeholder stands in its place; where the day is, a day that is none.
_NO_HOUR, _NO_DAY = pl.duration(hours=3, minutes=30), "2035-12-31T03:30:00"


def write_events(listings: pl.DataFrame) -> list[dict[str, Any]]:
    """One event a row. Instants are in UTC without a mark of it; of a whole day the hour is still to be told."""
    score = pl.Series(draw_range(listings["listing_key"].to_numpy(), "score", 0.1, 0.9)).round(5)
    day = pl.col("starts_local").dt.truncate("1d")
    placed = listings.with_columns(
        score=score, starts_local=pl.when("is_date").then(day + _NO_HOUR).otherwise("starts_local")
    )
    begins = in_utc(placed, "starts_local")
    rows = list_rows(
        placed,
        *_COLUMNS,
        "score",
        local=pl.col("starts_local").dt.strftime(LOCAL_TEXT),
        utc=begins.dt.strftime(LOCAL_TEXT),
        ends=in_utc(placed, "ends_local").dt.strftime(LOCAL_TEXT),
        visible_until=(begins + pl.duration(hours=4)).dt.strftime(LOCAL_TEXT),
        created=pl.col("created_at").dt.strftime(LOCAL_TEXT),
        announced=pl.col("created_at").dt.strftime("%Y-%m-%dT00:00:00"),
    )
    return [_write_event(row) for row in rows]


def _write_event(row: dict[str, Any]) -> dict[str, Any]:
    """Prices have been emptied since 2024."""
    kinds = _TAXONOMIES.get(row["subcategory"] or "") or _TAXONOMIES.get(row["category"] or "") or _OTHER
    is_unknown = row["local"] is None
    has_no_hour = is_unknown or row["is_date"]
    return {
        "id": int(row["native_id"]), "type": kinds[-1][1], "title": row["title"], "short_title": row["title"],
        "description": row["description"] or "", "url": row["url"],
        "relative_url": f"/{slug(row['title'])}/{row['native_id']}", "datetime_local": row["local"] or _NO_DAY,
        "datetime_utc": row["utc"] or _NO_DAY, "enddatetime_utc": row["ends"],
        "visible_until_utc": row["visible_until"], "visible_at": row["created"], "announce_date": row["announced"],
        "created_at": row["created"], "date_tbd": is_unknown, "time_tbd": has_no_hour, "datetime_tbd": has_no_hour,
        "status": _STATES.get(row["status"], "normal"), "is_open": False, "is_visible": True, "conditional": False,
        "taxonomies": _write_taxonomies(kinds), "stats": _STATS, "venue": _write_venue(row),
        "performers": _write_performers(row, kinds[-1][1]), "score": row["score"], "popularity": row["score"],
        "access_method": None, "event_promotion": None, "announcements": {}, "links": [], "themes": [],
        "domain_information": [], "general_admission": None,
    }  # fmt: skip


def _write_taxonomies(kinds: tuple[Taxonomy, ...]) -> list[dict[str, Any]]:
    parents = (None, *(number for number, _ in kinds))
    return [
        {"id": number, "name": name, "parent_id": parent, "rank": rank}
        for rank, ((number, name), parent) in enumerate(zip(kinds, parents, strict=False))
    ]


def _write_venue(row: dict[str, Any]) -> dict[str, Any]:
    town = join_texts(", ", row["town"], row["region"])
    has_point = row["latitude"] is not None and row["longitude"] is not None
    return {
        "id": None if row["venue_native_id"] is None else int(row["venue_native_id"]), "name": row["venue_name"],
        "name_v2": row["venue_name"], "slug": slug(row["venue_name"]), "address": row["address"],
        "extended_address": join_texts(" ", town, row["postcode"]), "city": row["town"], "state": row["region"],
        "country": row["country"], "postal_code": row["postcode"], "timezone": row["stated_timezone"],
        "url": f"{_SITE}/venues/{slug(row['venue_name'])}/tickets", "display_location": town,
        "location": {"lat": row["latitude"], "lon": row["longitude"]} if has_point else None,
        "capacity": row["capacity"] or 0, "metro_code": 0, "has_upcoming_events": True, "num_upcoming_events": 1,
        "score": row["score"], "links": [], "access_method": None,
    }  # fmt: skip


def _write_performers(row: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The image of an event is its first performer's."""
    names = row["performers"] or []
    ids = row["performer_native_ids"] or [None] * len(names)
    image = row["image_url"]
    return [
        {"id": None if number is None else int(number), "name": name, "short_name": name, "slug": slug(name),
         "type": _PERFORMER_TYPES.get(kind, kind), "primary": place == 0, "image": None if place else image,
         "images": {} if place or image is None else {"huge": image}, "image_attribution": None, "image_license": None,
         "url": f"{_SITE}/{slug(name)}-tickets", "score": row["score"], "has_upcoming_events": True,
         "num_upcoming_events": 1, "home_venue_id": None, "genres": [], "links": []}
        for place, (name, number) in enumerate(zip(names, ids, strict=True))
    ]  # fmt: skip
