"""One event of schema.org → HTML that carries it in attributes (microdata)."""

import html
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.schema_nodes import Node

_SCHEMA: Final = "https://schema.org/"
_TIMES, _LINKS = ("startDate", "endDate", "doorTime"), ("eventStatus", "eventAttendanceMode")


def write_microdata(event: Node) -> str:
    """The event as an article; its `@id` is an identifier in a meta element."""
    stated = {("identifier" if name == "@id" else name): value for name, value in event.items() if name != "@type"}
    url = html.escape(stated.pop("url", "#"))
    head = f'<a itemprop="url" href="{url}"><h2 itemprop="name">{_text(stated.pop("name", ""))}</h2></a>'
    return "\n".join([f"<article {_scope(event['@type'])}>", head, *_write_parts(stated), "</article>"])


def _write_parts(stated: Mapping[str, Any]) -> Iterator[str]:
    for name, value in stated.items():
        for part in value if isinstance(value, list) else [value]:
            yield _write_part(name, part)


def _write_part(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = "".join(_write_parts({key: part for key, part in value.items() if key != "@type"}))
        return f'<div itemprop="{name}" {_scope(value["@type"])}>{inner}</div>'
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name in _TIMES:
        return f'<time itemprop="{name}" datetime="{html.escape(text)}">{_text(text.replace("T", " "))}</time>'
    if name in (*_LINKS, "availability", "url"):
        return f'<link itemprop="{name}" href="{html.escape(text)}">'
    if name == "image":
        return f'<img itemprop="image" src="{html.escape(text)}" alt="">'
    if name in ("name", "description", "streetAddress", "addressLocality"):
        return f'<span itemprop="{name}">{_text(text)}</span>'
    return f'<meta itemprop="{name}" content="{html.escape(text)}">'


def _scope(kind: str) -> str:
    return f'itemscope itemtype="{_SCHEMA}{kind}"'


def _text(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")
