"""Source `jsonld`: events of schema.org in web pages: JSON-LD, else microdata, else hCalendar and h-event."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

import orjson
from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.fingerprints import fingerprint_bytes
from pulsecity_pipeline.sources.formats.json_ld import Node, find_events, load_json_ld, read_blocks
from pulsecity_pipeline.sources.formats.json_records import list_words, read_json
from pulsecity_pipeline.sources.formats.marked_html import find_marked
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.schema_event import event_key, read_event
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
from pulsecity_pipeline.sources.protocol import (
    Client,
    Fault,
    Feed,
    FetchedPage,
    ReadResult,
    Record,
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
_PAGE_ADDRESSES = ("link[rel='canonical' i]", "base[href]")


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed; what a list only links to is not fetched."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body (HTML, or JSON-LD alone) → records `jsonld/<n>`, `microdata/<n>` or `microformat/<n>`; never raises.

    Context: `url` of the page where it has one event, `keys` shared by several events → what tells them apart.
    Faults: `empty_body`; `contract_drift` of a page without any markup of events (an empty list is none: that is
    honest); `invalid_json` of a block that cannot be mended.
    """
    text = sniff_text(body).strip("\ufeff \t\r\n\x00")
    if text[:1] in ("[", "{"):
        return _split_json(body, text)
    tree = LexborHTMLParser(text)
    markup = read_blocks(tree)
    broken = [Fault(f"block/{number}", "split", "invalid_json", reason) for number, reason in markup.broken]
    if not text:
        return Split([], [fault_foreign_body(body, "page")])
    base = next((href for css in _PAGE_ADDRESSES if (href := _href(tree, css))), None)
    kind, events = ("jsonld", markup.events) if markup.events else find_marked(text, base)
    if not events and not broken and not _is_honest(tree):
        title = tree.css_first("title")
        told = " ".join(title.text().split())[:100] if title else "no title"
        return Split([], [fault_page("contract_drift", f"no event markup in {markup.blocks} blocks: {told!r}")])
    return _split_events(kind, events, broken, base)


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
    return _split_events("jsonld", events, [], None)


def _split_events(kind: str, events: list[Node], faults: list[Fault], base: str | None) -> Split:
    for event in events:
        if base and isinstance(event.get("url"), str):
            event["url"] = _join(base, event["url"])
    keys = {key: told_by for key, told_by in _tell_apart(events).items() if key and told_by}
    context = {"keys": keys, "url": base if len(events) == 1 else None}
    return Split([_cut(f"{kind}/{number}", event) for number, event in enumerate(events)], faults, context)


def _cut(pointer: str, event: Node) -> Record:
    stable = _dump(event | {"dateModified": None})
    return Record(pointer, _dump(event), fingerprint_bytes(stable), event_key(event))


def _dump(event: Node) -> bytes:
    """Canonical JSON; half characters (a lone `\\ud83d`), which UTF-8 has no bytes for, become question marks."""
    try:
        return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(event, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _tell_apart(events: list[Node]) -> dict[str, str | None]:
    """Key → None where one event has it, `start` where several on different dates do, else `title`."""
    groups: dict[str, Counter[tuple[str, str]]] = {}
    for event in events:
        what = (str(event.get("startDate")), str(event.get("name")))
        groups.setdefault(event_key(event), Counter())[what] += 1
    by_start = {key: len({start for start, _ in group}) == len(group) for key, group in groups.items()}
    return {key: None if len(group) == 1 else "start" if by_start[key] else "title" for key, group in groups.items()}


def _href(tree: LexborHTMLParser, css: str) -> str | None:
    found = tree.css_first(css)
    href: Any = found.attributes.get("href") if found else None
    return href if isinstance(href, str) and href.startswith("http") else None


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _is_honest(tree: LexborHTMLParser) -> bool:
    """A block that is an empty list is how list pages say that there is nothing."""
    return any(script.text().strip() == "[]" for script in tree.css("script[type*='ld+json' i]"))
