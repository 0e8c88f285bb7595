"""Source `ics`: publishers' iCalendar feeds (RFC 5545), one VEVENT a record."""

from collections.abc import Iterable, Iterator

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.ics_blocks import split_calendar
from pulsecity_pipeline.sources.formats.ics_event import Entry, EntryError, find_hidden, read_entry
from pulsecity_pipeline.sources.formats.ics_series import collect_placed, place_entries
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "ics"


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed: the whole calendar."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → one record a VEVENT, unfolded; see `ics_blocks.split_calendar` for context and faults."""
    return split_calendar(body)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows, expansions within `window`, faults, repeats and the counts of what nobody reads; never raises.

    Rules of record faults: not_public, missing_start, invalid_start, missing_title, recurrence_unreadable,
    no_occurrence.
    """
    result = ReadResult()
    entries: list[Entry] = []
    hidden: dict[str, list[Stamp]] = {}
    for number, record in enumerate(split.records):
        try:
            entries.append(read_entry(number, record, split.context.get("zone"), result.unread))
        except EntryError as fault:
            result.faults.append(fault.of(record))
            if fault.rule == "not_public" and (found := find_hidden(record)):
                hidden.setdefault(found[0], []).append(found[1])
    collect_placed(place_entries(entries, hidden, window, result.unread), result)
    return result
