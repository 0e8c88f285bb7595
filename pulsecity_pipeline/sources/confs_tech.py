"""Source `confs_tech`: the conference list of confs.tech, one JSON array for each year and topic on a raw host."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.composed_ids import compose_id
from pulsecity_pipeline.sources.formats.json_records import list_words, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import pick_text, read_flag
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.towns import read_town
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "confs_tech"
#: Every field that its validator allows; `_year` and `_topic` stand in collected copies of all files.
_KNOWN = list_words(
    """name url startDate endDate city country online locales cfpUrl cfpEndDate cocUrl offersSignLanguageOrCC twitter
    mastodon bluesky github _year _topic"""
)
#: What the whole list is, and no record says.
_CATEGORIES = ("conference", "technology")


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One file a feed. A topic without conferences has no file (404) and gives no page, unless not one file is found:
    then the files are elsewhere, and every page tells so.
    """
    pages = list(fetch_feeds(client, feeds, validators))
    found = [page for page in pages if page.answer.status != 404]
    yield from found or pages


def split(body: bytes) -> Split:
    """Body → one record a conference."""
    return split_json(body, records="", key="url", errors=("message",))


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start."""
    return read_json(split, _read_conference, _KNOWN)


def _read_conference(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    """Dates are whole days of the place, both inclusive; records have no id."""
    name, town = pick_text(item, "name"), pick_text(item, "city")
    topic = pick_text(item, "_topic")
    return {
        "source_event_id": compose_id(pick_text(item, "startDate"), name, town),
        "title": name,
        "url": pick_text(item, "url"),
        "categories": [*_CATEGORIES, *([topic] if topic else [])],
        "attendance_mode": _read_mode(item, town),
        "country": pick_text(item, "country"),
        **read_town(town),
        **state_start(read_moment(item.get("startDate"))),
        **read_end(item.get("endDate")),
    }


def _read_mode(item: dict[str, Any], town: str | None) -> str | None:
    """Online with a town is both; without either, nothing is known."""
    if read_flag(item.get("online")):
        return "mixed" if town else "online"
    return "offline" if town else None
