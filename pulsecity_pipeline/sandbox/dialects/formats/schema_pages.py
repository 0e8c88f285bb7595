"""Pages of venues with JSON-LD: an array, a graph, blocks of one event each, and what stands beside them."""

import html
from collections.abc import Sequence
from typing import Any, Final

import orjson

from pulsecity_pipeline.sandbox.dialects.formats.schema_nodes import Node
from pulsecity_pipeline.sandbox.serving.protocol import Site

_CONTEXT: Final = "https://schema.org"
#: Every so many blocks of one event end in a comma too many.
_CARELESS: Final = 7


def write_page(site: Site, events: Sequence[Node]) -> bytes:
    """The page: a third of the events in an array, a third in a graph that refers to places, the rest one by one."""
    third = -(-len(events) // 3)
    array, graph, single = events[:third], events[third : 2 * third], events[2 * third :]
    blocks = [
        _dump({"@context": _CONTEXT, "@type": "WebSite", "name": site.title, "url": f"http://{site.host}/"}),
        _dump([{"@context": _CONTEXT, **event} for event in array]),
        _dump({"@context": _CONTEXT, "@graph": _write_graph(site, graph)}),
        *(_write_single(event, number) for number, event in enumerate(single)),
    ]
    scripts = "\n".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return wrap_page(site, scripts, "\n".join(_write_teaser(event) for event in events))


def wrap_page(site: Site, head: str, body: str) -> bytes:
    """A whole page around what tells the events."""
    title = html.escape(site.title)
    return (
        f'<!doctype html>\n<html lang="{site.language}"><head><meta charset="utf-8"><title>{title} – Events</title>\n'
        f'<link rel="canonical" href="{html.escape(site.url)}">\n{head}\n</head>\n<body>\n'
        f'<header><a href="/">{title}</a></header>\n<main>\n{body}\n</main>\n<footer>© {title}</footer>\n'
        "</body></html>\n"
    ).encode()


def _write_graph(site: Site, events: Sequence[Node]) -> list[Node]:
    """The page, its owner and its places, each once, then the events that refer to them."""
    places: dict[bytes, Node] = {}
    found: list[Node] = []
    for event in events:
        place = event.get("location")
        if isinstance(place, dict) and place["@type"] == "Place":
            name = f"http://{site.host}/#place-{len(places) + 1}"
            kept = places.setdefault(orjson.dumps(place), {"@id": name, **place})
            event = {**event, "location": {"@id": kept["@id"]}}
        found.append(event)
    page = {"@type": "WebPage", "@id": f"{site.url}#webpage", "name": site.title}
    owner = {"@type": "Organization", "@id": f"http://{site.host}/#organization", "name": site.title}
    return [page, owner, *places.values(), *found]


def _write_single(event: Node, number: int) -> str:
    """One event, named by an identifier in place of `@id`; some with a comma too many."""
    key = {"identifier": {"@type": "PropertyValue", "propertyID": "event", "value": event["@id"]}}
    text = _dump({"@context": _CONTEXT, **{name: part for name, part in event.items() if name != "@id"}, **key})
    return text[:-1] + ",}" if number % _CARELESS == 0 else text


def _write_teaser(event: Node) -> str:
    name = html.escape(str(event.get("name", "")), quote=False)
    return f'<article><h2><a href="{html.escape(str(event.get("url", "#")))}">{name}</a></h2></article>'


def _dump(content: Any) -> str:
    """JSON as it may stand in a script."""
    return orjson.dumps(content).decode().replace("</", "<\\/")
