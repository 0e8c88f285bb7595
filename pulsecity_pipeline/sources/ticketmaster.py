"""Source `ticketmaster`: Discovery API v2 (`/discovery/v2/events.json`), a city by point and radius, in time slices."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from pulsecity_pipeline.sources.addresses import read_query, with_query
from pulsecity_pipeline.sources.dividing import Division, Slice, Tally
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick
from pulsecity_pipeline.sources.formats.ticketmaster_event import read_event
from pulsecity_pipeline.sources.paging import Ask
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "ticketmaster"
#: `size * page < 1000`: a query gives no more rows, however many it has.
_DEPTH = 1000
_SEGMENTS = ("KZFzniwnSyZfZ7v7nJ", "KZFzniwnSyZfZ7v7nE", "KZFzniwnSyZfZ7v7na", "KZFzniwnSyZfZ7v7nn",
             "KZFzniwnSyZfZ7v7n1", "KZFzniwnSyZfZ7v7nl")  # fmt: skip
#: What has no date yet is in no time slice; the two cannot be asked together.
_UNDATED = ("includeTBA", "includeTBD")
#: Slices begin before the night's first hour anywhere on earth, and at a minute at which nothing begins: both slices
#: at an edge give what lies on it.
_EARLIER = timedelta(hours=13, minutes=43)
_SPAN = timedelta(days=366)
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
#: `distance` and `units` are of the question, not of the event.
_VOLATILE = ("distance", "units", "score")
_KNOWN = list_words(
    """id name type test url locale images distance units score sales dates classifications promoter promoters info
    pleaseNote description additionalInfo priceRanges products seatmap accessibility ticketLimit ageRestrictions
    ticketing outlets place aliases localizedAliases externalLinks doorsTimes nameOrigin _links _embedded"""
)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """A year from `startDateTime` of each feed's address, in slices below the depth cap, then what has no date yet.

    Once a quota is used up (429 in spite of the client's retries) nothing more is asked.
    """
    is_refused = False
    for feed in feeds:
        if is_refused:
            yield FetchedPage(feed, Answer(feed.url, "failed", reason="not asked: the quota was used up before"))
        for url, whole in _list_questions(feed.url):
            division = Division(client, feed, _ask(url), _next, _count, _DEPTH, _SEGMENTS, is_refused)
            yield from division.follow(whole)
            is_refused = division.is_refused


def split(body: bytes) -> Split:
    """Body → one record an event; the answer for a single event is one too. An empty search has no `_embedded`."""
    return split_json(
        body, records=_list_events, key="id", volatile=_VOLATILE, errors=("errors", "fault.faultstring"),
        is_empty=lambda content: content["page"]["totalElements"] == 0,
    )  # fmt: skip


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: test_event, not_an_event, date_unknown."""
    return read_json(split, read_event, _KNOWN)


def _list_questions(url: str) -> Iterator[tuple[str, Slice]]:
    """Addresses, each with the slice to walk; one without `startDateTime` is asked as it is."""
    first = read_query(url).get("startDateTime")
    if first is None:
        yield url, Slice()
        return
    bare = with_query(url, startDateTime=None)
    begin = datetime.fromisoformat(first).replace(tzinfo=None) - _EARLIER
    yield bare, Slice(begin, begin + _SPAN)
    for name in _UNDATED:
        yield with_query(bare, **{name: "only"}), Slice()


def _ask(url: str) -> Callable[[Slice], Ask]:
    def ask(piece: Slice) -> Ask:
        first, last = (None if at is None else at.strftime(_INSTANT) for at in (piece.first, piece.last))
        return Ask(with_query(url, startDateTime=first, endDateTime=last, segmentId=piece.part, page="0"))

    return ask


def _next(body: bytes, ask: Ask) -> Ask | None:
    """The page after, but for the last and those beyond the depth cap."""
    page = load_json(body)["page"]
    following = page["number"] + 1
    if following >= page["totalPages"] or following * page["size"] >= _DEPTH:
        return None
    return Ask(with_query(ask.url, page=str(following)))


def _count(body: bytes) -> Tally:
    content = load_json(body)
    return Tally(content["page"]["totalElements"], list_texts(pick(content, "_embedded.events") or [], "id"))


def _list_events(content: Any) -> Any:
    return [content] if "dates" in content else pick(content, "_embedded.events")
