"""Source `seatgeek`: the Platform API v2 of SeatGeek (`/2/events`), by page."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.addresses import following_page, with_query
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_point, pick_text, read_flag
from pulsecity_pipeline.sources.formats.moments import add_offset, read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "seatgeek"
#: `stats` (resale prices and counts) is emptied since 2024, and never told the price of the event itself.
_VOLATILE = ("stats", "score", "popularity", "links", "announcements")
#: What moves by itself in a venue and a performer.
_MOVING = ("score", "popularity", "stats", "num_upcoming_events", "has_upcoming_events", "links")
_KNOWN = list_words(
    """id title short_title description url relative_url type taxonomies datetime_local datetime_utc enddatetime_utc
    visible_until_utc visible_at date_tbd time_tbd datetime_tbd announce_date created_at status is_open is_visible
    conditional stats venue performers score popularity access_method event_promotion announcements links themes
    domain_information general_admission"""
)
_STATES = {
    "normal": None,
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "postponed": "postponed",
    "rescheduled": "rescheduled",
    "contingent": "tentative",
}


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by `page`, while `meta` tells that there is more."""
    for feed in feeds:
        yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record an event; the CAPTCHA page that robots get is no JSON."""
    return split_json(body, records=_list_events, key="id", volatile=_VOLATILE, errors=("errors", "error", "message"))


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start, date_tbd."""
    return read_json(split, _read_event, _KNOWN)


def _list_events(content: Any) -> Any:
    """The events, without what moves in their venue and performers though nothing has changed."""
    for event in content["events"]:
        for part in (pick(event, "venue"), *(pick(event, "performers") or [])):
            for name in _MOVING if isinstance(part, dict) else ():
                part.pop(name, None)
    return content["events"]


def _next(body: bytes, ask: Ask) -> Ask | None:
    number = following_page(load_json(body), page="meta.page", size="meta.per_page", total="meta.total")
    return None if number is None else Ask(with_query(ask.url, page=number))


def _read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    start = _read_start(item)
    kinds = [pick_text(item, "type"), *list_texts(item.get("taxonomies") or [], "name")]
    return {
        "source_event_id": pick_text(item, "id"),
        "title": pick_text(item, "title", "short_title"),
        "description": pick_text(item, "description"),
        "url": pick_text(item, "url"),
        "image_url": pick_text(item, "performers.0.images.huge", "performers.0.image"),
        "status": _read_status(item, unread),
        "categories": list(dict.fromkeys(kind.replace("_", " ") for kind in kinds if kind)),
        "performers": list_texts(item.get("performers") or [], "name"),
        **state_start(start),
        **({} if start is None or start.is_date else read_end(_as_utc(item, "enddatetime_utc"), _zone(item))),
        **_read_venue(item),
    }


def _read_start(item: dict[str, Any]) -> Stamp | None:
    """The local wall clock in the venue's zone, or at the offset that the two clocks are apart where none is stated;
    `datetime_utc` is UTC though it has no Z. A time (or day) still to be told stands in as a placeholder.
    """
    if read_flag(item.get("date_tbd")):
        raise RecordError("date_tbd", "date_tbd", "the day is still to be told")
    local = read_moment(item.get("datetime_local"), _zone(item))
    instant = read_moment(_as_utc(item, "datetime_utc"), _zone(item))
    start = add_offset(local, instant) if local and instant else local or instant
    if start is None or not (read_flag(item.get("time_tbd")) or read_flag(item.get("datetime_tbd"))):
        return start
    return Stamp(start.wall.replace(hour=0, minute=0, second=0), None, True)


def _zone(item: dict[str, Any]) -> str | None:
    return pick_text(item, "venue.timezone")


def _as_utc(item: dict[str, Any], name: str) -> str | None:
    stated = pick_text(item, name)
    return None if stated is None else f"{stated.removesuffix('Z')}Z"


def _read_status(item: dict[str, Any], unread: Counter[str]) -> str | None:
    """`conditional` marks what happens only if necessary (a seventh game)."""
    stated = pick_text(item, "status") or "normal"
    if stated not in _STATES:
        unread[f"status={stated[:40]}"] += 1
    state = _STATES.get(stated, stated)
    return "tentative" if state is None and read_flag(item.get("conditional")) else state


def _read_venue(item: dict[str, Any]) -> dict[str, Any]:
    venue = pick(item, "venue")
    return {
        "venue_name": pick_text(venue, "name"),
        "address": pick_text(venue, "address"),
        "locality": pick_text(venue, "city"),
        "region": pick_text(venue, "state"),
        "country": pick_text(venue, "country"),
        **pick_point(venue, "location.lat", "location.lon"),
    }
