"""One event of Ticketmaster's Discovery API v2 as a row: local times and their flags, venue, prices and genres."""

import re
from collections import Counter
from typing import Any

from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
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

#: Types of records that are sold beside events: parking, upgrades, rooms.
_NO_EVENTS = {"venue based", "upsell", "transportation", "nonticket"}
_SALES = {"onsale", "offsale"}
_STATES = {"cancelled", "canceled", "postponed", "rescheduled"}
_ONLINE = re.compile(r"(?:online|virtual|live ?stream)(?: event| venue| stream| show)?", re.I)
_NOTHING = {"undefined", "other", "miscellaneous"}
#: What narrower words below them mislead about: `Club Dance` is no dance performance, a `Family` film is a film.
_LEADING = {"Dance/Electronic", "Film"}
_PLACEHOLDER = "1900-01-01"


def read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """The columns of contract Reading. Raises RecordError."""
    kinds = _order_classifications(item)
    _refuse(item, kinds)
    venue = pick(item, "_embedded.venues.0") or item.get("place") or {}
    zone = pick_text(item, "dates.timezone") or pick_text(venue, "timezone")
    return {
        "source_event_id": pick_text(item, "id"),
        "title": pick_text(item, "name"),
        "description": pick_text(item, "description", "info", "additionalInfo"),
        "url": pick_text(item, "url"),
        "image_url": _choose_image(item.get("images")),
        "categories": _list_categories(kinds),
        "performers": list_texts(pick(item, "_embedded.attractions") or [], "name"),
        "organizer": pick_text(item, "promoter.name"),
        **state_start(_read_start(pick(item, "dates.start") or {}, zone)),
        **_read_end(pick(item, "dates.end") or {}, zone),
        **_read_state(item, unread),
        **_read_venue(venue),
        **_read_prices(item.get("priceRanges")),
    }


def _refuse(item: dict[str, Any], kinds: list[dict[str, Any]]) -> None:
    if read_flag(item.get("test")) is True:
        raise RecordError("test_event", "test", "marked as a test")
    kind = pick_text(kinds, "0.type.name")
    if kind and kind.lower() in _NO_EVENTS:
        raise RecordError("not_an_event", "classifications", f"of type {kind}")


def _read_start(start: dict[str, Any], zone: str | None) -> Stamp | None:
    """The venue's wall clock; the day alone where flags say that the time is not known or not one."""
    day, clock = pick_text(start, "localDate"), pick_text(start, "localTime")
    if _is_set(start, "dateTBD", "dateTBA") or day == _PLACEHOLDER:
        raise RecordError("date_unknown", "start", "the date is still to be announced")
    if _is_set(start, "timeTBA", "noSpecificTime"):
        return read_moment(day)
    instant = start.get("dateTime")
    # Without a zone the instant is surer than a wall clock.
    local = f"{day}T{clock}" if day and clock and (zone or not instant) else None
    return read_moment(local or instant or day, zone)


def _read_end(end: dict[str, Any], zone: str | None) -> dict[str, Any]:
    """An approximate end is none; one without a time is a day."""
    if _is_set(end, "approximate"):
        return {}
    day, clock = pick_text(end, "localDate"), pick_text(end, "localTime")
    if day and (_is_set(end, "noSpecificTime") or not clock):
        return read_end(day)
    instant = end.get("dateTime")
    return read_end(f"{day}T{clock}" if day and (zone or not instant) else instant, zone)


def _is_set(content: dict[str, Any], *names: str) -> bool:
    return any(read_flag(content.get(name)) is True for name in names)


def _read_state(item: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """`dates.status.code` says either how the event stands or how its sale does.

    Off sale before a sale whose begin is to be announced is not yet, not over. Begins of 1900-01-01 are fillers.
    """
    code = pick_text(item, "dates.status.code")
    if code not in _SALES:
        if code is not None and code.lower() not in _STATES:
            unread[f"dates.status.code={code}"] += 1
        return {"status": code}
    awaits_sale = code == "offsale" and read_flag(pick(item, "sales.public.startTBD")) is True
    return {"sale_status": "not_yet" if awaits_sale else code}


def _read_venue(venue: dict[str, Any]) -> dict[str, Any]:
    name = pick_text(venue, "name")
    if name and _ONLINE.fullmatch(name):
        return {"venue_name": name, "attendance_mode": "online"}
    lines = [line for line in (pick_text(venue, "address.line1"), pick_text(venue, "address.line2")) if line]
    return {
        "venue_name": name,
        "address": ", ".join(lines) or None,
        "locality": pick_text(venue, "city.name"),
        "region": pick_text(venue, "state.stateCode", "state.name"),
        "country": pick_text(venue, "country.countryCode", "country.name"),
        **pick_point(venue, "location.latitude", "location.longitude"),
    }


def _read_prices(ranges: Any) -> dict[str, Any]:
    """Major units; those with fees where there are such, else those that do not say. All zero is a filler, not free."""
    stated = [one for one in ranges if isinstance(one, dict)] if isinstance(ranges, list) else []
    all_in = [one for one in stated if "including fees" in (pick_text(one, "type") or "")]
    chosen = all_in or stated
    currency = pick_text(chosen, "0.currency")
    same = [one for one in chosen if pick_text(one, "currency") == currency]
    amounts = [amount for one in same for name in ("min", "max") if (amount := read_money(one.get(name))) is not None]
    if currency is None or not any(amounts):
        return {}
    prices = {"price_min": min(amounts), "price_max": max(amounts), "currency": currency}
    return prices | {"price_all_in": True} if all_in else prices


def _order_classifications(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The primary one first."""
    found = item.get("classifications")
    kinds = [kind for kind in found if isinstance(kind, dict)] if isinstance(found, list) else []
    return sorted(kinds, key=lambda kind: read_flag(kind.get("primary")) is not True)


def _list_categories(kinds: list[dict[str, Any]]) -> list[str]:
    """The most telling word first, mostly the narrowest; what is undefined is left out."""
    stated = [pick_text(kind, f"{level}.name") for kind in kinds for level in ("subGenre", "genre", "segment")]
    names = [name for name in stated if name and name.lower() not in _NOTHING]
    return list(dict.fromkeys(sorted(names, key=lambda name: name not in _LEADING)))


def _choose_image(images: Any) -> str | None:
    """Their own before a fallback, 16:9 before others, then the widest."""
    found = [image for image in images if isinstance(image, dict)] if isinstance(images, list) else []
    found.sort(key=lambda image: (image.get("fallback") is not True, image.get("ratio") == "16_9", _width(image)))
    url = pick_text(found[-1], "url") if found else None
    return f"https:{url}" if url and url.startswith("//") else url


def _width(image: dict[str, Any]) -> float:
    width = image.get("width")
    return width if isinstance(width, int | float) else 0
