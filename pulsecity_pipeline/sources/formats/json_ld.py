"""JSON-LD in HTML as sites write it: blocks found, mended and loaded, and the events in them, wherever they stand."""

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.sources.formats.json_values import list_texts, state_text

Node = dict[str, Any]

#: Types of schema.org that are events though their name does not say so.
_OTHER_TYPES = {"Festival", "Hackathon", "EventSeries", "CourseInstance"}
#: What stands between strings and is no JSON: comments, CDATA and HTML fences, commas before an end.
_STRAY = re.compile(
    r'("(?:[^"\\]|\\.)*")|/\*.*?\*/|(?<![:"])//[^\n]*|<!--|-->|<!\[CDATA\[|\]\]>|,(?=\s*(?:[}\]]|$))|;\s*$', re.S
)
#: A node refers to another by `@id`; what belongs to an event is put in its place.
_REFERRING = ("location", "organizer", "performer", "offers", "image")
#: Never kept: what names private persons or how to reach them.
_PERSONAL = {"email", "telephone", "faxNumber", "attendee", "attendees", "contactPoint", "review", "comment"}
_DEEPEST = 12
#: Where an event has others; what else it holds (its place, its sellers) is of itself.
_PARTS = ("subEvent", "subEvents", "event", "events", "mainEntity")
_FIRST_OF_SERIES = ("location", "organizer", "image", "eventStatus", "eventAttendanceMode")


class Markup(NamedTuple):
    """What the blocks of a page hold: its events, the blocks that cannot be read, and how many could."""

    events: list[Node]
    broken: list[tuple[int, str]]
    blocks: int


def read_blocks(tree: LexborHTMLParser) -> Markup:
    """The events of all JSON-LD blocks of a page, in page order; events that only refer to others are none."""
    contents: list[Any] = []
    broken: list[tuple[int, str]] = []
    scripts = tree.css("script[type*='ld+json' i]")
    for number, script in enumerate(scripts):
        text = script.text()
        try:
            contents.append(load_json_ld(text))
        except ValueError as error:
            if text.strip():
                broken.append((number, f"{error}: {text.strip()[:200]}"))
    return Markup(find_events(contents), broken, len(scripts) - len(broken))


def load_json_ld(text: str) -> Any:
    """The content of a block: as it is, or mended (control characters, comments, trailing commas, entities).

    Raises ValueError.
    """
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        return _loads(text)
    except (ValueError, RecursionError):
        pass
    mended = _STRAY.sub(lambda found: found[1] or "", text)
    if '"' not in mended and "&quot;" in mended:
        mended = html.unescape(mended)
    try:
        return _loads(mended)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _loads(text: str) -> Any:
    return json.loads(text, strict=False, parse_constant=lambda _: None, parse_int=_read_whole)


def _read_whole(text: str) -> int | float:
    """Larger numbers than 64 bits hold are no longer exact in anybody's JSON."""
    return int(text) if len(text) < 19 else float(text)


def find_events(content: Any) -> list[Node]:
    """The events of the content: alone, in lists, `@graph`, ItemList, beside a place; subEvents after their event."""
    events = list(_list_events(content, None, 0))
    named: dict[str, Node] = {}
    if any(_refers(node) for node in events):
        named = {node["@id"]: node for node in _walk(content, 0) if isinstance(node.get("@id"), str) and len(node) > 1}
    return [_complete(node, named) for node in events]


def is_event(node: Node) -> bool:
    """Whether its type, or one of them, is one of schema.org's events; prefix and address of the type do not matter."""
    kind = node.get("@type")
    return _is_kind(kind) if isinstance(kind, str) else any(_is_kind(one) for one in list_texts(kind))


@lru_cache(maxsize=1024)
def _is_kind(kind: str) -> bool:
    name = re.split(r"[/#:]", kind.strip())[-1]
    return name.endswith("Event") or name in _OTHER_TYPES


def _walk(content: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(content, dict):
        yield content
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        if isinstance(part, dict | list):
            yield from _walk(part, depth + 1)


def _list_events(content: Any, parent: Node | None, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(content, list):
        for part in content:
            yield from _list_events(part, parent, depth + 1)
    elif isinstance(content, dict):
        found = is_event(content)
        if found and len(content.keys() - {"@id", "@type"}) > 0 and not _is_mere_series(content):
            yield _below(content, parent)
        for name, part in content.items():
            if isinstance(part, dict | list) and (name in _PARTS if found else name != "superEvent"):
                yield from _list_events(part, content if found else parent, depth + 1)


def _is_mere_series(node: Node) -> bool:
    """A series whose dates are told as events of their own; a festival is an event beside its parts."""
    if "EventSeries" not in str(node.get("@type")):
        return False
    parts = node.get("subEvent") or node.get("subEvents")
    return isinstance(parts, list) and any(isinstance(part, dict) and part.get("startDate") for part in parts)


def _below(node: Node, parent: Node | None) -> Node:
    """An event below another is where that is, if it does not say otherwise."""
    if parent is None:
        return node
    stated = {name: parent[name] for name in _FIRST_OF_SERIES if name in parent}
    series = state_text(parent.get("@id")) or state_text(parent.get("url")) or state_text(parent.get("name"))
    return {"name": parent.get("name"), **stated, **node, "superEvent": series}


def _complete(node: Node, named: dict[str, Node]) -> Node:
    """The event without its sub-events and personal fields, and with what it refers to."""
    kept = {name: value for name, value in node.items() if name not in ("subEvent", "subEvents")}
    for name in _REFERRING:
        kept[name] = _follow(kept.get(name), named)
    whole: Node = _drop_personal({name: value for name, value in kept.items() if value is not None}, 0)
    return whole


def _refers(node: Node) -> bool:
    values = [node[name] for name in _REFERRING if name in node]
    parts = (part for value in values for part in (value if isinstance(value, list) else [value]))
    return any(isinstance(part, dict) and "@id" in part for part in parts)


def _follow(value: Any, named: dict[str, Node]) -> Any:
    if isinstance(value, list):
        return [_follow(part, named) for part in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and value.keys() <= {"@id", "@type"}:
        return named.get(value["@id"], value)
    return value


def _drop_personal(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_drop_personal(part, depth + 1) if isinstance(part, dict | list) else part for part in value]
    return {
        name: _drop_personal(part, depth + 1) if isinstance(part, dict | list) else part
        for name, part in value.items()
        if name not in _PERSONAL
    }
