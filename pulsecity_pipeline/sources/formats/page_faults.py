"""What a body is when it is not what its source serves: the page-level fault and its plain-words reason."""

import json
import re

from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
from pulsecity_pipeline.sources.protocol import Fault

PAGE = "page"
_EXCERPT_CHARACTERS = 500
_HEAD_CHARACTERS = 20_000
_MARKUP = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(!doctype\s+)?([a-z][a-z0-9:_-]*)", re.I | re.S)
_MESSAGE_KEYS = ("message", "error_description", "error", "detail", "title", "errors")


def fault_page(rule: str, reason: str, payload: str | None = None) -> Fault:
    """A fault of the whole page found by `split`; it is no record."""
    return Fault(pointer=PAGE, stage="split", rule=rule, reason=reason, payload=payload, is_record=False)


def fault_foreign_body(body: bytes, expected: str) -> Fault:
    """The fault of a body that is not `expected` ("calendar", "feed"): rule `empty_body` or `not_a_<expected>`."""
    text = sniff_text(body[:_HEAD_CHARACTERS]).strip("\ufeff \t\r\n\x00")
    if not text:
        return fault_page("empty_body", "empty body")
    return fault_page(f"not_a_{expected}", describe_body(text), text[:_EXCERPT_CHARACTERS])


def describe_body(text: str) -> str:
    """What the text is, in a few words: an HTML page and its title, a JSON message, an XML root, or its first words."""
    if text[0] in "{[":
        return f"JSON: {_describe_json(text)}"
    markup = _MARKUP.match(text)
    if markup is None:
        return f"text: {_shorten(text)}"
    if markup[2].lower() in ("html", "head", "body", "script", "meta", "div", "p", "title", "h1"):
        title = LexborHTMLParser(text).css_first("title")
        return f"HTML page: {_shorten(title.text()) if title else 'no title'}"
    return f"XML document: <{markup[2]}>"


def _describe_json(text: str) -> str:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return _shorten(text)
    if isinstance(content, dict):
        for key in _MESSAGE_KEYS:
            if content.get(key):
                return _shorten(str(content[key]))
    return _shorten(text)


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:119] + "…"
