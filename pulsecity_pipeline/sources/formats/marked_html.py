"""Events in microdata and microformats (hCalendar, h-event), through extruct, as nodes of the shape of JSON-LD."""

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from pulsecity_pipeline.sources.formats.json_ld import Node, find_events
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick

_MICRODATA = re.compile(r"itemtype\s*=\s*[\"'][^\"']*schema\.org/\w*(?:Event|Festival|Hackathon)", re.I)
_MICROFORMAT = re.compile(r"class\s*=\s*[\"'](?:[^\"']*\s)?(?:vevent|h-event)[\s\"']", re.I)
#: Where the markup of other people's pages breaks the libraries that read it.
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError, RecursionError)


def find_marked(text: str, base: str | None) -> tuple[str, list[Node]]:
    """(`microdata` or `microformat`, its events) of a page; microformats only where there is no microdata.

    The libraries are slow: they are asked only where a page has marks of theirs.
    """
    if _MICRODATA.search(text):
        found = find_events(_extract(text, base, "microdata"))
        if found:
            return "microdata", found
    if _MICROFORMAT.search(text):
        return "microformat", [_from_card(card) for card in _list_cards(_extract(text, base, "microformat"))]
    return "microdata", []


def _extract(text: str, base: str | None, syntax: str) -> list[Any]:
    from extruct import extract

    with suppress(*_UNREADABLE):
        found = extract(text, base_url=base, syntaxes=[syntax], uniform=syntax == "microdata", errors="ignore")
        return list(found.get(syntax, []))
    return []


def _list_cards(cards: Any) -> list[dict[str, Any]]:
    """The events, also those within a feed (`h-feed`)."""
    found: list[dict[str, Any]] = []
    for card in cards if isinstance(cards, list) else []:
        if isinstance(card, dict):
            found += [card] if "h-event" in card.get("type", []) else _list_cards(card.get("children"))
    return found


def _from_card(card: dict[str, Any]) -> Node:
    properties = card.get("properties", {})
    first = {name: next(iter(list_texts(values, "value")), None) for name, values in properties.items()}
    start, end = first.get("start"), first.get("end")
    node = {
        "@type": "Event",
        "name": first.get("name"),
        "description": pick(properties, "description.0.html") or first.get("description") or first.get("summary"),
        "startDate": start,
        "endDate": _inclusive(start, end),
        "url": first.get("url"),
        "identifier": first.get("uid"),
        "image": first.get("photo"),
        "eventStatus": first.get("status"),
        "location": _read_place(properties.get("location")),
        "organizer": first.get("organizer"),
        "keywords": list_texts(properties.get("category")),
    }
    return {name: value for name, value in node.items() if value}


def _inclusive(start: str | None, end: str | None) -> str | None:
    """hCalendar takes its dates from iCalendar: an end that is a date is the day after the last."""
    try:
        first, last = date.fromisoformat(start or ""), date.fromisoformat(end or "")
    except ValueError:
        return end
    return (last - timedelta(days=1)).isoformat() if last > first else end


def _read_place(values: Any) -> Any:
    """A text, or the card of a place with its address."""
    place = values[0] if isinstance(values, list) and values else None
    if not isinstance(place, dict):
        return place
    properties = place.get("properties", {})
    adr = pick(properties, "adr.0.properties") or properties
    names = {
        "streetAddress": "street-address.0",
        "addressLocality": "locality.0",
        "addressRegion": "region.0",
        "addressCountry": "country-name.0",
    }
    address = {name: pick(adr, path) for name, path in names.items() if pick(adr, path)}
    stated = address or pick(properties, "adr.0.value")
    geo = pick(properties, "geo.0.properties") or properties
    point = {"latitude": pick(geo, "latitude.0"), "longitude": pick(geo, "longitude.0")}
    return {"@type": "Place", "name": pick(properties, "name.0"), "address": stated, "geo": point}
