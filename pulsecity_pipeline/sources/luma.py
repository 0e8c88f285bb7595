"""Source `luma`: the official API's list of a calendar's events, and the site's own JSON of a city or calendar."""

from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.addresses import read_query, with_query
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import pick, pick_text
from pulsecity_pipeline.sources.formats.luma_event import read_entry
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "luma"
#: Without one of these the site answers for wherever the asking machine stands.
_PLACES = {"latitude", "discover_place_api_id", "calendar_api_id"}
#: Guests are taken out of every record before anything else.
_GUESTS = {"featured_guests", "guest_info"}
_VOLATILE = ("guest_count", "ticket_count", "score", "query_score", "cover_image", "calendar_event_count")
_KNOWN = list_words(
    """id api_id event calendar hosts start_at cover_image guest_count ticket_count ticket_info ticket_types tags
    registration_availability manager_info host_info waitlist_active featured_city role submitted_by_user_api_id score
    query_score categories sessions description_mirror platform calendar_event_count"""
)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by cursor, while `has_more`; an address that names no place is not asked."""
    for feed in feeds:
        if "/discover/" in feed.url and _PLACES.isdisjoint(read_query(feed.url)):
            reason = f"not asked: the address names no place: expected one of {', '.join(sorted(_PLACES))}"
            yield FetchedPage(feed, Answer(feed.url, "failed", reason=reason))
        else:
            yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record an entry, keyed by its event's id; the answer for a single event is one too."""
    return split_json(
        body, records=_list_entries, key="id", volatile=_VOLATILE, errors=("message", "error", "code")
    )  # fmt: skip


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: not_public, missing_field (no event)."""
    return read_json(split, read_entry, _KNOWN)


def _next(body: bytes, ask: Ask) -> Ask | None:
    content = load_json(body)
    cursor = pick_text(content, "next_cursor")
    return Ask(with_query(ask.url, pagination_cursor=cursor)) if content["has_more"] and cursor else None


def _list_entries(content: Any) -> list[Any] | None:
    found = [content] if isinstance(pick(content, "event"), dict) else pick(content, "entries")
    return [_identify(entry) for entry in found] if isinstance(found, list) else None


def _identify(entry: Any) -> Any:
    """`api_id` of an entry may be that of its place in a calendar (`calev-`); its event's own is for life."""
    if not isinstance(entry, dict):
        return entry
    kept = {name: value for name, value in entry.items() if name not in _GUESTS}
    return kept | {"id": pick_text(entry, "event.api_id", "event.id")}
