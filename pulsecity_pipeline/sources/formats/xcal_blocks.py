"""Events of xCal documents as blocks of iCalendar: RFC 6321, and the draft before it (properties as flat elements)."""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree

_FENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?:[\w.-]+:)?vevent(?=[\s/>])[^<>]*>", re.I | re.S
)
#: CDATA as it is; a tag, whose prefixes and namespace declarations are of no use: names alone are read.
_TAG = re.compile(r"<!\[CDATA\[.*?\]\]>|<(?P<end>/?)(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<rest>[^<>]*)>", re.S)
_DECLARATION = re.compile(r"\sxmlns(?::[\w.-]+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_PREFIX = re.compile(r"(\s)[\w.-]+:(?=[\w.-]+\s*=)")
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[0-9a-fA-F]+);)([A-Za-z]\w*;)?")
#: What XML 1.0 has no characters for.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:]+(?:Z|[+-]\d\d:?\d\d)?)?")
_TIMES = {"date", "date-time", "period", "until"}
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CATEGORIES", "RESOURCES", "CONTACT", "STATUS", "UID"}
#: Not properties; `begin` and `end` would be taken for those of a component.
_NO_PROPERTIES = {"valarm", "components", "parameters", "begin", "end"}


class Block(NamedTuple):
    """One event: its iCalendar block, or why it has none."""

    ics: str | None
    reason: str = ""


def cut_events(text: str) -> Iterator[Block]:
    """The events of the document in order; a broken one costs only itself, no entity is expanded, nothing is loaded."""
    began: int | None = None
    for fence in _FENCE.finditer(text):
        if fence["end"] is None or fence[0].endswith("/>"):
            continue
        if not fence["end"]:
            if began is not None:
                yield Block(None, "event without its end tag")
            began = fence.start()
        elif began is not None:
            yield _convert(text[began : fence.end()])
            began = None
    if began is not None:
        yield Block(None, "event without its end tag")


def read_zone(text: str) -> str | None:
    """The calendar's own zone, `x-wr-timezone`, as text."""
    found = re.search(r"<(?:[\w.-]+:)?x-wr-timezone\b[^>]*>\s*(?:<text>)?\s*([\w/+ -]+?)\s*<", text, re.I)
    return found[1] if found else None


def _convert(span: str) -> Block:
    clean = _CONTROLS.sub("", _ENTITY.sub(_name_entity, _TAG.sub(_strip_tag, span)))
    try:
        # Entities are named characters by now, and a document type stays outside of an event: nothing can grow.
        event = ElementTree.fromstring(clean)  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        return Block(None, f"event is no XML: {error}")
    stated = event.find("properties")
    properties = event if stated is None else stated
    lines = [_write(element) for element in properties if _kind(element) not in _NO_PROPERTIES]
    return Block("\n".join(["BEGIN:VEVENT", *filter(None, lines), "END:VEVENT"]))


def _strip_tag(tag: re.Match[str]) -> str:
    return tag[0] if tag["name"] is None else _plain_tag(tag["end"], tag["name"], tag["rest"])


@lru_cache(maxsize=4096)
def _plain_tag(end: str, name: str, rest: str) -> str:
    attributes = _PREFIX.sub(r"\1", _DECLARATION.sub("", rest))
    return f"<{end}{name.lower()}{attributes}>"


def _name_entity(entity: re.Match[str]) -> str:
    """HTML's names are characters; a name of the document's own, or a bare `&`, is text."""
    character = html.unescape(entity[0])
    return character if entity[1] and character != entity[0] else "&amp;" + entity[0][1:]


def _kind(element: ElementTree.Element) -> str:
    return str(element.tag)


def _write(element: ElementTree.Element) -> str:
    """One property as a content line; empty where it has no value."""
    name = _kind(element).upper()
    values = [child for child in element if _kind(child) not in _NO_PROPERTIES]
    if name == "RRULE":
        text = _write_rule(element, values)
    elif name == "GEO" and len(values) == 2:
        text = ";".join(_text(value) for value in values)
    elif values:
        text = ",".join(_write_value(name, _kind(value), _text(value)) for value in values)
    else:
        text = _write_value(name, element.get("value", "").lower(), _text(element))
    return f"{name}{_write_parameters(element)}:{text}" if text else ""


def _write_value(name: str, kind: str, text: str) -> str:
    if kind == "text" or name in _TEXTS:
        return re.sub(r"\r\n?|\n", r"\\n", re.sub(r"([\\;,])", r"\\\1", text))
    flat = " ".join(text.split())
    return (
        _basic(flat) if kind in _TIMES or re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:]+(Z|[+-]\d\d:?\d\d)?)?", flat) else flat
    )


def _write_rule(element: ElementTree.Element, values: list[ElementTree.Element]) -> str:
    """A `recur` element with its parts, attributes, or the iCalendar rule as text."""
    parts: dict[str, list[str]] = {}
    for part in values[0] if values and len(values[0]) else values:
        parts.setdefault(_kind(part).upper(), []).append(_basic(_text(part)) if _kind(part) == "until" else _text(part))
    parts = parts or {name.upper(): [value] for name, value in element.attrib.items() if name != "value"}
    if "FREQ" not in parts:
        return " ".join("".join(element.itertext()).split())
    return ";".join(f"{name}={','.join(texts)}" for name, texts in parts.items())


def _write_parameters(element: ElementTree.Element) -> str:
    """RFC 6321's `parameters` element, and the draft's attributes."""
    stated = {_kind(part).upper(): _text(part) for part in element.findall("parameters/*")}
    stated |= {name.upper(): value for name, value in element.attrib.items()}
    if _kind(element) == "rrule":
        return ""
    if element.find("date") is not None:
        stated["VALUE"] = "DATE"
    quoted = {name: re.sub(r'["\s]+', " ", value).strip() for name, value in stated.items() if name.isidentifier()}
    return "".join(f';{name}="{value}"' if name != "VALUE" else f";VALUE={value}" for name, value in quoted.items())


def _basic(text: str) -> str:
    """`2027-03-04T10:30:00Z` → `20270304T103000Z`; an offset, which iCalendar has no form for, is moved to UTC."""
    if re.search(r"T.*[+-]\d\d:?\d\d$", text):
        with suppress(ValueError, OverflowError):
            return f"{datetime.fromisoformat(text).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return re.sub(r"(?<=\d)[-:](?=\d)", "", text)


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()
