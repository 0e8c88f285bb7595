"""Source `tribe`: The Events Calendar's REST API (WordPress sites, `/wp-json/tribe/events/v1/events`), by page."""

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick_point, pick_text, read_flag, read_money
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, read_updated, state_start
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "tribe"
_VOLATILE = ("modified", "modified_utc", "json_ld")
#: Every field the API states; another is new and is counted.
_KNOWN = list_words(
    """id global_id global_id_lineage author status date date_utc modified modified_utc url rest_url title description
    excerpt slug image all_day start_date start_date_details end_date end_date_details utc_start_date
    utc_start_date_details utc_end_date utc_end_date_details timezone timezone_abbr cost cost_details website show_map
    show_map_link hide_from_listings sticky featured categories tags venue organizer json_ld custom_fields is_virtual
    virtual_url virtual_video_source ticketed series"""
)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by `next_rest_url`, until one has none."""
    for feed in feeds:
        yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record an event; an empty calendar of older versions is a 404, told in JSON."""
    return split_json(body, records="events", key="id", volatile=_VOLATILE, errors=("message", "code"))


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: hidden, invalid_start."""
    return read_json(split, _read_event, _KNOWN)


def _next(body: bytes, ask: Ask) -> Ask | None:
    following = pick_text(load_json(body), "next_rest_url")
    return None if following is None else Ask(following)


def _read_event(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    zone = pick_text(item, "timezone")
    start = read_moment(item.get("start_date"), zone)
    whole_days = read_flag(item.get("all_day")) is True
    row: dict[str, Any] = {
        "source_event_id": pick_text(item, "id"),
        "title": html.unescape(pick_text(item, "title") or ""),
        "description": pick_text(item, "description", "excerpt"),
        "url": pick_text(item, "url"),
        "image_url": pick_text(item, "image.url"),
        "source_updated_at": read_updated(f"{item['modified_utc']}Z" if item.get("modified_utc") else None),
        "categories": [html.unescape(name) for name in list_texts(item.get("categories"), "name")],
        "organizer": next(iter(list_texts(item.get("organizer"), "organizer")), None),
        "online_url": pick_text(item, "virtual_url"),
        **state_start(start),
        **read_end(item.get("end_date"), zone),
        **_read_venue(item.get("venue")),
        **_read_cost(item),
    }
    return row | {"start_is_date": True, "end_is_date": "end_wall" in row} if whole_days else row


def _read_venue(venue: Any) -> dict[str, Any]:
    """`[]` where there is none, an object, or a list of several: the first."""
    place = venue[0] if isinstance(venue, list) and venue else venue
    return {
        "venue_name": html.unescape(pick_text(place, "venue") or "") or None,
        "address": pick_text(place, "address"),
        "locality": pick_text(place, "city"),
        "region": pick_text(place, "stateprovince", "state", "province"),
        "country": pick_text(place, "country"),
        **pick_point(place, "geo_lat", "geo_lng"),
    }


def _read_cost(item: dict[str, Any]) -> dict[str, Any]:
    """An empty cost is unknown; `values` are in major units, and 0 is free where the cost is shown."""
    shown = pick_text(item, "cost")
    details = item.get("cost_details") or {}
    values = [amount for amount in map(read_money, list_texts(details.get("values"))) if amount is not None]
    currency = pick_text(details, "currency_code")
    if not shown or not values or currency is None:
        return {"price": shown}
    return {"price": shown, "price_min": min(values), "price_max": max(values), "currency": currency}
