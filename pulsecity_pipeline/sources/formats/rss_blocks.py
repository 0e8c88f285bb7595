"""Cutting an RSS or Atom body into its items, each as its own bytes, with the root element that gives them meaning."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pulsecity_pipeline.sources.formats.excerpts import excerpt_item
from pulsecity_pipeline.sources.formats.fingerprints import fingerprint_item
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.text_bytes import decode_text, sniff_text
from pulsecity_pipeline.sources.protocol import Fault, Record, Split

#: Larger bodies are no event feeds but mistakes or attacks.
LARGEST_BODY_BYTES = 20_000_000
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ROOT = re.compile(r"<((?:[a-z0-9_.-]+:)?(?:rss|rdf|feed))\b[^<>]*>", re.I)
_FENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?:[a-z0-9_.-]+:)?(?P<name>item|entry)(?=[\s/>])[^<>]*>",
    re.I | re.S,
)


class _Span(NamedTuple):
    begin: int
    end: int
    whole: bool


def split_feed(body: bytes) -> Split:
    """Body → records `item/<n>` as UTF-8 bytes; never raises, expands no entity and loads nothing.

    Context: `root`, the start tag of the root element with its namespaces (a DTD is left behind).
    Faults: `empty_body`, `not_a_feed`, `too_large` of the page; `truncated_record` of an item without its end.
    """
    if len(body) > LARGEST_BODY_BYTES:
        return Split([], [fault_page("too_large", f"{len(body)} bytes, more than {LARGEST_BODY_BYTES}")])
    text = _decode(body)
    root = _find_root(text)
    if root is None:
        return Split([], [fault_foreign_body(body, "feed")])
    records: list[Record] = []
    faults: list[Fault] = []
    for number, span in enumerate(_cut_items(text, root.end())):
        pointer, payload = f"item/{number}", text[span.begin : span.end].encode()
        if span.whole:
            records.append(Record(pointer, payload, fingerprint_item(payload, root[0].encode())))
        else:
            excerpt = excerpt_item(payload)
            faults.append(Fault(pointer, "split", "truncated_record", "item without its end tag", payload=excerpt))
    if f"</{root[1]}" not in text:
        faults.append(fault_page("missing_feed_end", f"no </{root[1]}>: the feed was cut off"))
    return Split(records, faults, {"root": root[0]})


def _decode(body: bytes) -> str:
    """UTF-8 if the body is that, whatever it declares; else as declared; else UTF-8 with Windows-1252 for bad bytes."""
    try:
        return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.match(body)
    try:
        return body.decode(declared[1].decode()) if declared else sniff_text(body)
    except (LookupError, ValueError):
        return decode_text(body)


def _find_root(text: str) -> re.Match[str] | None:
    """The root start tag, if only the prolog (declarations, comments, a DTD, white space) stands before it."""
    root = _ROOT.search(text)
    if root is None or re.search(r"<(?:html|body|script)\b", text[: root.start()], re.I):
        return None
    return root


def _cut_items(text: str, position: int) -> Iterator[_Span]:
    """The items, outermost only; an item also ends, cut off, where the text ends."""
    began: int | None = None
    depth = 0
    name = ""
    for fence in _FENCE.finditer(text, position):
        if fence["name"] is None or (began is not None and fence["name"].lower() != name):
            continue
        if fence["end"]:
            depth -= 1
            if began is not None and depth == 0:
                yield _Span(began, fence.end(), True)
                began = None
            depth = max(depth, 0)
        elif not fence[0].endswith("/>"):
            if began is None:
                began, name = fence.start(), fence["name"].lower()
            depth += 1
    if began is not None:
        yield _Span(began, len(text), False)
