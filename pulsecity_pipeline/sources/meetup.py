"""Source `meetup`: GraphQL by POST with cursors (official, by key), and the JSON that the site's pages carry."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import orjson

from pulsecity_pipeline.sources.formats.addresses import read_query
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import (
    list_texts,
    pick,
    pick_point,
    pick_text,
    read_flag,
    read_money,
)
from pulsecity_pipeline.sources.formats.linked_pages import find_script, is_markup
from pulsecity_pipeline.sources.formats.meetup_question import ask_after, ask_events
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.page_faults import fault_page
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "meetup"
_CONNECTIONS = ("recommendedEvents", "eventSearch", "result", "groupByUrlname.events", "proNetwork.eventsSearch",
                "keywordSearch", "rankedEvents")  # fmt: skip
_STATES = {"ACTIVE": None, "PAST": None, "AUTOSCHED": None, "AUTOSCHED_FINISHED": None, "CANCELLED": "cancelled",
           "CANCELLED_PERM": "cancelled", "AUTOSCHED_CANCELLED": "cancelled"}  # fmt: skip
_UNPUBLISHED = {"DRAFT", "AUTOSCHED_DRAFT", "BLOCKED", "PENDING", "PROPOSED", "TEMPLATE"}
_SALES = {"FULL": "sold_out", "WAITLIST": "waitlist", "CLOSED": "ended", "NOT_OPEN_YET": "not_yet", "RSVP": "on_sale"}
_MODES = {"PHYSICAL": "offline", "ONLINE": "online", "HYBRID": "mixed"}
#: Members and hosts are taken out of every record before anything else.
_PEOPLE = {"host", "eventHosts", "hosts", "rsvps", "going", "speakerDetails"}
_VOLATILE = ("createdTime", "maxTickets", "rsvpSettings", "waitlistMode", "__typename")
_KNOWN = list_words(
    """id token title description eventUrl dateTime endTime createdTime duration status eventType isOnline venue venues
    feeSettings group featuredEventPhoto imageUrl topics series rsvpState rsvpSettings maxTickets waitlistMode
    networkEvent __typename"""
)
_IN_ADDRESS = re.compile(r"/events/([A-Za-z0-9]+)/?$")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """An address that ends in `/gql-ext` by POST and cursor (see `ask_events` for its query); any other once."""
    for feed in feeds:
        address, _, query = feed.url.partition("?")
        is_asked = query and address.endswith("/gql-ext")
        first = Ask(address, ask_events(read_query(feed.url))) if is_asked else Ask(feed.url)
        yield from follow_pages(client, feed, _next, first=first)


def split(body: bytes) -> Split:
    """Body (JSON or page) → one record an event, without its people. An answer may be an error in part."""
    if is_markup(body) and (data := find_script(body, "__NEXT_DATA__")):
        state = pick(data, "props.pageProps.__APOLLO_STATE__")
        body = orjson.dumps(_resolve(state) if isinstance(state, dict) else data)
    split = split_json(body, records=_list_events, key="id", volatile=_VOLATILE)
    if b'"errors"' in body and not split.faults and (told := pick(load_json(body), "errors")):
        text = pick_text(told, "0.message") or "no message"
        split.faults.append(fault_page("api_error", f"errors beside the data: {text[:200]}"))
    return split


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: not_public."""
    return read_json(split, _read_event, _KNOWN)


def _next(body: bytes, ask: Ask) -> Ask | None:
    pages = _find_connection(load_json(body))["pageInfo"]
    return Ask(ask.url, ask_after(ask.body, pages["endCursor"])) if ask.body and pages["hasNextPage"] else None


def _find_connection(content: Any) -> Any:
    return next((found for name in _CONNECTIONS if (found := pick(content, f"data.{name}"))), None)


def _list_events(content: Any) -> list[Any] | None:
    found = content if isinstance(content, list) else pick(_find_connection(content), "edges")
    if not isinstance(found, list):
        return None
    return [_identify(pick(edge, "node") or edge) for edge in found]


def _identify(node: Any) -> Any:
    """The id changes for events of a series: the token does not, nor does what the address ends in."""
    if not isinstance(node, dict):
        return node
    kept = {name: value for name, value in node.items() if name not in _PEOPLE}
    address = _IN_ADDRESS.search((pick_text(node, "eventUrl") or "").partition("?")[0])
    return kept | {"id": pick_text(node, "token") or (address[1] if address else pick_text(node, "id"))}


def _resolve(state: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a page's store, whose objects name one another by `{"__ref": "Venue:1"}`."""

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [follow(one) for one in value]
        return state.get(str(value["__ref"])) if isinstance(value, dict) and "__ref" in value else value

    events = [item for name, item in state.items() if name.startswith("Event:") and isinstance(item, dict)]
    return [{name: follow(value) for name, value in item.items()} for item in events]


def _read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
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
