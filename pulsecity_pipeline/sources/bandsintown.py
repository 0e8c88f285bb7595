"""Source `bandsintown`: the dates of one artist (`/artists/NAME/events/`), a plain list; there is no search by city."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.json_records import list_words, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_point, pick_text, read_flag
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "bandsintown"
#: The artist stands on the first date alone, with counts of fans.
_VOLATILE = ("artist",)
_SALES = {"available": "on_sale", "sold out": "sold_out", "sold_out": "sold_out", "soldout": "sold_out"}
_KNOWN = list_words(
    """id artist_id artist url title description datetime starts_at ends_at datetime_display_rule on_sale_datetime
    festival_start_date festival_end_date festival_datetime_display_rule venue lineup offers free sold_out presale
    bandsintown_plus"""
)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page an artist."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → one record a date; whoever the artist is, is told in `context`. An unknown artist is an error in JSON."""
    return split_json(
        body, records="", key="id", volatile=_VOLATILE, context=_find_artist,
        errors=("error", "errors", "warn", "errorMessage", "Message", "message"),
    )  # fmt: skip


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start."""
    return read_json(split, _read_date, _KNOWN)


def _find_artist(content: Any) -> dict[str, Any]:
    artist = pick(content, "0.artist")
    return {"name": pick_text(artist, "name"), "image_url": pick_text(artist, "image_url")}


def _read_date(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    lineup = list_texts(item.get("lineup"))
    return {
        "source_event_id": pick_text(item, "id"),
        "title": pick_text(item, "title") or _make_title(item, lineup, context),
        "description": pick_text(item, "description"),
        # What follows says who asked.
        "url": (pick_text(item, "url") or "").partition("?")[0] or None,
        "image_url": context.get("image_url"),
        "categories": ["Music"],
        "performers": lineup,
        "sale_status": _read_sale(item, unread),
        # False is what nobody has filled in.
        "is_free": read_flag(item.get("free")) or None,
        **_read_days(item),
        **_read_venue(item.get("venue")),
    }


def _make_title(item: dict[str, Any], lineup: list[str], context: dict[str, Any]) -> str | None:
    """A date is mostly nameless and shown as `Artist @ Venue`."""
    artist = lineup[0] if lineup else context.get("name")
    return " @ ".join(part for part in (artist, pick_text(item, "venue.name")) if part) if artist else None


def _read_days(item: dict[str, Any]) -> dict[str, Any]:
    """Wall clocks of the venue, without a zone; of a festival its days, both inclusive."""
    if first := pick_text(item, "festival_start_date"):
        return {**state_start(read_moment(first[:10])), **read_end((pick_text(item, "festival_end_date") or "")[:10])}
    start = pick_text(item, "datetime", "starts_at")
    if start and pick_text(item, "datetime_display_rule") == "date":
        return {**state_start(read_moment(start[:10]))}
    return {**state_start(read_moment(start)), **read_end(pick_text(item, "ends_at"))}


def _read_venue(venue: Any) -> dict[str, Any]:
    if (pick_text(venue, "type") or "").lower() == "virtual":
        return {"venue_name": pick_text(venue, "name"), "attendance_mode": "online"}
    return {
        "venue_name": pick_text(venue, "name"),
        "address": pick_text(venue, "street_address"),
        "locality": pick_text(venue, "city"),
        "region": pick_text(venue, "region"),
        "country": pick_text(venue, "country"),
        **pick_point(venue, "latitude", "longitude"),
    }


def _read_sale(item: dict[str, Any], unread: Counter[str]) -> str | None:
    """Sold out where the date or all its tickets are; links to RSVP and the like say nothing of sales."""
    if read_flag(item.get("sold_out")):
        return "sold_out"
    offers = [one for one in item.get("offers") or [] if pick_text(one, "type") in ("Tickets", "Presale")]
    words = list_texts(offers, "status")
    for word in words:
        if word.lower() not in _SALES:
            unread[f"offers.status={word}"] += 1
    states = [_SALES.get(word.lower(), word) for word in words]
    if "on_sale" in states:
        kinds = {pick_text(one, "type") for one in offers}
        return "on_sale" if "Tickets" in kinds else "presale"
    return states[0] if states else None
