"""Listings as rows of ra.co's event listings: an event, and the night it is listed under."""

from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_choice, write_number
from pulsecity_pipeline.sandbox.dialects.api_rows import join_texts, list_rows

_COLUMNS: Final = (
    "native_id", "row_id", "subcategory", "title", "description", "organizer", "organizer_native_id", "image_url",
    "is_date", "status", "sale_status", "attendance_mode", "venue_native_id", "venue_name", "address", "town",
    "postcode", "latitude", "longitude", "price_min", "price_max", "is_free", "price_text", "performers",
    "performer_native_ids", "style",
)  # fmt: skip
_MIDNIGHT, _MOMENT = "%Y-%m-%dT00:00:00.000", "%Y-%m-%dT%H:%M:%S.000"
_PREFIXES: Final = {"cancelled": "CANCELLED: ", "postponed": "POSTPONED: "}
_STYLES: Final = ("Techno", "House", "Tech House", "Minimal", "Electro", "Drum & Bass", "Disco", "Trance")
_GENRES: Final = {"hip_hop_rnb": "Hip-Hop", "world_reggae": "Dub", "jazz_blues": "Jazz", "pop": "Pop",
                  "rock": "Indie Rock", "classical": "Experimental"}  # fmt: skip
#: Until when a night belongs to the day before.
_MORNING: Final = pl.duration(hours=6)
_NIGHT: Final = pl.duration(hours=24)
_MOST_NIGHTS = 30


def list_nights(listings: pl.DataFrame) -> pl.DataFrame:
    """One row a listing and night it is listed under (`night`), first nights first.

    What begins before six in the morning is of the night before; what goes on for days is listed for each of them.
    """
    first = pl.when("is_date").then("starts_local").otherwise(pl.col("starts_local") - _MORNING).dt.date()
    over = pl.col("ends_local") - pl.duration(microseconds=1)
    is_long = (pl.col("ends_local") - pl.col("starts_local") > _NIGHT).fill_null(value=False)
    last = pl.when(is_long).then(over.dt.date()).otherwise(first)
    nights = pl.date_ranges(first, pl.min_horizontal(last, first + pl.duration(days=_MOST_NIGHTS)))
    spread = listings.with_columns(night=nights, first_night=first).explode("night")
    return spread.sort("night", "starts_local", "native_id")


def write_rows(nights: pl.DataFrame, area: dict[str, Any]) -> list[dict[str, Any]]:
    """One row each, in the fields that are asked for. Times are wall clocks; without an hour there is the day alone."""
    keys = nights["listing_key"].to_numpy()
    days = nights["night"].to_physical().to_numpy().astype(np.uint64)
    rows = list_rows(
        nights.with_columns(row_id=write_number(keys ^ days, 10), style=draw_choice(keys, "style", _STYLES)),
        *_COLUMNS,
        listed=pl.col("night").dt.strftime(_MIDNIGHT),
        day=pl.col("first_night").dt.strftime(_MIDNIGHT),
        starts=pl.when(~pl.col("is_date")).then(pl.col("starts_local").dt.strftime(_MOMENT)),
        ends=pl.col("ends_local").dt.strftime(_MOMENT),
        last_day=(pl.col("ends_local") - pl.duration(microseconds=1)).dt.strftime(_MIDNIGHT),
    )
    return [{"id": row["row_id"], "listingDate": row["listed"], "event": _write_event(row, area)} for row in rows]


def _write_event(row: dict[str, Any], area: dict[str, Any]) -> dict[str, Any]:
    """There is no state: a title says that it is cancelled."""
    names, image = row["performers"] or [], row["image_url"]
    artists = [
        {"id": number, "name": name}
        for number, name in zip(row["performer_native_ids"] or ["0"] * len(names), names, strict=True)
    ]
    promoter = {"id": row["organizer_native_id"], "name": row["organizer"]}
    return {
        "id": row["native_id"], "title": _PREFIXES.get(row["status"], "") + row["title"],
        "content": row["description"], "date": row["day"], "startTime": row["starts"],
        "endTime": row["last_day"] if row["is_date"] else row["ends"], "contentUrl": f"/events/{row['native_id']}",
        "cost": write_cost(row), "lineup": "\n".join(_write_act(artist) for artist in artists), "flyerFront": image,
        "isTicketed": row["sale_status"] is not None,
        "images": [] if image is None else [{"filename": image, "type": "FLYERFRONT"}],
        "venue": _write_venue(row, area), "artists": artists,
        "genres": [{"name": _GENRES.get(row["subcategory"] or "", row["style"])}],
        "promoters": [] if row["organizer"] is None else [promoter],
    }  # fmt: skip


def write_cost(row: dict[str, Any]) -> str | None:
    """Free text: as told, else `Free`, `12` or `10-15` in whatever money they have there; None where nothing is."""
    if row["price_text"] is not None or row["is_free"]:
        return str(row["price_text"] or "Free")
    stated = [price for price in (row["price_min"], row["price_max"]) if price is not None]
    amounts = [f"{price:g}" for price in dict.fromkeys(stated)]
    return "-".join(amounts) or None


def _write_act(artist: dict[str, Any]) -> str:
    return f'<artist id="{artist["id"]}">{escape(artist["name"])}</artist>'


def _write_venue(row: dict[str, Any], area: dict[str, Any]) -> dict[str, Any]:
    """A place that is not told is `TBA` in its area; what is online is in an area of its own."""
    if row["attendance_mode"] == "online":
        streams = {"id": "999", "name": "Streamland", "country": {"urlCode": "SL"}}
        return {"id": "0", "name": "Streamland", "address": None, "area": streams, "location": None}
    has_point = row["latitude"] is not None and row["longitude"] is not None
    town = join_texts(" ", row["postcode"], row["town"])
    return {
        "id": row["venue_native_id"] or "0", "name": row["venue_name"] or f"TBA - {area['name']}",
        "address": join_texts("; ", row["address"], town) if row["address"] else None, "area": area,
        "location": {"latitude": row["latitude"], "longitude": row["longitude"]} if has_point else None,
    }  # fmt: skip
