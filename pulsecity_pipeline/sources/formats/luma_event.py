"""One entry of Luma's lists as a row: instants on the venue's clock, hidden places, tickets in minor units."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pulsecity_pipeline.sources.formats.currencies import minor_digits
from pulsecity_pipeline.sources.formats.json_records import require
from pulsecity_pipeline.sources.formats.json_values import (
    list_texts,
    pick,
    pick_number,
    pick_point,
    pick_text,
    read_flag,
    read_money,
)
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError

_ONLINE = {"online", "zoom", "meet", "teams", "youtube", "twitch"}
_NOWHERE = {"missing", "unknown"}
_OPEN = {"open": "on_sale", "closed": "ended", "waitlist": "waitlist", "sold_out": "sold_out"}


def read_entry(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """The columns of contract Reading. Raises RecordError."""
    event = require(item.get("event"), "event")
    if pick_text(event, "visibility") not in (None, "public"):
        raise RecordError("not_public", "visibility", f"visibility is {pick_text(event, 'visibility')}")
    zone = pick_text(event, "timezone")
    return {
        "source_event_id": item["id"],
        "series_uid": pick_text(event, "recurrence_id"),
        "title": pick_text(event, "name"),
        "description": _read_description(item, event),
        "url": _read_url(pick_text(event, "url")),
        "image_url": pick_text(event, "cover_url"),
        "categories": list_texts([*(item.get("categories") or []), *(item.get("tags") or [])], "name"),
        "organizer": _read_organizer(item),
        "sale_status": _read_sale(item, unread),
        **state_start(read_moment(event.get("start_at"), zone)),
        **read_end(event.get("end_at"), zone),
        **_read_place(event, unread),
        **_read_ticket(item.get("ticket_info")),
    }


def _read_url(url: str | None) -> str | None:
    """A slug, or a whole address where the event is on another platform."""
    return url if url is None or "://" in url else f"https://luma.com/{url}"


def _read_description(item: dict[str, Any], event: dict[str, Any]) -> str | None:
    stated = pick_text(event, "description_md", "description")
    mirror = item.get("description_mirror") or event.get("description_mirror")
    return stated or "\n".join(_list_paragraphs(mirror)).strip() or None


def _list_paragraphs(node: Any) -> Iterator[str]:
    """The texts of a rich text tree, block by block."""
    parts = node.get("content") if isinstance(node, dict) else None
    children = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    if any(isinstance(child.get("text"), str) for child in children):
        yield "".join(str(child.get("text", " ")) for child in children)
        return
    for child in children:
        yield from _list_paragraphs(child)


def _read_organizer(item: dict[str, Any]) -> str | None:
    """The calendar; of a personal one, which is called so, the first host's name."""
    if read_flag(pick(item, "calendar.is_personal")):
        return pick_text(item, "hosts.0.name")
    return pick_text(item, "calendar.name")


def _read_place(event: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """What guests alone may know is left out: of a hidden place the town stays, and a point that is only near."""
    kind = pick_text(event, "location_type")
    if kind in _ONLINE:
        return {"attendance_mode": "online"}
    if kind is not None and kind != "offline" and kind not in _NOWHERE:
        unread[f"event.location_type={kind}"] += 1
    place = event.get("geo_address_info") or event.get("geo_address_json")
    is_hidden = pick_text(place, "mode") == "obfuscated" or pick_text(event, "geo_address_visibility") == "guests-only"
    town = pick_text(place, "city")
    point = pick_point(event, "coordinate.latitude", "coordinate.longitude")
    point = point or pick_point(event, "geo_latitude", "geo_longitude")
    row: dict[str, Any] = {
        "attendance_mode": "offline" if kind == "offline" else None,
        "locality": town,
        "region": pick_text(place, "region"),
        "country": pick_text(place, "country_code", "country"),
        **point,
    }
    if is_hidden:
        return row | ({"geo_precision": "approximate"} if point else {})
    street = (pick_text(place, "short_address", "full_address") or "").removesuffix(f", {town}")
    return row | {"venue_name": pick_text(place, "address"), "address": street or None}


def _read_sale(item: dict[str, Any], unread: Counter[str]) -> str | None:
    tickets = item.get("ticket_info")
    if read_flag(pick(tickets, "is_sold_out")):
        return "sold_out"
    if read_flag(pick(tickets, "is_near_capacity")):
        return "few_left"
    word = pick_text(item, "registration_availability")
    if word is not None and word not in _OPEN:
        unread[f"registration_availability={word}"] += 1
    return word if word is None else _OPEN.get(word, word)


def _read_ticket(tickets: Any) -> dict[str, Any]:
    """Cents, but of as many digits as the currency has; `not free` without a price is not known (by approval)."""
    if read_flag(pick(tickets, "is_free")):
        return {"is_free": True}
    price, highest = pick(tickets, "price"), pick(tickets, "max_price")
    currency = pick_text(price, "currency") or pick_text(highest, "currency")
    stated = pick_number(tickets, "currency_info.decimals")
    digits = minor_digits(currency) if stated is None else int(stated)
    least = pick(price, "min_cents") if read_flag(pick(price, "is_flexible")) else None
    low = read_money(pick(price, "cents") if least is None else least, exponent=digits)
    high = read_money(pick(highest, "cents") or pick(price, "cents"), exponent=digits)
    if not (low or high) or currency is None:
        return {}
    return {"is_free": False, "price_min": low, "price_max": high, "currency": currency.upper()}
