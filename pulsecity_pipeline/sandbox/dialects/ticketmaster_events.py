"""Listings as events of Ticketmaster's Discovery API v2."""

from typing import Any, Final

import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_share
from pulsecity_pipeline.sandbox.dialects.api_ids import slug
from pulsecity_pipeline.sandbox.dialects.api_rows import UTC_TEXT, in_utc, last_day, list_rows, name_country
from pulsecity_pipeline.sandbox.dialects.ticketmaster_words import write_classification

_COLUMNS: Final = (
    "native_id", "listing_class", "category", "subcategory", "title", "description", "organizer",
    "organizer_native_id", "url", "image_url", "stated_timezone", "is_date", "all_day", "status", "sale_status",
    "attendance_mode", "venue_native_id", "venue_name", "address", "town", "region", "postcode", "country",
    "latitude", "longitude", "price_min", "price_max", "currency", "fees_included", "performers",
    "performer_native_ids",
)  # fmt: skip
_CODES: Final = {"cancelled": "cancelled", "postponed": "postponed", "rescheduled": "rescheduled"}
_SALES: Final = {"on_sale": "onsale", "few_left": "onsale", "presale": "offsale", "not_yet": "offsale",
                 "sold_out": "offsale", "ended": "offsale"}  # fmt: skip
_STOCK: Final = "https://s1.ticketm.net.sandbox.example/dam/c/fallback_ARTIST_PAGE_3_2.jpg"
_ONLINE: Final = {"name": "Virtual Event", "type": "venue", "id": "KovZonline", "test": False, "locale": "en-us"}


def write_events(listings: pl.DataFrame) -> list[dict[str, Any]]:
    """One event a row. What has no start yet is to be determined, or announced."""
    keys = listings["listing_key"].to_numpy()
    rows = list_rows(
        listings.with_columns(is_tbd=pl.Series(draw_share(keys, "date to be determined") < 0.5)),
        *_COLUMNS,
        "is_tbd",
        start_day=pl.col("starts_local").dt.strftime("%Y-%m-%d"),
        start_time=pl.col("starts_local").dt.strftime("%H:%M:%S"),
        start_at=in_utc(listings, "starts_local").dt.strftime(UTC_TEXT),
        end_day=pl.col("ends_local").dt.strftime("%Y-%m-%d"),
        end_time=pl.col("ends_local").dt.strftime("%H:%M:%S"),
        end_at=in_utc(listings, "ends_local").dt.strftime(UTC_TEXT),
        last_day=last_day(),
        previous_day=pl.col("previous_start_local").dt.strftime("%Y-%m-%d"),
        doors_day=pl.col("doors_local").dt.strftime("%Y-%m-%d"),
        doors_time=pl.col("doors_local").dt.strftime("%H:%M:%S"),
        doors_at=in_utc(listings, "doors_local").dt.strftime(UTC_TEXT),
        sales_at=pl.col("created_at").dt.strftime(UTC_TEXT),
    )
    return [_write_event(row) for row in rows]


def _write_event(row: dict[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = {
        "name": row["title"], "type": "event", "id": row["native_id"], "test": row["listing_class"] == "test",
        "url": row["url"], "locale": "en-us", "images": _write_images(row["image_url"]),
        "sales": {"public": _write_sale(row)}, "dates": _write_dates(row),
        "classifications": [write_classification(row["subcategory"], row["category"], row["listing_class"])],
        "info": row["description"], "priceRanges": _write_prices(row), "doorsTimes": _write_doors(row),
    }  # fmt: skip
    if row["organizer"] is not None:
        promoter = {"id": row["organizer_native_id"], "name": row["organizer"]}
        event |= {"promoter": promoter, "promoters": [promoter]}
    place = _write_place(row)
    is_venue = place is not None and place["name"] is not None
    found = {"venues": [place] if is_venue else None, "attractions": _write_attractions(row) or None}
    event |= {
        "place": None if is_venue else place,
        "_links": {"self": {"href": f"/discovery/v2/events/{row['native_id']}?locale=en-us"}},
        "_embedded": _drop_null(found) or None,
    }
    return _drop_null(event)


def _write_images(url: str | None) -> list[dict[str, Any]]:
    """Their own in one size, with the fallback of the kind; none at all where there is none of their own."""
    if url is None:
        return []
    own = {"ratio": "16_9", "url": url, "width": 1024, "height": 576, "fallback": False}
    return [{"ratio": "3_2", "url": _STOCK, "width": 305, "height": 203, "fallback": True}, own]


def _write_sale(row: dict[str, Any]) -> dict[str, Any]:
    """A begin that is not known stands as a filler of the year 1900."""
    is_open = row["sale_status"] not in ("not_yet", None)
    return {"startDateTime": row["sales_at"] if is_open else "1900-01-01T06:00:00Z", "startTBD": not is_open}


def _write_dates(row: dict[str, Any]) -> dict[str, Any]:
    code = _CODES.get(row["status"]) or _SALES.get(row["sale_status"] or "")
    dates = {
        "start": _write_start(row),
        "end": _write_end(row),
        "initialStartDate": {"localDate": row["previous_day"]} if row["previous_day"] else None,
        "timezone": row["stated_timezone"],
        "status": {"code": code} if code else None,
        "spanMultipleDays": bool(row["all_day"] and row["last_day"] and row["last_day"] > row["start_day"]),
    }
    return _drop_null(dates)


def _write_start(row: dict[str, Any]) -> dict[str, Any]:
    """Flags say what is not known; where the time is not, neither it nor the instant is written."""
    is_unknown = row["start_day"] is None
    has_time = not is_unknown and not row["is_date"]
    start = {
        "localDate": row["start_day"],
        "localTime": row["start_time"] if has_time else None,
        "dateTime": row["start_at"] if has_time else None,
        "dateTBD": is_unknown and row["is_tbd"],
        "dateTBA": is_unknown and not row["is_tbd"],
        "timeTBA": bool(row["is_date"] and not row["all_day"]),
        "noSpecificTime": row["all_day"] is True,
    }
    return _drop_null(start)


def _write_end(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["end_day"] is None:
        return None
    if row["all_day"]:
        return {"localDate": row["last_day"], "approximate": False, "noSpecificTime": True}
    return {"localDate": row["end_day"], "localTime": row["end_time"], "dateTime": row["end_at"], "approximate": False,
            "noSpecificTime": False}  # fmt: skip


def _write_doors(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["doors_day"] is None:
        return None
    return {"localDate": row["doors_day"], "localTime": row["doors_time"], "dateTime": row["doors_at"]}


def _write_prices(row: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Nothing is said of what is free."""
    stated = [price for price in (row["price_min"], row["price_max"]) if price is not None]
    if not any(stated) or row["currency"] is None:
        return None
    kind = "standard including fees" if row["fees_included"] else "standard"
    return [{"type": kind, "currency": row["currency"], "min": stated[0], "max": stated[-1]}]


def _write_place(row: dict[str, Any]) -> dict[str, Any] | None:
    """The venue; what is somewhere without one is an area with a point."""
    if row["venue_name"] is None and row["attendance_mode"] == "online":
        return _ONLINE
    if row["venue_name"] is None and row["latitude"] is None and row["town"] is None:
        return None
    region, country = row["region"], row["country"]
    place = {
        "name": row["venue_name"], "type": "venue", "id": row["venue_native_id"], "test": False, "locale": "en-us",
        "postalCode": row["postcode"], "timezone": row["stated_timezone"],
        "city": {"name": row["town"]} if row["town"] else None,
        "state": {"name": region, "stateCode": region} if region else None,
        "country": {"name": name_country(country), "countryCode": country} if country else None,
        "address": {"line1": row["address"]} if row["address"] else None, "location": _write_point(row),
    }  # fmt: skip
    return {"name": None} | _drop_null(place)


def _write_point(row: dict[str, Any]) -> dict[str, str] | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    return {"longitude": repr(row["longitude"]), "latitude": repr(row["latitude"])}


def _write_attractions(row: dict[str, Any]) -> list[dict[str, Any]]:
    names = row["performers"] or []
    ids = row["performer_native_ids"] or [None] * len(names)
    kind = write_classification(row["subcategory"], row["category"], "event")
    return [
        {"name": name, "type": "attraction", "id": number, "test": False,
         "url": f"https://www.ticketmaster.com.sandbox.example/{slug(name)}-tickets/artist/{number}", "locale": "en-us",
         "classifications": [kind], "_links": {"self": {"href": f"/discovery/v2/attractions/{number}?locale=en-us"}}}
        for name, number in zip(names, ids, strict=True)
    ]  # fmt: skip


def _drop_null(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}
