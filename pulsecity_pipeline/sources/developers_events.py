"""Source `developers_events`: the one file of developers.events, conferences as generated from a hand-edited page."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.composed_ids import compose_id
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.json_records import list_words, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_text
from pulsecity_pipeline.sources.formats.moments import read_epoch, state_end, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.formats.towns import read_town
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "developers_events"
_KNOWN = list_words(
    """name date hyperlink location city country misc cfp sponsoring closedCaptions scholarship sponsoringBadge status
    tags discount attendees"""
)
#: The badges as HTML and head counts: no fact of the event.
_VOLATILE = ("misc", "attendees")
#: What the whole list is, and no record says.
_CATEGORIES = ("conference", "technology")
#: Hand-written remarks; "Virtualized" is what became online in 2020.
_REMARKS = (("cancel", "cancelled"), ("postpon|delayed", "postponed"), ("virtuali[sz]ed", "moved_online"))


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """The one file, conditionally."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → one record a conference."""
    return split_json(body, records="", key="hyperlink", volatile=_VOLATILE)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start, invalid_url (a line of the page
    that its generator could not take apart).
    """
    return read_json(split, _read_conference, _KNOWN)


def _read_conference(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """Records have no id; the generator's own (day and name) is shared by what happens in several towns at once."""
    if not re.match(r"https?://", link := pick_text(item, "hyperlink") or ""):
        raise RecordError("invalid_url", "hyperlink", f"not an address: {link[:60]!r}")
    name, start, status = pick_text(item, "name"), _read_day(item, "date.0"), _read_status(item, unread)
    day = None if start is None else start.wall.date().isoformat()
    return {
        "source_event_id": compose_id(day, name, pick_text(item, "city")),
        "title": name,
        "url": link,
        "status": status,
        "categories": list(dict.fromkeys([*_CATEGORIES, *_list_tags(item)])),
        **state_start(start),
        **_read_last_day(item),
        **_read_place(item, is_virtual=status == "moved_online"),
    }


def _read_day(item: dict[str, Any], path: str) -> Stamp | None:
    """Milliseconds at midnight UTC, which mean that day wherever it is."""
    return read_epoch(pick(item, path), milliseconds=True, is_date=True)


def _read_last_day(item: dict[str, Any]) -> dict[str, Any]:
    """The second of two days, inclusive; one that is no date costs only itself."""
    try:
        return state_end(_read_day(item, "date.1"))
    except RecordError:
        return {}


def _read_status(item: dict[str, Any], unread: Counter[str]) -> str | None:
    stated = pick_text(item, "status")
    if stated is None or stated == "open":
        return None
    for pattern, state in _REMARKS:
        if re.search(pattern, stated, re.I):
            return state
    unread[f"status={stated[:40]}"] += 1
    return stated


def _list_tags(item: dict[str, Any]) -> list[str]:
    tags = item.get("tags") or []
    return [text for tag in tags if pick_text(tag, "key") != "language" for text in list_texts(pick(tag, "value"))]


def _read_place(item: dict[str, Any], *, is_virtual: bool) -> dict[str, Any]:
    """`Town (Country)`, `Town (Country) & Online`, `Online`, or a country alone, which `city` then repeats."""
    location = pick_text(item, "location") or ""
    is_online = is_virtual or re.search(r"\bonline\b", location, re.I) is not None
    country = pick_text(item, "country")
    if country is None or country.lower() == "online":
        return {"attendance_mode": "online" if is_online else None}
    town = pick_text(item, "city") if "(" in location else None
    held = "online" if is_virtual else "mixed" if is_online else "offline"
    return {"attendance_mode": held, "country": country, **read_town(town)}
