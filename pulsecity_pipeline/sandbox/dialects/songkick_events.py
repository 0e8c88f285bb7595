"""Listings as events of Songkick's API 3.0."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_range
from pulsecity_pipeline.sandbox.dialects.api_ids import slug
from pulsecity_pipeline.sandbox.dialects.api_rows import last_day, list_rows, name_country, with_standard_offset

_COLUMNS: Final = (
    "native_id", "category", "title", "is_date", "all_day", "status", "url", "venue_native_id", "venue_name", "town",
    "region", "country", "latitude", "longitude", "geo_precision", "performers", "performer_native_ids",
)  # fmt: skip
_SITE: Final = "https://www.songkick.com.sandbox.example"
_TRACKING: Final = "utm_source=24619&utm_medium=partner"
_STATES: Final = {"cancelled": "cancelled", "postponed": "postponed"}
_UNKNOWN: Final = "Unknown venue"
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip
#: Countries that they call otherwise.
_COUNTRIES: Final = {"US": "US", "GB": "UK"}


def write_events(listings: pl.DataFrame, metro: str) -> list[dict[str, Any]]:
    """One event a row, in the metro area of that name. Whole days, and festivals, are of type `Festival`."""
    popularity = pl.Series(draw_range(listings["listing_key"].to_numpy(), "popularity", 0.0, 0.4)).round(6)
    rows = list_rows(
        listings.with_columns(popularity=popularity),
        *_COLUMNS,
        "popularity",
        day=pl.col("starts_local").dt.strftime("%Y-%m-%d"),
        time=pl.col("starts_local").dt.strftime("%H:%M:%S"),
        at=with_standard_offset(listings, "starts_local"),
        last_day=last_day(),
        year=pl.col("starts_local").dt.year(),
        month=pl.col("starts_local").dt.month(),
        month_day=pl.col("starts_local").dt.day(),
    )
    return [_write_event(row, metro) for row in rows]


def _write_event(row: dict[str, Any], metro: str) -> dict[str, Any]:
    is_festival = row["all_day"] or row["category"] == "festivals_fairs"
    event = {
        "id": int(row["native_id"]), "type": "Festival" if is_festival else "Concert",
        "displayName": row["title"] if is_festival else _write_name(row), "uri": _link(row["url"]),
        "status": _STATES.get(row["status"], "ok"), "popularity": row["popularity"], "flaggedAsEnded": False,
        "ageRestriction": None, "start": _write_start(row), "performance": _write_performances(row),
        "location": _write_location(row), "venue": _write_venue(row, metro),
    }  # fmt: skip
    if not is_festival:
        return event
    end = {"date": row["last_day"] or row["day"], "time": None, "datetime": None}
    return event | {"series": {"displayName": row["title"]}, "end": end}


def _write_name(row: dict[str, Any]) -> str:
    """`Lo Ferry at Barn Nine (March 4, 2027)`."""
    day = f"{_MONTHS[row['month'] - 1]} {row['month_day']}, {row['year']}"
    return f"{row['title']} at {row['venue_name'] or _UNKNOWN} ({day})"


def _write_start(row: dict[str, Any]) -> dict[str, Any]:
    """Day and time are local; the offset beside them is that of winter, whatever the season."""
    has_time = not row["is_date"]
    return {"date": row["day"], "time": row["time"] if has_time else None, "datetime": row["at"] if has_time else None}


def _write_performances(row: dict[str, Any]) -> list[dict[str, Any]]:
    names = row["performers"] or []
    ids = row["performer_native_ids"] or ["0"] * len(names)
    return [
        {"id": int(number) + int(row["native_id"]), "billing": "support" if place else "headline",
         "billingIndex": place + 1, "displayName": name,
         "artist": {"id": int(number), "displayName": name, "identifier": [],
                    "uri": f"{_SITE}/artists/{number}-{slug(name)}?{_TRACKING}"}}
        for place, (name, number) in enumerate(zip(names, ids, strict=True))
    ]  # fmt: skip


def _write_location(row: dict[str, Any]) -> dict[str, Any]:
    """`Town, ST, US`; in other countries the region is left out."""
    country = _name_country(row["country"])
    region = row["region"] if row["country"] in ("US", "CA") else None
    city = ", ".join(part for part in (row["town"], region, country) if part) if row["town"] else None
    return {"city": city, "lat": row["latitude"], "lng": row["longitude"]}


def _write_venue(row: dict[str, Any], metro: str) -> dict[str, Any]:
    """Where only the town is known the venue has no point of its own."""
    number, is_placed = row["venue_native_id"], row["geo_precision"] != "city"
    is_known = row["venue_name"] is not None
    area = {"id": None, "displayName": metro, "uri": f"{_SITE}/metro-areas/{slug(metro)}?{_TRACKING}",
            "country": {"displayName": _name_country(row["country"])}}  # fmt: skip
    if row["country"] in ("US", "CA"):
        area["state"] = {"displayName": row["region"]}
    return {
        "id": int(number) if is_known and number else None, "displayName": row["venue_name"] or _UNKNOWN,
        "uri": f"{_SITE}/venues/{number}-{slug(row['venue_name'])}?{_TRACKING}" if is_known else None,
        "lat": row["latitude"] if is_placed else None, "lng": row["longitude"] if is_placed else None,
        "metroArea": area,
    }  # fmt: skip


def _name_country(code: str | None) -> str | None:
    return _COUNTRIES.get(code or "") or name_country(code)


def _link(url: str | None) -> str | None:
    return None if url is None else f"{url}{'&' if '?' in url else '?'}{_TRACKING}"
