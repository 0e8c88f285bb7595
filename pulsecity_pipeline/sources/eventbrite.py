"""Source `eventbrite`: destination search (by place id and token), API v3 lists, and city, search and event pages."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from pulsecity_pipeline.sources.addresses import read_query, with_query
from pulsecity_pipeline.sources.dividing import Division, Slice, Tally
from pulsecity_pipeline.sources.formats.eventbrite_event import read_event
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_text
from pulsecity_pipeline.sources.formats.linked_pages import find_variable, is_markup, list_linked
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "eventbrite"
_SEARCH = "/v3/destination/search/"
#: Twenty pages of 50: a query gives no more rows, however many it has.
_DEPTH, _PAGE_ROWS = 1000, 50
_CATEGORIES = tuple(f"EventbriteCategory/{number}" for number in (*range(101, 121), 199))
_EXPAND = ["primary_venue", "image", "ticket_availability", "event_sales_status", "primary_organizer"]
_SPAN, _DAY = timedelta(days=366), timedelta(days=1)
_NUMBER = re.compile(r"(\d{6,})/?(?:[?#].*)?$")
#: Of whoever asks, of the search, or counts.
_VOLATILE = ("saves", "my_collections", "dedup", "debug_info", "index", "date_header", "num_children", "changed",
             "bookmark_info", "urgency_signals")  # fmt: skip
_KNOWN = list_words(
    """id eid event_id eventbrite_event_id name summary full_description description url vanity_url shortname image
    image_id logo logo_id start_date start_time end_date end_time start end timezone hide_start_date hide_end_date
    is_online_event online_event is_cancelled status event_sales_status ticket_availability is_free price_range
    currency primary_venue primary_venue_id venue venue_id primary_organizer primary_organizer_id organizer
    organizer_id organization_id tags category category_id subcategory subcategory_id format format_id language locale
    published created changed series_id parent_url num_children is_series is_series_parent listed shareable
    invite_only is_protected_event is_locked tickets_url tickets_by checkout_flow saves my_collections dedup debug_info
    bookmark_info urgency_signals index date_header open_discount capacity source version resource_uri _type
    @context @type startDate endDate eventStatus offers location eventAttendanceMode performer"""
)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """A search address (`?place=ID&from=NIGHT`) by POST, in slices below the depth cap; any other page by page.

    Slices begin the day before: a city west of Greenwich is not in the night yet.
    """
    for feed in feeds:
        if _SEARCH not in feed.url:
            yield from follow_pages(client, feed, _next)
            continue
        night = read_query(feed.url).get("from")
        first = datetime.fromisoformat(night) - _DAY if night else None
        division = Division(client, feed, _ask(feed.url), _next_search, _count, _DEPTH, _CATEGORIES)
        yield from division.follow(Slice(first, first + _SPAN) if first else Slice())


def split(body: bytes) -> Split:
    """Body (JSON or page) → one record an event, with its number as `id` where only its address has it."""
    if is_markup(body):
        server, linked = find_variable(body, "window.__SERVER_DATA__"), list_linked(body)
        body = orjson.dumps({"server": server, "linked": linked}) if server or linked else body
    return split_json(
        body, records=_list_events, key="id", volatile=_VOLATILE,
        errors=("error_description", "error", "errors"),
    )  # fmt: skip


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: hidden_start, not_public."""
    return read_json(split, read_event, _KNOWN)


def _list_events(content: Any) -> list[Any] | None:
    """Search and v3 lists, pages (results, shelves, or else JSON-LD), bare lists, and one event alone."""
    linked = [item for item in pick(content, "linked") or [] if str(item.get("@type")).endswith("Event")]
    shelves = pick(content, "server.buckets")
    places = ("events.results", "server.search_data.events.results", "events", "results")
    lists = [content, *(pick(content, place) for place in places)]
    if isinstance(shelves, list):
        lists.append([event for shelf in shelves for event in shelf["events"]])
    found = next((one for one in lists if isinstance(one, list)), None)
    if found is None and (linked or pick(content, "server.jsonld") is not None):
        found = linked
    if found is None and isinstance(content, dict) and "id" in content and "start" in content:
        found = [content]
    return None if found is None else [_with_id(item) for item in found]


def _with_id(item: Any) -> Any:
    if not isinstance(item, dict) or isinstance(item.get("id"), str):
        return item
    number = pick_text(item, "event_id", "eventbrite_event_id", "eid", "id")
    in_address = _NUMBER.search(pick_text(item, "url") or "")
    return item | {"id": number or (in_address[1] if in_address else None)}


def _ask(url: str) -> Callable[[Slice], Ask]:
    address, place = url.partition("?")[0], read_query(url).get("place", "")

    def ask(piece: Slice) -> Ask:
        search: dict[str, Any] = {"places": [place], "dates": "current_future", "dedup": True, "page": 1}
        if piece.first and piece.last:
            # Both days are asked for; the last belongs to the slice after.
            last = max(piece.first, piece.last - _DAY)
            search["date_range"] = {"from": f"{piece.first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"}
        if piece.part:
            search["tags"] = [piece.part]
        question = {"event_search": search | {"page_size": _PAGE_ROWS}, "expand.destination_event": _EXPAND}
        return Ask(address, orjson.dumps(question | {"browse_surface": "search"}))

    return ask


def _next_search(body: bytes, ask: Ask) -> Ask | None:
    """The page after, but for the last and those beyond the depth cap."""
    pages = pick(load_json(body), "events.pagination")
    question = orjson.loads(ask.body or b"{}")
    if pages["page_number"] >= pages["page_count"] or pages["page_number"] * _PAGE_ROWS >= _DEPTH:
        return None
    question["event_search"]["page"] = pages["page_number"] + 1
    return Ask(ask.url, orjson.dumps(question))


def _count(body: bytes) -> Tally:
    events = load_json(body)["events"]
    return Tally(events["pagination"]["object_count"], list_texts(events["results"], "id"))


def _next(body: bytes, ask: Ask) -> Ask | None:
    """Pages of the site by number; lists of the API by their continuation."""
    if is_markup(body):
        pages = pick(find_variable(body, "window.__SERVER_DATA__"), "search_data.events.pagination")
        is_last = pages["page_number"] >= pages["page_count"]
        return None if is_last else Ask(with_query(ask.url, page=str(pages["page_number"] + 1)))
    pages = load_json(body)["pagination"]
    return Ask(with_query(ask.url, continuation=pages["continuation"])) if pages["has_more_items"] else None
