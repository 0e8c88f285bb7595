"""Source `resident_advisor`: the listings of ra.co by area, through the site's own GraphQL; only with their consent."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick_point, pick_text, read_flag
from pulsecity_pipeline.sources.formats.lineups import name_act, split_lineup
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.ra_queries import (
    ask_areas,
    ask_following,
    ask_listings,
    choose_area,
    choose_image,
)
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "resident_advisor"
_SITE = "https://ra.co"
_VOLATILE = ("attending", "interestedCount", "isSaved", "isInterested", "queueItEnabled")
_KNOWN = list_words(
    """id title content date startTime endTime contentUrl cost lineup minimumAge flyerFront flyerBack images attending
    interestedCount isTicketed isSaved isInterested queueItEnabled newEventForm isFestival hasSecretVenue venue artists
    genres promoters pick listingDate event __typename"""
)
_FREE = re.compile(r"\b(?:free|gratis|kostenlos|gratuit)\b", re.I)
_UNTIL = re.compile(r"\d|\b(?:before|until|till|bis|avant)\b", re.I)
_ONLY_FREE = re.compile(r"\W*(?:free|gratis|kostenlos|gratuit)(?: (?:entry|entrance|admission|event))?\W*", re.I)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """A feed's address says which area (its number, or a city's name to look up) and from which day on:
    `https://ra.co/graphql?area=Berlin&country=DE&since=2027-03-01`.
    """
    for feed in feeds:
        parts = urlsplit(feed.url)
        wanted, url = dict(parse_qsl(parts.query)), urlunsplit(parts._replace(query=""))
        area = wanted.get("area", "")
        if not area.isdecimal():
            answer = client.get(url, Validators(), ask_areas(area))
            area = _find_area(answer, area, wanted.get("country")) or ""
            if not area:
                yield FetchedPage(feed, _explain_no_area(answer, wanted))
                continue
        first = Ask(url, ask_listings(area, wanted.get("since"), 1))
        yield from follow_pages(client, feed, _next, first=first)


def split(body: bytes) -> Split:
    """Body → one record a listing: its event, and the night it is listed under."""
    return split_json(body, records=_list_events, key="id", volatile=_VOLATILE)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. An event of several nights is listed once for each: the first is the row, others are repeats.

    Rules of record faults beside the common ones: invalid_start, missing_event.
    """
    return read_json(split, _read_event, _KNOWN)


def _next(body: bytes, ask: Ask) -> Ask | None:
    following = ask_following(load_json(body), ask.body or b"")
    return None if following is None else ask._replace(body=following)


def _find_area(answer: Answer, name: str, country: str | None) -> str | None:
    try:
        return choose_area(load_json(answer.body or b""), name, country)
    except ValueError:
        return None


def _explain_no_area(answer: Answer, wanted: dict[str, str]) -> Answer:
    reason = answer.reason or f"no area is named {wanted.get('area')!r} in {wanted.get('country', 'any country')}"
    return Answer(answer.url, "failed", status=answer.status, reason=reason)


def _list_events(content: Any) -> Any:
    rows = content["data"]["eventListings"]["data"]
    return [{**row["event"], "listingDate": row.get("listingDate")} if _has_event(row) else row for row in rows]


def _has_event(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("event"), dict)


def _read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """Times are wall clocks of the place, without a zone; `date` and `listingDate` are midnights that mean a day."""
    if "event" in item:
        raise RecordError("missing_event", "event", "a listing without its event")
    day = (pick_text(item, "date", "listingDate") or "")[:10]
    path, linked = pick_text(item, "contentUrl"), list_texts(item.get("artists") or [], "name")
    genres = list_texts(item.get("genres") or [], "name")
    return {
        "source_event_id": pick_text(item, "id"),
        "title": pick_text(item, "title"),
        "description": pick_text(item, "content"),
        "url": f"{_SITE}{path}" if path and path.startswith("/") else path,
        "image_url": choose_image(item),
        "categories": [*genres, "electronic music"] if genres else [],
        "performers": [name_act(name) for name in linked] or split_lineup(pick_text(item, "lineup") or ""),
        "organizer": next(iter(list_texts(item.get("promoters") or [], "name")), None),
        **state_start(read_moment(item.get("startTime") or day)),
        **read_end(item.get("endTime")),
        **_read_cost(item),
        **_read_venue(item),
    }


def _read_cost(item: dict[str, Any]) -> dict[str, Any]:
    """Free text. `Free b4 23h` is not free, `free with RSVP` may be; a mere 0 may be a field left as it was."""
    cost = pick_text(item, "cost")
    if cost is None or not cost.strip("0.,- "):
        return {}
    if _FREE.search(cost) is None:
        return {"price": cost}
    return {"price": cost, "is_free": True if _ONLY_FREE.fullmatch(cost) else False if _UNTIL.search(cost) else None}


def _read_venue(item: dict[str, Any]) -> dict[str, Any]:
    """The area may be a town, a county or half a country; a venue may be `TBA - <town>`."""
    name, area = pick_text(item, "venue.name"), pick_text(item, "venue.area.name")
    return {
        "venue_name": None if name and re.match(r"TB[AC]\b", name, re.I) else name,
        "address": pick_text(item, "venue.address"),
        "region": None if area in ("All", "Streamland") else area,
        "country": pick_text(item, "venue.area.country.urlCode"),
        "attendance_mode": "online" if "Streamland" in (name, area) else None,
        **pick_point(item, "venue.location.latitude", "venue.location.longitude"),
        "geo_precision": "approximate" if read_flag(item.get("hasSecretVenue")) else None,
    }
