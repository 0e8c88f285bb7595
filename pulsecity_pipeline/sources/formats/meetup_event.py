"""One event of Meetup's GraphQL as a row, in the names of its schema of 2025 and of those before."""

import re
from collections import Counter
from datetime import timedelta
from typing import Any

from pulsecity_pipeline.sources.formats.json_values import (
    list_texts,
    pick,
    pick_point,
    pick_text,
    read_flag,
    read_money,
)
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError

_STATES = {"ACTIVE": None, "PAST": None, "AUTOSCHED": None, "AUTOSCHED_FINISHED": None, "CANCELLED": "cancelled",
           "CANCELLED_PERM": "cancelled", "AUTOSCHED_CANCELLED": "cancelled"}  # fmt: skip
_UNPUBLISHED = {"DRAFT", "AUTOSCHED_DRAFT", "BLOCKED", "PENDING", "PROPOSED", "TEMPLATE"}
_SALES = {"FULL": "sold_out", "WAITLIST": "waitlist", "CLOSED": "ended", "NOT_OPEN_YET": "not_yet", "RSVP": "on_sale"}
_MODES = {"PHYSICAL": "offline", "ONLINE": "online", "HYBRID": "mixed"}
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")


def read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """The columns of contract Reading. Raises RecordError."""
    zone = pick_text(item, "group.timezone")
    topics = [pick_text(edge, "node.name") for edge in pick(item, "topics.edges") or []]
    return {
        "source_event_id": item["id"],
        "series_uid": pick_text(item, "series.id"),
        "title": pick_text(item, "title"),
        "description": pick_text(item, "description"),
        "url": (pick_text(item, "eventUrl") or "").partition("?")[0] or None,
        "image_url": _read_image(item),
        "organizer": pick_text(item, "group.name"),
        "categories": list_texts([pick_text(item, "group.topicCategory.name"), *topics]),
        **_read_state(item, unread),
        **state_start(read_moment(item.get("dateTime"), zone)),
        **(read_end(item.get("endTime"), zone) or _end_after(item, zone)),
        **_read_place(item, unread),
        **_read_fee(item.get("feeSettings")),
    }


def _end_after(item: dict[str, Any], zone: str | None) -> dict[str, Any]:
    """Start and duration, reckoned on the start's own offset: a clock may change in between."""
    length = _DURATION.fullmatch(pick_text(item, "duration") or "")
    start = read_moment(item.get("dateTime"))
    if length is None or start is None:
        return {}
    days, hours, minutes = (int(part or 0) for part in length.groups())
    whole = timedelta(days=days, hours=hours, minutes=minutes)
    offset = "Z" if start.zone == "UTC" else start.zone or ""
    return read_end(f"{(start.wall + whole).isoformat()}{offset}", zone) if whole else {}


def _read_state(item: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    word = (pick_text(item, "status") or "ACTIVE").upper()
    if word in _UNPUBLISHED:
        raise RecordError("not_public", "status", f"status is {word}")
    if word not in _STATES:
        unread[f"status={word}"] += 1
    # What is left of the words depends on who asks, or says again that it is over.
    return {"status": _STATES.get(word, word), "sale_status": _SALES.get(pick_text(item, "rsvpState") or "")}


def _read_place(item: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """`Online event` is a venue of its own, with a point that means nothing; a hybrid event has it and a real one."""
    venues = item.get("venues") or [item.get("venue")]
    stated = [venue for venue in venues if isinstance(venue, dict)]
    real = [venue for venue in stated if not _is_online(venue)]
    kind = pick_text(item, "eventType")
    if kind is not None and kind.upper() not in _MODES:
        unread[f"eventType={kind}"] += 1
    place = real[0] if real else {}
    return {
        "attendance_mode": _MODES.get((kind or "").upper()) or _tell_mode(item, stated, real),
        "venue_name": pick_text(place, "name"),
        "address": pick_text(place, "address"),
        "locality": pick_text(place, "city"),
        "region": pick_text(place, "state"),
        "country": pick_text(place, "country"),
        **(pick_point(place, "lat", "lon") or pick_point(place, "lat", "lng")),
    }


def _is_online(venue: dict[str, Any]) -> bool:
    return pick_text(venue, "venueType") == "online" or pick_text(venue, "name") == "Online event"


def _tell_mode(item: dict[str, Any], stated: list[Any], real: list[Any]) -> str | None:
    if read_flag(item.get("isOnline")):
        return "online"
    if not stated:
        return None
    return "online" if not real else "mixed" if len(real) < len(stated) else "offline"


def _read_fee(fee: Any) -> dict[str, Any]:
    """Major units. No fee settings may be free, or paid at the door: not known; neither is a fee one may leave out."""
    amount, currency = read_money(pick(fee, "amount")), pick_text(fee, "currency")
    if not amount or currency is None or read_flag(pick(fee, "required")) is False:
        return {}
    return {"price_min": amount, "price_max": amount, "currency": currency, "is_free": False}


def _read_image(item: dict[str, Any]) -> str | None:
    photo = item.get("featuredEventPhoto")
    base, number = pick_text(photo, "baseUrl"), pick_text(photo, "id")
    made = f"{base}{number}/676x380.webp" if base and number else None
    return pick_text(photo, "highResUrl", "standardUrl") or made or pick_text(item, "imageUrl")
