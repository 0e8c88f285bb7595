"""Spoiling answers: what a fault makes of a sound one."""

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any, Final

from pulsecity_pipeline.sandbox.serving.faults import Kind
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Site
from pulsecity_pipeline.sandbox.serving.refusals import not_found, server_error

_HTML: Final = "text/html; charset=utf-8"
_MAINTENANCE: Final = (
    "<!doctype html>\n<html><head><title>We’ll be right back</title></head>\n"
    "<body><h1>Scheduled maintenance</h1><p>Please try again later.</p></body></html>\n"
)
_CHALLENGE: Final = (
    "<!doctype html>\n<html><head><title>Just a moment...</title></head>\n"
    "<body><p>Checking that you are human.</p></body></html>\n"
)
#: What a record of a text format begins with.
_RECORD_MARKS: Final = (
    b"BEGIN:VEVENT",
    b"<vevent",
    b"<item",
    b"<entry",
    b"<article",
    b'<div class="card gz-events-card',
    b'<div class="em-event',
)
#: Fields that no reader may depend on, in the order they are looked for.
_OPTIONAL: Final = ("description", "info", "summary", "excerpt", "image", "images", "url", "EventComment", "lead_text")


def break_for_good(site: Site, reply: Reply) -> Reply:
    """The answer of a site, with what is broken about the site for good."""
    if site.fault == "dead":
        return server_error()
    if site.fault == "gone":
        return not_found()
    if site.fault == "html":
        return Reply(_MAINTENANCE.encode(), _HTML)
    if site.fault == "empty":
        return replace(reply, body=b"")
    return replace(reply, body=truncate(reply.body)) if site.fault == "truncated" else reply


def spoil(reply: Reply, kinds: Collection[Kind]) -> Reply:
    """The answer with the faults that change what is said; others change how it is delivered."""
    for kind, change in _CHANGES.items():
        if kind in kinds:
            reply = change(reply)
    return reply


def truncate(body: bytes) -> bytes:
    """The body without its end, from the middle of its last record on."""
    begin = max(body.rfind(mark) for mark in _RECORD_MARKS)
    if begin < 0:
        return body[: max(len(body) - 200, len(body) // 2)]
    end = body.find(b"END:VEVENT", begin) if body.startswith(b"B", begin) else len(body)
    return body[: begin + (end - begin) // 2]


def _with_body(change: Callable[[bytes], bytes]) -> Callable[[Reply], Reply]:
    return lambda reply: replace(reply, body=change(reply.body))


def _garble(body: bytes) -> bytes:
    """Windows-1252, whatever is claimed: what has no place in it becomes a question mark."""
    return body.decode("utf-8", "replace").encode("cp1252", "replace")


def _unbalance(body: bytes) -> bytes:
    return body.rstrip()[:-1] + b",,"


def _drift_text(body: bytes) -> bytes:
    body = re.sub(rb"(\r?\n)END:VEVENT", rb"\1X-SCHEMA-REVISION:2\1END:VEVENT", body)
    return re.sub(rb"</(item|entry)>", rb"<x-schema-revision>2</x-schema-revision></\1>", body)


def _rename_text(body: bytes) -> bytes:
    body = re.sub(rb"(\r?\n)DESCRIPTION:", rb"\1X-DESCRIPTION:", body)
    return re.sub(rb"<(/?)description>", rb"<\1synopsis>", body)


def _drift_records(records: Iterable[dict[str, Any]]) -> None:
    for record in records:
        record["schemaRevision"] = 2


def _rename_records(records: Iterable[dict[str, Any]]) -> None:
    for record in records:
        name = next((name for name in _OPTIONAL if name in record), None)
        if name is not None:
            record[f"{name}V2"] = record.pop(name)


def _is_json(reply: Reply) -> bool:
    """By the body: raw hosts and careless ones send it as plain text."""
    return reply.body.lstrip()[:1] in (b"{", b"[")


def _changing(
    text: Callable[[bytes], bytes], records: Callable[[Iterable[dict[str, Any]]], None]
) -> Callable[[Reply], Reply]:
    """A change of every record: of JSON by its longest list of objects, of the other formats in their text."""

    def change(reply: Reply) -> Reply:
        if not _is_json(reply):
            return replace(reply, body=text(reply.body))
        document = json.loads(reply.body)
        lists = [*_object_lists(document)]
        longest: list[dict[str, Any]] = max(lists, key=len) if lists else []
        records(longest)
        return replace(reply, body=json.dumps(document, ensure_ascii=False).encode())

    return change


def _object_lists(value: Any) -> Iterable[list[dict[str, Any]]]:
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _object_lists(one)


#: In the order they are made where several meet.
_CHANGES: Final[dict[Kind, Callable[[Reply], Reply]]] = {
    "500": lambda _: server_error(),
    "503": lambda _: server_error(503),
    "html": lambda _: Reply(_CHALLENGE.encode(), _HTML, 403, {"cf-mitigated": "challenge"}),
    "drift": _changing(_drift_text, _drift_records),
    "renamed": _changing(_rename_text, _rename_records),
    "garbled": _with_body(_garble),
    "truncated": _with_body(truncate),
    "bad_json": lambda reply: replace(reply, body=_unbalance(reply.body)) if _is_json(reply) else reply,
    "empty": _with_body(lambda _: b""),
    "wrong_type": lambda reply: replace(reply, content_type="application/octet-stream"),
}
