"""Source `xcal`: calendars in XML (xCal, RFC 6321 and the draft before it), read as the iCalendar that they say.

Feeds of RSS with xCal elements are of source `rss`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pulsecity_pipeline.sources import ics
from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.ics_blocks import split_calendar
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.rss_blocks import LARGEST_BODY_BYTES
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
from pulsecity_pipeline.sources.formats.xcal_blocks import cut_events, read_zone
from pulsecity_pipeline.sources.protocol import (
    Client,
    Fault,
    Feed,
    FetchedPage,
    ReadResult,
    Split,
    Validators,
    Window,
)

NAME = "xcal"
_CALENDAR = re.compile(r"<(?:[\w.-]+:)?(?:[vi]calendar|vevent)[\s/>]", re.I)
_CALENDAR_BEGIN = re.compile(r"<(?:[\w.-]+:)?[vi]calendar(?:\s[^<>]*[^/<>]|\s*)>", re.I)
_CALENDAR_END = re.compile(r"</(?:[\w.-]+:)?[vi]calendar\s*>", re.I)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed: the whole calendar."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → one record a vevent, as an iCalendar block; never raises, expands no entity and loads nothing.

    Context as of `ics_blocks.split_calendar`. Faults: `empty_body`, `not_a_calendar`, `too_large`,
    `missing_calendar_end` of the page; `unreadable_record` of a vevent that is no XML or was cut off.
    """
    if len(body) > LARGEST_BODY_BYTES:
        return Split([], [fault_page("too_large", f"{len(body)} bytes, more than {LARGEST_BODY_BYTES}")])
    text = sniff_text(body).strip("\ufeff \t\r\n\x00")
    if not _CALENDAR.search(text):
        return Split([], [fault_foreign_body(body, "calendar")])
    blocks = list(cut_events(text))
    zone = read_zone(text)
    head = f"BEGIN:VCALENDAR\nX-WR-TIMEZONE:{zone}\n" if zone else "BEGIN:VCALENDAR\n"
    whole = [(number, block.ics) for number, block in enumerate(blocks) if block.ics is not None]
    found = split_calendar("\n".join([head, *(text for _, text in whole), "END:VCALENDAR\n"]).encode())
    pairs = zip(whole, found.records, strict=True)
    records = [replace(record, pointer=f"vevent/{number}") for (number, _), record in pairs]
    faults = [
        Fault(f"vevent/{number}", "split", "unreadable_record", block.reason)
        for number, block in enumerate(blocks)
        if block.ics is None
    ]
    if len(_CALENDAR_END.findall(text)) < len(_CALENDAR_BEGIN.findall(text)):
        faults.append(fault_page("missing_calendar_end", "no end of the calendar: it was cut off"))
    return Split(records, faults, found.context)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows, and expansions within `window`; rules of record faults are those of source `ics`."""
    return ics.read(split, window)
