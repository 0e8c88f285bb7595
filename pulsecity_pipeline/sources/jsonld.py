"""Source `jsonld`: events of schema.org in web pages: JSON-LD, else microdata, else hCalendar and h-event."""

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.json_ld import find_events, load_json_ld, read_blocks
from pulsecity_pipeline.sources.formats.json_records import list_words, read_json
from pulsecity_pipeline.sources.formats.marked_html import find_marked
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.schema_event import read_event
from pulsecity_pipeline.sources.formats.schema_records import split_events
from pulsecity_pipeline.sources.formats.selected import page_address
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
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

NAME = "jsonld"
_KNOWN = list_words(
    """@context @id @type name description url image identifier startDate endDate doorTime duration eventStatus
    eventAttendanceMode eventSchedule location offers organizer performer performers superEvent isAccessibleForFree
    keywords genre dateModified previousStartDate inLanguage typicalAgeRange maximumAttendeeCapacity sameAs
    remainingAttendeeCapacity mainEntityOfPage about audience datePublished dateCreated workPerformed subjectOf"""
)


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed; what a list only links to is not fetched."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body (HTML, or JSON-LD alone) → records `jsonld/<n>`, `microdata/<n>` or `microformat/<n>`; never raises.

    Context: see `schema_records.split_events`. Faults: `empty_body`; `contract_drift` of a page without any markup of
    events (an empty list is none: that is honest); `invalid_json` of a block that cannot be mended.
    """
    text = sniff_text(body).strip("\ufeff \t\r\n\x00")
    if not text:
        return Split([], [fault_foreign_body(body, "page")])
    if text[0] in "[{":
        return _split_json(body, text)
    tree = LexborHTMLParser(text)
    markup, base = read_blocks(tree), page_address(tree)
    broken = [Fault(f"block/{number}", "split", "invalid_json", reason) for number, reason in markup.broken]
    kind, events = ("jsonld", markup.events) if markup.events else find_marked(text, base)
    if not events and not broken and not _is_honest(tree):
        title = tree.css_first("title")
        told = " ".join(title.text().split())[:100] if title else "no title"
        return Split([], [fault_page("contract_drift", f"no event markup in {markup.blocks} blocks: {told!r}")])
    return split_events(kind, events, broken, base)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start."""
    return read_json(split, read_event, _KNOWN)


def _split_json(body: bytes, text: str) -> Split:
    try:
        content = load_json_ld(text)
    except ValueError:
        return Split([], [fault_foreign_body(body, "page")])
    events = find_events(content)
    if not events and content != []:
        return Split([], [fault_page("contract_drift", "JSON without an event of schema.org")])
    return split_events("jsonld", events, [], None)


def _is_honest(tree: LexborHTMLParser) -> bool:
    """A block that is an empty list is how list pages say that there is nothing."""
    return any(script.text().strip() == "[]" for script in tree.css("script[type*='ld+json' i]"))
