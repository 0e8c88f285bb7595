"""Source `songkick`: the API 3.0 of Songkick (calendars of metro areas, venues and artists), by page."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.addresses import drop_tracking, following_page, with_query
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_number, pick_point, pick_text
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "songkick"
_VOLATILE = ("popularity", "flaggedAsEnded")
_KNOWN = list_words(
    """id type displayName uri status flaggedAsEnded start end series popularity ageRestriction performance venue
    location"""
)
_DATED = re.compile(r"(.+) \([A-Z][a-z]+ \d{1,2}, \d{4}\)", re.S)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by `page`, until all `totalEntries` are told."""
    for feed in feeds:
        yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record an event; a calendar without events has no list. Errors may come with HTTP 200."""
    errors = ("resultsPage.error", "error")
    return split_json(
        body, records=_list_events, key="id", volatile=_VOLATILE, errors=errors, is_empty=_holds_no_results
    )


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start."""
    return read_json(split, _read_event, _KNOWN)


def _next(body: bytes, ask: Ask) -> Ask | None:
    told = pick(load_json(body), "resultsPage")
    number = following_page(told, page="page", size="perPage", total="totalEntries")
    return None if number is None else Ask(with_query(ask.url, page=number))


def _list_events(content: Any) -> Any:
    """The list of a calendar, or the one event of its own address (saved copies have that without its envelope)."""
    if isinstance(content, dict) and {"displayName", "start"} <= content.keys():
        return [content]
    found = content["resultsPage"]["results"]["event"]
    return [found] if isinstance(found, dict) else found


def _holds_no_results(content: Any) -> bool:
    told = content["resultsPage"]
    return bool(told["status"] == "ok" and told["results"] == {})


def _read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    acts = sorted(
        (act for act in item.get("performance") or [] if isinstance(act, dict)),
        key=lambda act: pick_number(act, "billingIndex") or 1e9,
    )
    link = pick_text(item, "uri")
    return {
        "source_event_id": pick_text(item, "id"),
        "title": _read_title(item),
        "url": drop_tracking(link) if link else None,
        "status": _read_status(item, unread),
        "categories": ["music", *list_texts(item.get("type"))],
        "performers": list(dict.fromkeys(name for act in acts if (name := pick_text(act, "displayName")))),
        **state_start(_read_start(item)),
        **read_end(_as_told(pick(item, "end"))),
        **_read_place(item),
    }


def _read_title(item: dict[str, Any]) -> str | None:
    """`Lo Ferry at Barn Nine (March 4, 2027)` → `Lo Ferry`; festivals have a name of their own."""
    told, venue = pick_text(item, "displayName"), pick_text(item, "venue.displayName")
    dated = _DATED.fullmatch(told or "")
    name = dated[1] if dated else told
    return name.removesuffix(f" at {venue}") if name and dated and venue else name


def _read_start(item: dict[str, Any]) -> Stamp | None:
    return read_moment(_as_told(pick(item, "start")))


def _as_told(when: Any) -> str | None:
    """Day and time are local and hold; the offset in `datetime` is the standard one even in summer, or none at all.

    A day without a time is a time unknown.
    """
    day, time = pick_text(when, "date"), pick_text(when, "time")
    if day is None:
        return (pick_text(when, "datetime") or "")[:19] or None
    return f"{day}T{time}" if time else day


def _read_status(item: dict[str, Any], unread: Counter[str]) -> str | None:
    stated = pick_text(item, "status")
    if stated in (None, "ok"):
        return None
    if stated not in ("cancelled", "postponed"):
        unread[f"status={stated}"] += 1
    return stated


def _read_place(item: dict[str, Any]) -> dict[str, Any]:
    """A venue without coordinates is placed in its town, which `location.city` tells as `Town, ST, Country`."""
    parts = (pick_text(item, "location.city") or "").split(", ")
    venue, point = pick_text(item, "venue.displayName"), pick_point(item, "venue.lat", "venue.lng")
    town = {} if point else pick_point(item, "location.lat", "location.lng")
    return {
        "venue_name": None if venue == "Unknown venue" else venue,
        "locality": parts[0] or pick_text(item, "venue.metroArea.displayName"),
        "region": parts[1] if len(parts) > 2 else pick_text(item, "venue.metroArea.state.displayName"),
        "country": parts[-1] if len(parts) > 1 else pick_text(item, "venue.metroArea.country.displayName"),
        **point,
        **town,
        "geo_precision": "city" if town else None,
    }
