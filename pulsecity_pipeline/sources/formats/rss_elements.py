"""Items of a feed → their elements by namespace, through feedparser, safe from entities and stray attributes."""

import io
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import feedparser

from pulsecity_pipeline.sources.protocol import Record

_PREFIX_DECLARATION = re.compile(r"xmlns:([A-Za-z0-9_.-]+)\s*=\s*[\"']([^\"']*)[\"']")
_ATTRIBUTED = r"<({prefix}:[a-z]+)\s[^<>]*?(?:tzid\s*=\s*[\"']([^\"']*)[\"'][^<>]*)?(?<!/)>"

EV = "http://purl.org/rss/1.0/modules/event/"
XCAL = "urn:ietf:params:xml:ns:xcal"
ICAL_RDF = "http://www.w3.org/2002/12/cal/ical#"
GD = "http://schemas.google.com/g/2005"
#: Namespaces whose elements say when and where → the short name that readers use for it.
_EVENT_NAMESPACES = {EV: "ev", XCAL: "xcal", ICAL_RDF: "xcal", GD: "gd"}


class Item(NamedTuple):
    """One item: feedparser's entry, and the elements of event namespaces as `ev:startdate` → text or attributes."""

    record: Record
    entry: dict[str, Any]
    elements: dict[str, Any]


def read_items(records: Iterable[Record], root: str) -> list[Item]:
    """One item a record, in order. An element's `tzid` attribute becomes the element `<name>@tzid`."""
    return [_read_item(record, root) for record in records]


def _read_item(record: Record, root: str) -> Item:
    text = record.payload.decode("utf-8", "replace")
    prefixes = dict(_PREFIX_DECLARATION.findall(root + text[: text.find(">") + 1]))
    known = {prefix: _EVENT_NAMESPACES[uri] for prefix, uri in prefixes.items() if uri in _EVENT_NAMESPACES}
    zones: dict[str, str] = {}
    for prefix, name in known.items():
        text = _drop_attributes(text, prefix, name, zones)
    closing = root.strip("<>").split()[0]
    # feedparser opens strings as files and addresses; bytes in a buffer it only parses.
    parsed = feedparser.parse(
        io.BytesIO(f"{root}<channel>{text}</channel></{closing}>".encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    entry: dict[str, Any] = dict(parsed.entries[0]) if parsed.entries else {}
    elements: dict[str, Any] = dict(zones)
    for prefix, name in known.items():
        for start in {f"{prefix.lower()}_", f"{name}_"}:  # feedparser's own prefix where it knows the namespace
            elements |= {f"{name}:{key[len(start) :]}": entry.pop(key) for key in list(entry) if key.startswith(start)}
    return Item(record, entry, elements)


def _drop_attributes(text: str, prefix: str, name: str, zones: dict[str, str]) -> str:
    """feedparser keeps either the attributes or the text of an element it does not know: let it be the text."""

    def keep_zone(tag: re.Match[str]) -> str:
        if tag[2]:
            zones[f"{name}:{tag[1].partition(':')[2].lower()}@tzid"] = tag[2]
        return f"<{tag[1]}>"

    return re.sub(_ATTRIBUTED.format(prefix=re.escape(prefix)), keep_zone, text, flags=re.I)
