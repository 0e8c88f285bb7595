"""One event of schema.org → the columns of a row: places, prices, states and names in every form sites give them."""

import html
import re
from collections import Counter
from functools import lru_cache
from typing import Any

from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.formats.json_ld import Node
from pulsecity_pipeline.sources.formats.json_values import (
    list_texts,
    pick,
    pick_point,
    pick_text,
    read_flag,
    state_text,
)
from pulsecity_pipeline.sources.formats.loose_dates import read_loose_moment
from pulsecity_pipeline.sources.formats.moments import read_updated, state_end, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.formats.schema_offers import read_offers

_MODES = {
    "OfflineEventAttendanceMode": "offline",
    "OnlineEventAttendanceMode": "online",
    "MixedEventAttendanceMode": "mixed",
}
#: Of several states the first of these counts; the others say nothing.
_STATES = ("EventCancelled", "EventPostponed", "EventRescheduled", "EventMovedOnline", "EventScheduled")
#: Type names that plugins print where a name should be.
_NO_NAMES = {"Organization", "Person", "PerformingGroup", "MusicGroup", "Place", "None", "null"}


def last_word(value: Any) -> str | None:
    """`https://schema.org/InStock` and `schema:InStock` → `InStock`."""
    text = state_text(pick(value, "@id") if isinstance(value, dict) else value)
    return _cut_word(text) if text else None


@lru_cache(maxsize=4096)
def _cut_word(text: str) -> str | None:
    return re.split(r"[/#:]", text)[-1] or None


def event_key(item: Node) -> str:
    """What the event calls itself: an absolute `@id`, an identifier, its url; empty where it does not."""
    for name in ("@id", "identifier", "url"):
        value = item.get(name)
        text = (
            pick_text(value, "value", "@id", "@value") if isinstance(value, dict) else next(iter(list_texts(value)), "")
        )
        if text and (name != "@id" or "://" in text):
            return re.sub(r"[?&]utm_[^#]*", "", text)
    return ""


def read_event(item: Node, context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """The row. `context`: `keys`, how ids of keys that several events share are told apart; `url` of the page."""
    schedule = item["eventSchedule"] if isinstance(item.get("eventSchedule"), dict) else {}
    start = read_loose_moment(_text(item.get("startDate")) or _schedule_start(schedule))
    if schedule.get("repeatFrequency"):
        unread["eventSchedule.repeatFrequency"] += 1
    title = _text(item.get("name"))
    row: dict[str, Any] = {
        "title": title,
        "description": _text(item.get("description")),
        "url": _text(item.get("url")) or context.get("url"),
        "image_url": _read_image(item.get("image")),
        "status": _read_state(item.get("eventStatus"), unread),
        "source_updated_at": read_updated(_text(item.get("dateModified"))),
        "organizer": next((name for name in _names(item.get("organizer")) if "@" not in name), None),
        "performers": _names(item.get("performer") or item.get("performers")),
        "categories": _read_categories(item),
        "series_uid": state_text(item.get("superEvent")) if isinstance(item.get("superEvent"), str) else None,
        **state_start(start),
        **_read_end(item.get("endDate")),
        **_read_places(item, unread),
        **read_offers(item.get("offers")),
    }
    if start is not None:
        row["source_event_id"] = _name_event(event_key(item), title or "", start.wall.isoformat(), row, context)
    free = read_flag(item.get("isAccessibleForFree"))
    if free is not None and not (free and row.get("price_max")):
        row["is_free"] = free
    return row


def _text(value: Any) -> str | None:
    """A text; of a language map (`@value`) its text, of a list the first."""
    if isinstance(value, list):
        return next((text for part in value if (text := _text(part))), None)
    return pick_text(value, "@value", "name", "url", "@id") if isinstance(value, dict) else state_text(value)


def _schedule_start(schedule: Node) -> str | None:
    day, clock = state_text(schedule.get("startDate")), state_text(schedule.get("startTime"))
    return f"{day}T{clock}" if day and clock and "T" not in day else day


def _name_event(key: str, title: str, start: str, row: dict[str, Any], context: dict[str, Any]) -> str:
    """The key, with the start (and the title) where several events of the page share it."""
    if not key:
        return hash_id("key", title, start, row.get("venue_name") or row.get("location") or "")
    told_by = context.get("keys", {}).get(key)
    compact = start.replace("-", "").replace(":", "")
    if told_by == "start":
        return f"{key}#{compact}"
    return f"{key}#{compact}-{hash_id('t', title)[2:10]}" if told_by == "title" else key


def _read_end(value: Any) -> dict[str, Any]:
    """An end that is no date costs only itself; schema.org's end dates are inclusive."""
    try:
        return state_end(read_loose_moment(_text(value), field="end"))
    except RecordError:
        return {}


def _read_image(value: Any) -> str | None:
    """The first image with a web address; an address that ends in a slash is a page (EventON gives the event's)."""
    for image in value if isinstance(value, list) else [value]:
        text = pick_text(image, "url", "contentUrl", "@id") if isinstance(image, dict) else state_text(image)
        if text and text.startswith(("http", "//")) and not text.endswith("/"):
            return text
    return None


def _read_state(value: Any, unread: Counter[str]) -> str | None:
    words = [word for part in (value if isinstance(value, list) else [value]) if (word := last_word(part))]
    for word in words:
        if word not in _STATES:
            unread[f"eventStatus={word}"[:80]] += 1
    return next((state for state in _STATES if state in words), words[0] if words else None)


def _names(value: Any) -> list[str]:
    texts = [_text(part) for part in (value if isinstance(value, list) else [value])]
    names = [html.unescape(text) for text in texts if text and "://" not in text and text not in _NO_NAMES]
    return list(dict.fromkeys(names))


def _read_categories(item: Node) -> list[str]:
    """Types but the plain one (`MusicEvent` says Music), keywords and genre."""
    kinds = (last_word(kind) or "" for kind in list_texts(item.get("@type")))
    words = [kind.removesuffix("Event") for kind in kinds if kind not in ("EventSeries", "CourseInstance")]
    for text in [*list_texts(item.get("keywords"), "name"), *list_texts(item.get("genre"))]:
        words += text.split(",")
    return list(dict.fromkeys(html.unescape(word).strip() for word in words if word.strip() and "://" not in word))


def _read_places(item: Node, unread: Counter[str]) -> dict[str, Any]:
    value = item.get("location")
    places = [place for place in (value if isinstance(value, list) else [value]) if place]
    virtual = [
        place for place in places if isinstance(place, dict) and last_word(place.get("@type")) == "VirtualLocation"
    ]
    real = [place for place in places if place not in virtual]
    stated = last_word(item.get("eventAttendanceMode"))
    if stated and stated not in _MODES:
        unread[f"eventAttendanceMode={stated}"[:80]] += 1
    by_place = ("mixed" if real else "online") if virtual else None
    row = _read_place(real[0]) if real else {}
    row["attendance_mode"] = _MODES.get(stated or "", by_place)
    link = next((text for place in virtual if (text := _text(place.get("url")))), None)
    if link and link != _text(item.get("url")):
        row["online_url"] = link
    return row


def _read_place(place: Any) -> dict[str, Any]:
    """A place, an address of its own, or a text."""
    if not isinstance(place, dict):
        return {"location": state_text(place)}
    is_address = last_word(place.get("@type")) == "PostalAddress"
    address = place if is_address else place.get("address")
    address = address[0] if isinstance(address, list) and address else address
    row: dict[str, Any] = {"venue_name": None if is_address else _text(place.get("name"))}
    if isinstance(address, dict):
        row |= {
            "address": _text(address.get("streetAddress")),
            "locality": _text(address.get("addressLocality")),
            "region": _text(address.get("addressRegion")),
            "country": _text(address.get("addressCountry")),
        }
    else:
        row["address"] = state_text(address)
    geo = place.get("geo")
    return row | pick_point(geo[0] if isinstance(geo, list) and geo else geo, "latitude", "longitude")
