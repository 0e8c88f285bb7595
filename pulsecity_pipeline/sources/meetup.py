"""Source `meetup`: GraphQL by POST with cursors (official, by key), and the JSON that the site's pages carry."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from pulsecity_pipeline.sources.addresses import read_query
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import pick, pick_text
from pulsecity_pipeline.sources.formats.linked_pages import find_script, is_markup
from pulsecity_pipeline.sources.formats.meetup_event import read_event
from pulsecity_pipeline.sources.formats.meetup_question import ask_after, ask_events
from pulsecity_pipeline.sources.formats.page_faults import fault_page
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "meetup"
_CONNECTIONS = ("recommendedEvents", "eventSearch", "result", "groupByUrlname.events", "proNetwork.eventsSearch",
                "keywordSearch", "rankedEvents")  # fmt: skip
#: Members and hosts are taken out of every record before anything else.
_PEOPLE = {"host", "eventHosts", "hosts", "rsvps", "going", "speakerDetails"}
_VOLATILE = ("createdTime", "maxTickets", "rsvpSettings", "waitlistMode", "__typename")
_KNOWN = list_words(
    """id token title description eventUrl dateTime endTime createdTime duration status eventType isOnline venue venues
    feeSettings group featuredEventPhoto imageUrl topics series rsvpState rsvpSettings maxTickets waitlistMode
    networkEvent __typename"""
)
_IN_ADDRESS = re.compile(r"/events/([A-Za-z0-9]+)/?$")


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
    return read_json(split, read_event, _KNOWN)


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
