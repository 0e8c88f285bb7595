"""Source `luma`: the official API's list of a calendar's events, and the site's own JSON of a city or calendar."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.formats.addresses import read_query, with_query
from pulsecity_pipeline.sources.formats.currencies import minor_digits
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, require, split_json
from pulsecity_pipeline.sources.formats.json_values import (
    list_texts,
    pick,
    pick_number,
    pick_point,
    pick_text,
    read_flag,
    read_money,
)
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "luma"
#: Without one of these the site answers for wherever the asking machine stands.
_PLACES = {"latitude", "discover_place_api_id", "calendar_api_id"}
#: Guests are taken out of every record before anything else.
_GUESTS = {"featured_guests", "guest_info"}
_VOLATILE = ("guest_count", "ticket_count", "score", "query_score", "cover_image", "calendar_event_count")
_ONLINE = {"online", "zoom", "meet", "teams", "youtube", "twitch"}
_NOWHERE = {"missing", "unknown"}
_OPEN = {"open": "on_sale", "closed": "ended", "waitlist": "waitlist", "sold_out": "sold_out"}
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
    return read_json(split, _read_entry, _KNOWN)


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


def _read_entry(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    event = require(item.get("event"), "event")
    if pick_text(event, "visibility") not in (None, "public"):
        raise RecordError("not_public", "visibility", f"visibility is {pick_text(event, 'visibility')}")
    zone = pick_text(event, "timezone")
    return {
        "source_event_id": item["id"],
        "series_uid": pick_text(event, "recurrence_id"),
        "title": pick_text(event, "name"),
        "description": _read_description(item, event),
        "url": _read_url(pick_text(event, "url")),
        "image_url": pick_text(event, "cover_url"),
        "categories": list_texts([*(item.get("categories") or []), *(item.get("tags") or [])], "name"),
        "organizer": _read_organizer(item),
        "sale_status": _read_sale(item, unread),
        **state_start(read_moment(event.get("start_at"), zone)),
        **read_end(event.get("end_at"), zone),
        **_read_place(event, unread),
        **_read_ticket(item.get("ticket_info")),
    }


def _read_url(url: str | None) -> str | None:
    """A slug, or a whole address where the event is on another platform."""
    return url if url is None or "://" in url else f"https://luma.com/{url}"


def _read_description(item: dict[str, Any], event: dict[str, Any]) -> str | None:
    stated = pick_text(event, "description_md", "description")
    mirror = item.get("description_mirror") or event.get("description_mirror")
    return stated or "\n".join(_list_paragraphs(mirror)).strip() or None


def _list_paragraphs(node: Any) -> Iterator[str]:
    """The texts of a rich text tree, block by block."""
    parts = node.get("content") if isinstance(node, dict) else None
    children = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    if any(isinstance(child.get("text"), str) for child in children):
        yield "".join(str(child.get("text", " ")) for child in children)
        return
    for child in children:
        yield from _list_paragraphs(child)


def _read_organizer(item: dict[str, Any]) -> str | None:
    """The calendar; of a personal one, which is called so, the first host's name."""
    if read_flag(pick(item, "calendar.is_personal")):
        return pick_text(item, "hosts.0.name")
    return pick_text(item, "calendar.name")


def _read_place(event: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """What guests alone may know is left out: of a hidden place the town stays, and a point that is only near."""
    kind = pick_text(event, "location_type")
    if kind in _ONLINE:
        return {"attendance_mode": "online"}
    if kind is not None and kind != "offline" and kind not in _NOWHERE:
        unread[f"event.location_type={kind}"] += 1
    place = event.get("geo_address_info") or event.get("geo_address_json")
    is_hidden = pick_text(place, "mode") == "obfuscated" or pick_text(event, "geo_address_visibility") == "guests-only"
    town = pick_text(place, "city")
    point = pick_point(event, "coordinate.latitude", "coordinate.longitude")
    point = point or pick_point(event, "geo_latitude", "geo_longitude")
    row: dict[str, Any] = {
        "attendance_mode": "offline" if kind == "offline" else None,
        "locality": town,
        "region": pick_text(place, "region"),
        "country": pick_text(place, "country_code", "country"),
        **point,
    }
    if is_hidden:
        return row | ({"geo_precision": "approximate"} if point else {})
    street = (pick_text(place, "short_address", "full_address") or "").removesuffix(f", {town}")
    return row | {"venue_name": pick_text(place, "address"), "address": street or None}


def _read_sale(item: dict[str, Any], unread: Counter[str]) -> str | None:
    tickets = item.get("ticket_info")
    if read_flag(pick(tickets, "is_sold_out")):
        return "sold_out"
    if read_flag(pick(tickets, "is_near_capacity")):
        return "few_left"
    word = pick_text(item, "registration_availability")
    if word is not None and word not in _OPEN:
        unread[f"registration_availability={word}"] += 1
    return word if word is None else _OPEN.get(word, word)


def _read_ticket(tickets: Any) -> dict[str, Any]:
    """Cents, but of as many digits as the currency has; `not free` without a price is not known (by approval)."""
    if read_flag(pick(tickets, "is_free")):
        return {"is_free": True}
    price, highest = pick(tickets, "price"), pick(tickets, "max_price")
    currency = pick_text(price, "currency") or pick_text(highest, "currency")
    stated = pick_number(tickets, "currency_info.decimals")
    digits = minor_digits(currency) if stated is None else int(stated)
    least = pick(price, "min_cents") if read_flag(pick(price, "is_flexible")) else None
    low = read_money(pick(price, "cents") if least is None else least, exponent=digits)
    high = read_money(pick(highest, "cents") or pick(price, "cents"), exponent=digits)
    if not (low or high) or currency is None:
        return {}
    return {"is_free": False, "price_min": low, "price_max": high, "currency": currency.upper()}
