"""Source `facebook_events`: events of one's own Pages by the Graph API (`/{page-id}/events`), by cursor."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.addresses import with_query
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import pick, pick_point, pick_text, read_flag
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, read_updated, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "facebook_events"
_SITE = "https://www.facebook.com/events"
#: Counts; and the cover, whose address is signed anew every time and expires: it is not kept.
_VOLATILE = list_words(
    "updated_time attending_count interested_count maybe_count declined_count noreply_count guest_list_enabled cover"
)
_KNOWN = _VOLATILE | list_words(
    """id name description start_time end_time timezone event_times place is_online online_event_format
    online_event_third_party_url is_canceled is_draft scheduled_publish_time is_page_owned owner parent_group category
    ticket_uri ticket_uri_start_sales_time ticketing_privacy_uri ticketing_terms_uri ticket_setting type created_time
    registration_setting discount_code_enabled can_guests_invite location venue privacy series_id"""
)
_CATEGORIES = list_words(
    """CLASSIC_LITERATURE COMEDY CRAFTS DANCE DRINKS FITNESS_AND_WORKOUTS FOODS GAMES GARDENING HEALTH_AND_MEDICAL
    HEALTHY_LIVING_AND_SELF_CARE HOME_AND_GARDEN MUSIC_AND_AUDIO PARTIES PROFESSIONAL_NETWORKING RELIGIONS
    SHOPPING_EVENT SOCIAL_ISSUES SPORTS THEATER TV_AND_MOVIES VISUAL_ARTS"""
)
#: `type` of today, `privacy` of old answers.
_PUBLIC = {None, "public", "community", "OPEN"}


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by the cursor alone: `paging.next` is an address with the token in it."""
    for feed in feeds:
        yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record an event, or one for each of the times of a recurring one."""
    return split_json(body, records=_list_events, key="id", volatile=_VOLATILE)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start, not_public."""
    return read_json(split, _read_event, _KNOWN)


def _next(body: bytes, ask: Ask) -> Ask | None:
    paging = pick(load_json(body), "paging")
    cursor = pick_text(paging, "cursors.after")
    return Ask(with_query(ask.url, after=cursor)) if cursor and pick_text(paging, "next") else None


def _list_events(content: Any) -> Any:
    """The events of a page of answers, or the one of its own address."""
    events = [content] if {"id", "name", "start_time"} <= content.keys() else content["data"]
    if not isinstance(events, list):
        return None
    return [occurrence for event in events for occurrence in _list_occurrences(event)]


def _list_occurrences(event: Any) -> list[Any]:
    """A recurring event says its times in `event_times`, each with an id of its own; all else is the series'."""
    times = event.get("event_times") if isinstance(event, dict) else None
    if not isinstance(times, list) or not times:
        return [event]
    shared = {name: value for name, value in event.items() if name not in ("event_times", "start_time", "end_time")}
    return [shared | time | {"series_id": event.get("id")} if isinstance(time, dict) else time for time in times]


def _read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """Times have an offset without a colon, and the zone beside; answers before 2012 have neither."""
    _refuse_private(item)
    zone, number, series = pick_text(item, "timezone"), pick_text(item, "id"), pick_text(item, "series_id")
    kind = pick_text(item, "category")
    if kind is not None and kind not in _CATEGORIES:
        unread[f"category={kind[:40]}"] += 1
    return {
        "source_event_id": number,
        "series_uid": series,
        "title": pick_text(item, "name"),
        "description": pick_text(item, "description"),
        "url": f"{_SITE}/{series}/?event_time_id={number}" if series else f"{_SITE}/{number}/",
        "status": "cancelled" if read_flag(item.get("is_canceled")) else None,
        "source_updated_at": read_updated(item.get("updated_time")),
        "categories": [kind.replace("_", " ").lower()] if kind else [],
        "organizer": None if read_flag(item.get("is_page_owned")) is False else pick_text(item, "owner.name"),
        **state_start(read_moment(item.get("start_time"), zone)),
        **read_end(item.get("end_time"), zone),
        **_read_place(item),
    }


def _refuse_private(item: dict[str, Any]) -> None:
    audience = pick_text(item, "type", "privacy")
    if audience not in _PUBLIC or read_flag(item.get("is_draft")) or item.get("scheduled_publish_time"):
        raise RecordError("not_public", "type", "a draft, or not for everybody")


def _read_place(item: dict[str, Any]) -> dict[str, Any]:
    """Online with an address is both. Old answers have a `venue` with the address and the place's name beside."""
    where = pick(item, "place.location") or item.get("venue") or {}
    is_online, has_address = read_flag(item.get("is_online")), pick_text(where, "street", "city") is not None
    mode = {None: None, False: "offline", True: "mixed" if has_address else "online"}[is_online]
    return {
        "attendance_mode": mode,
        "online_url": pick_text(item, "online_event_third_party_url") if is_online else None,
        "venue_name": pick_text(item, "place.name", "location"),
        "address": pick_text(where, "street"),
        "locality": pick_text(where, "city"),
        "region": pick_text(where, "state"),
        "country": pick_text(where, "country"),
        **pick_point(where, "latitude", "longitude"),
    }
