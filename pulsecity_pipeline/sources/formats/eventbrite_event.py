"""One event of Eventbrite as a row: its search and page objects, its API v3 objects, and the JSON-LD of its pages."""

from collections import Counter
from decimal import Decimal
from typing import Any

from pulsecity_pipeline.sources.formats.currencies import minor_digits
from pulsecity_pipeline.sources.formats.json_values import (
    list_texts,
    pick,
    pick_point,
    pick_text,
    read_flag,
    read_money,
)
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, read_updated, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError

Item = dict[str, Any]

#: Where an event is in its life: the clock tells that too. `canceled` is the one that counts.
_LIFE = {"live", "started", "ended", "completed", "canceled", "cancelled"}
_PREFIXES = ("EventbriteSubCategory", "EventbriteCategory", "EventbriteFormat", "OrganizerTag")


def read_event(item: Item, context: Item, unread: Counter[str]) -> Item:
    """The columns of contract Reading. Raises RecordError."""
    if "startDate" in item or "@type" in item:
        return _read_linked(item)
    _refuse(item)
    # Search: date and time apart, local. Their older shape: both in one. API v3: an object.
    zone = pick_text(item, "timezone", "start.timezone")
    return {
        "source_event_id": item["id"],
        "series_uid": pick_text(item, "series_id"),
        "title": pick_text(item, "name.text", "name"),
        "description": pick_text(item, "full_description", "description.text", "description", "summary"),
        "url": _strip_query(pick_text(item, "url")),
        "image_url": pick_text(item, "image.original.url", "image.url", "logo.original.url", "logo.url"),
        "source_updated_at": read_updated(item.get("changed")),
        "organizer": pick_text(item, "primary_organizer.name", "organizer.name"),
        "categories": _list_categories(item),
        **state_start(read_moment(_join(item, "start"), zone)),
        **({} if _hides_end(item) else read_end(_join(item, "end"), zone)),
        **_read_state(item, unread),
        **_read_place(item),
        **_read_prices(item),
    }


def _refuse(item: Item) -> None:
    if read_flag(item.get("hide_start_date")):
        raise RecordError("hidden_start", "hide_start_date", "the start must not be shown")
    is_unlisted = read_flag(item.get("listed")) is False or pick_text(item, "status") == "draft"
    if is_unlisted or read_flag(item.get("is_protected_event")) or read_flag(item.get("is_locked")):
        raise RecordError("not_public", None, "a draft, unlisted or behind a password")


def _hides_end(item: Item) -> bool:
    """Not to be shown, or of a whole series: that starts with its first event and ends with its last."""
    is_series = pick_text(item, "series_id") == item["id"] or read_flag(item.get("is_series_parent"))
    return bool(is_series or read_flag(item.get("hide_end_date")))


def _join(item: Item, edge: str) -> str | None:
    day, clock = pick_text(item, f"{edge}_date", f"{edge}.local", f"{edge}.utc"), pick_text(item, f"{edge}_time")
    return f"{day}T{clock}" if day and clock and len(day) == 10 else day


def _read_state(item: Item, unread: Counter[str]) -> Item:
    """Cancelled is said by a flag (null: no) or by v3's status."""
    word = pick_text(item, "status")
    is_cancelled = read_flag(item.get("is_cancelled")) or word in ("canceled", "cancelled")
    if word is not None and word not in _LIFE:
        unread[f"status={word}"] += 1
    availability = item.get("ticket_availability")
    is_sold_out = any(read_flag(pick(availability, name)) for name in ("is_sold_out", "has_sold_out"))
    sale = "sold_out" if is_sold_out else pick_text(item, "event_sales_status.sales_status")
    return {"status": "cancelled" if is_cancelled else None if word in _LIFE else word, "sale_status": sale}


def _read_place(item: Item) -> Item:
    """An online event that has a venue with an address all the same is both."""
    venue = item.get("primary_venue") or item.get("venue")
    is_online = read_flag(item.get("is_online_event", item.get("online_event")))
    place = {
        "venue_name": pick_text(venue, "name"),
        "address": pick_text(venue, "address.address_1"),
        "locality": pick_text(venue, "address.city"),
        "region": pick_text(venue, "address.region"),
        "country": pick_text(venue, "address.country"),
        **(
            pick_point(venue, "address.latitude", "address.longitude")
            or pick_point(venue, "latitude", "longitude")
        ),
    }  # fmt: skip
    if is_online:
        return place | {"attendance_mode": "mixed" if place["address"] or place["locality"] else "online"}
    return place | {"attendance_mode": None if is_online is None else "offline"}


def _read_prices(item: Item) -> Item:
    """`not free` with a lowest price of 0 or none is a donation, or not reckoned: not known. Buyers' fees are extra."""
    availability = item.get("ticket_availability")
    is_free = read_flag(pick(availability, "is_free"))
    if is_free is None:
        is_free = read_flag(item.get("is_free"))
    shown = pick_text(item, "price_range")
    if is_free:
        return {"is_free": True, "price": shown}
    low, high = (pick(availability, f"{edge}_ticket_price") for edge in ("minimum", "maximum"))
    least, most = _read_amount(low), _read_amount(high)
    if least or most:
        currency = pick_text(low, "currency") or pick_text(high, "currency")
        return {"is_free": is_free, "price_min": least, "price_max": most, "currency": currency}
    return {"is_free": is_free, "price": shown} if shown else {}


def _read_amount(price: Any) -> Decimal | None:
    """`major_value` as it stands; `value` is in minor units."""
    major = read_money(pick(price, "major_value"))
    if major is not None:
        return major
    return read_money(pick(price, "value"), exponent=minor_digits(pick_text(price, "currency")))


def _list_categories(item: Item) -> list[str]:
    """Tags, the most telling prefix first; older shapes have names beside one another."""
    tags = [tag for tag in item.get("tags") or [] if isinstance(tag, dict)]
    tagged = [
        name for prefix in _PREFIXES for tag in tags
        if pick_text(tag, "prefix") == prefix and (name := pick_text(tag, "display_name"))
    ]  # fmt: skip
    narrower = [item.get("subcategory"), *(pick(item, "category.subcategories") or [])]
    named = [*list_texts(narrower, "name"), *list_texts(item.get("category"), "name")]
    return list(dict.fromkeys([*tagged, *named, *list_texts(item.get("format"), "name")]))


def _read_linked(item: Item) -> Item:
    """schema.org: dates alone on lists, with offset on the event's own page; all zero, or no currency, is no price."""
    place = item.get("location")
    offers = item.get("offers")
    offer = offers[0] if isinstance(offers, list) and offers else offers
    amounts = (read_money(pick(offer, name)) for name in ("lowPrice", "highPrice", "price"))
    prices = [amount for amount in amounts if amount is not None]
    currency = pick_text(offer, "priceCurrency")
    row: Item = {
        "source_event_id": item.get("id"),
        "title": pick_text(item, "name"),
        "description": pick_text(item, "description"),
        "url": _strip_query(pick_text(item, "url")),
        "image_url": pick_text(item, "image", "image.0", "image.url"),
        "status": pick_text(item, "eventStatus"),
        "sale_status": pick_text(offer, "availability"),
        "organizer": pick_text(item, "organizer.name"),
        "venue_name": pick_text(place, "name"),
        "address": pick_text(place, "address.streetAddress"),
        "locality": pick_text(place, "address.addressLocality"),
        "region": pick_text(place, "address.addressRegion"),
        "country": pick_text(place, "address.addressCountry"),
        "attendance_mode": _read_attendance(pick_text(item, "eventAttendanceMode"), place),
        **pick_point(place, "geo.latitude", "geo.longitude"),
        **state_start(read_moment(item.get("startDate"))),
        **read_end(item.get("endDate")),
    }
    if any(prices) and currency:
        row |= {"price_min": min(prices), "price_max": max(prices), "currency": currency}
    return row


def _read_attendance(mode: str | None, place: Any) -> str | None:
    word = (mode or "").rpartition("/")[2].removesuffix("EventAttendanceMode").lower()
    if word in ("online", "offline", "mixed"):
        return word
    return "online" if pick(place, "@type") == "VirtualLocation" else None


def _strip_query(url: str | None) -> str | None:
    """Without where the visitor came from (`aff`)."""
    return url.partition("?")[0] if url else None
