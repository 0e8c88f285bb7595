"""Source `rss`: RSS and Atom feeds whose items state machine dates (ev, xCal or gd modules), one item a record."""

from collections.abc import Iterable, Iterator

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.ics_event import Entry, EntryError
from pulsecity_pipeline.sources.formats.ics_series import collect_placed, place_entries
from pulsecity_pipeline.sources.formats.rss_blocks import split_feed
from pulsecity_pipeline.sources.formats.rss_elements import read_items
from pulsecity_pipeline.sources.formats.rss_event import fault_item, read_item
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "rss"


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed: what the publisher lists at the moment."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → one record an item; see `rss_blocks.split_feed` for context and faults."""
    return split_feed(body)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows, faults, repeats and the counts of what nobody reads; feeds state no recurrences; never raises.

    Rules of record faults: missing_title, no_event_date, invalid_start.
    """
    result = ReadResult()
    entries: list[Entry] = []
    for number, item in enumerate(read_items(split.records, split.context.get("root", "<rss>"))):
        try:
            entries.append(read_item(number, item, result.unread))
        except EntryError as error:
            result.faults.append(fault_item(item, error))
    collect_placed(place_entries(entries, {}, window, result.unread), result)
    return result
