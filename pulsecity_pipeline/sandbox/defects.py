"""Mistakes planted on purpose: entries without a start or title, impossible durations, repeats, and broken pages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pulsecity_pipeline.sandbox.catalog import Publisher
from pulsecity_pipeline.sandbox.entries import Entry
from pulsecity_pipeline.sandbox.habits import Defect, Habits
from pulsecity_pipeline.sandbox.uids import mint_uid

_HTML_PAGE = (
    "<!doctype html>\n<html><head><title>We’ll be right back</title></head>\n"
    "<body><h1>Scheduled maintenance</h1><p>Please try again later.</p></body></html>\n"
)
_SPOILING: Final[dict[Defect, Callable[[Entry], Entry]]] = {
    "no_start": lambda entry: replace(entry, starts_local=None, ends_local=None, duration=None),
    "no_title": lambda entry: replace(entry, title=None),
    "wrong_duration": lambda entry: replace(entry, ends_local=None, duration="P15M"),
}


def plant_defects(entries: list[Entry], habits: Habits, publisher: Publisher, city_id: str) -> list[Entry]:
    """The entries with the habits' defects: spoilt in place, repeats at the end.

    Only entries that stand for a single happening are touched, and none twice; which ones hangs on their ids.
    """
    plain = [number for number, entry in enumerate(entries) if _is_plain(entry)]
    victims = iter(sorted(plain, key=lambda number: entries[number].happening.happening_id))
    spoilt, repeats = list(entries), list[Entry]()
    for defect, count in habits.defects:
        for _, number in zip(range(count), victims, strict=False):
            if defect in _SPOILING:
                spoilt[number] = _SPOILING[defect](entries[number])
            else:
                repeats.append(_repeat(entries[number], defect, publisher, city_id))
    return spoilt + repeats


def _is_plain(entry: Entry) -> bool:
    is_series = entry.rrule_until_on is not None or entry.recurrence_local is not None
    return not is_series and entry.happening.weekly is None and not entry.happening.all_day


def _repeat(entry: Entry, defect: Defect, publisher: Publisher, city_id: str) -> Entry:
    if defect == "repeat":
        return entry
    return replace(
        entry, uid=mint_uid(publisher, city_id, entry.happening.happening_id, entry.occurrence_local, copy=1)
    )


def break_page(publisher: Publisher, body: bytes) -> tuple[int, str, bytes]:
    """Status, content type and body as served, given the body that a working publisher would serve."""
    if publisher.fault == "dead":
        return 500, "text/plain; charset=utf-8", b"Internal Server Error\n"
    if publisher.fault == "gone":
        return 404, "text/plain; charset=utf-8", b"Not Found\n"
    if publisher.fault == "html":
        return 200, "text/html; charset=utf-8", _HTML_PAGE.encode()
    if publisher.fault == "empty":
        return 200, publisher.content_type, b""
    if publisher.fault == "truncated":
        return 200, publisher.content_type, _truncate(body)
    return 200, publisher.content_type, body


def _truncate(body: bytes) -> bytes:
    """The body cut in the middle of its last entry."""
    begins = body.rindex(b"BEGIN:VEVENT")
    return body[: begins + (body.rindex(b"END:VEVENT") - begins) // 2]
