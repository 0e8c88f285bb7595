"""HTML pages that carry their content as JSON: script variables (`window.NAME = {...}`) and JSON-LD blocks."""

import json
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.sources.formats.json_values import pick
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text

_DECODER = json.JSONDecoder(strict=False)


def is_markup(body: bytes) -> bool:
    """True where the body begins as a page of HTML does."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n\x00")[:1] == b"<"


def find_variable(body: bytes, name: str) -> Any:
    """The JSON value assigned to `name` in a page, whatever code follows it; None where there is none."""
    text = sniff_text(body)
    place = text.find(name)
    start = text.find("=", place) + 1 if place >= 0 else 0
    if not start:
        return None
    try:
        return _DECODER.raw_decode(text[start:].lstrip())[0]
    except (ValueError, RecursionError):
        return None


def find_script(body: bytes, script_id: str) -> Any:
    """The JSON content of `<script id=...>`; None where there is none."""
    script = LexborHTMLParser(sniff_text(body)).css_first(f"script#{script_id}")
    return None if script is None else _load(script.text())


def list_linked(body: bytes) -> list[dict[str, Any]]:
    """The objects of all JSON-LD blocks in order: lists, `@graph` and the items of an ItemList laid out."""
    tree = LexborHTMLParser(sniff_text(body))
    blocks = (_load(script.text()) for script in tree.css('script[type="application/ld+json"]'))
    return [item for block in blocks for item in _lay_out(block)]


def _load(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _lay_out(block: Any, depth: int = 4) -> Iterator[dict[str, Any]]:
    """Objects lie in lists, lists in objects; nobody nests them deeper than `depth`."""
    inner: Any = None
    if isinstance(block, list):
        inner = block
    elif isinstance(block, dict) and block.get("@type") == "ItemList":
        elements = block.get("itemListElement")
        inner = [pick(one, "item") or one for one in elements] if isinstance(elements, list) else []
    elif isinstance(block, dict):
        inner = block.get("@graph")
        if inner is None:
            yield block
    if isinstance(inner, list) and depth:
        for one in inner:
            yield from _lay_out(one, depth - 1)
