"""Cutting an iCalendar body into its VEVENT blocks, with what all of them share and what had to be left."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pulsecity_pipeline.sources.formats.excerpts import excerpt_event
from pulsecity_pipeline.sources.formats.fingerprints import fingerprint_event
from pulsecity_pipeline.sources.formats.ics_lines import cut_line, unfold
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.text_bytes import decode_text
from pulsecity_pipeline.sources.protocol import Fault, Record, Split

_FENCE = re.compile(rb"^[ \t]*(BEGIN|END)[ \t]*:[ \t]*(V[A-Z]+)[ \t]*$", re.M | re.I)
_UID = re.compile(rb"^UID[;:][^\n]*", re.M | re.I)
_RECURS = re.compile(rb"^(?:RRULE|RDATE)[;:]", re.M | re.I)
_CONTEXT_NAMES = {"X-WR-TIMEZONE": "zone", "X-WR-CALNAME": "name", "PRODID": "producer", "METHOD": "method"}


class _Span(NamedTuple):
    """One VEVENT: where it begins, where it ends, and whether its own END line closes it."""

    begin: int
    end: int
    whole: bool


class _Outline(NamedTuple):
    """Where the events, the time zones and the calendars of a body lie."""

    events: list[_Span]
    zones: list[_Span]
    opened: int
    closed: int
    stray_ends: int


def split_calendar(body: bytes) -> Split:
    """Body → records `vevent/<n>` of unfolded bytes; never raises.

    Context: `zone`, `name`, `producer`, `method` (each None where the calendar does not say, zone also where several
    calendars in one body disagree) and `timezones`, the VTIMEZONE blocks by TZID.
    Faults: `empty_body`, `not_a_calendar`, `missing_calendar_end`, `missing_calendar_begin`, `stray_end` of the page;
    `truncated_record` of a VEVENT without its end.
    """
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = body.decode("utf-16", "replace").encode()
    lines = unfold(body)
    outline = _outline(lines)
    if not outline.opened and not outline.events:
        return Split(records=[], faults=[fault_foreign_body(body, "calendar")])
    context = _read_context(lines, outline)
    shared = (context["zone"] or "").encode()
    records, faults = [], _page_faults(outline)
    for number, span in enumerate(outline.events):
        pointer, payload = f"vevent/{number}", lines[span.begin : span.end]
        if span.whole:
            fingerprint, recurs = fingerprint_event(payload, shared), _RECURS.search(payload) is not None
            records.append(Record(pointer, payload, fingerprint, _read_key(payload), recurs))
        else:
            faults.append(_truncated(pointer, payload))
    return Split(records, faults, context)


def _outline(lines: bytes) -> _Outline:
    """One pass over the BEGIN and END lines; an event also ends, cut off, where another begins or the calendar ends."""
    events: list[_Span] = []
    zones: list[_Span] = []
    began: int | None = None
    zone_began: int | None = None
    opened = closed = stray = 0
    for fence in _FENCE.finditer(lines):
        begins, name = fence[1][0] in b"Bb", fence[2].upper()
        if name not in (b"VEVENT", b"VCALENDAR"):
            if name == b"VTIMEZONE":
                zones += [] if begins or zone_began is None else [_Span(zone_began, fence.end(), True)]
                zone_began = fence.start() if begins else None
            continue
        closes = name == b"VEVENT" and not begins
        if began is not None:
            events.append(_Span(began, fence.end() if closes else fence.start(), closes))
        else:
            stray += closes
        began = fence.start() if name == b"VEVENT" and begins else None
        opened += name == b"VCALENDAR" and begins
        closed += name == b"VCALENDAR" and not begins
    if began is not None:
        events.append(_Span(began, len(lines), False))
    return _Outline(events, zones, opened, closed, stray)


def _read_key(payload: bytes) -> str:
    """The UID; none where there is none, or several (an alarm may have its own), or one with parameters."""
    lines = _UID.findall(payload)
    return decode_text(lines[0][4:]).strip() if len(lines) == 1 and lines[0][3:4] == b":" else ""


def _page_faults(outline: _Outline) -> list[Fault]:
    faults = []
    if not outline.opened:
        faults.append(fault_page("missing_calendar_begin", "entries without BEGIN:VCALENDAR"))
    if outline.closed < outline.opened:
        faults.append(fault_page("missing_calendar_end", "no END:VCALENDAR: the calendar was cut off"))
    if outline.stray_ends:
        faults.append(fault_page("stray_end", f"{outline.stray_ends} END:VEVENT without a beginning"))
    return faults


def _truncated(pointer: str, payload: bytes) -> Fault:
    return Fault(pointer, "split", "truncated_record", "entry without END:VEVENT", payload=excerpt_event(payload))


def _read_context(lines: bytes, outline: _Outline) -> dict[str, Any]:
    found: dict[str, list[str]] = {name: [] for name in _CONTEXT_NAMES.values()}
    for line in _lines_outside(lines, outline.events):
        cut = cut_line(line)
        if cut and cut[0] in _CONTEXT_NAMES and (value := cut[1].value.strip()):
            found[_CONTEXT_NAMES[cut[0]]].append(value)
    context: dict[str, Any] = {name: values[0] if values else None for name, values in found.items()}
    if len(set(found["zone"])) > 1:
        context["zone"] = None
    context["timezones"] = dict(_zone_blocks(lines, outline.zones))
    return context


def _lines_outside(lines: bytes, spans: list[_Span]) -> Iterator[str]:
    """The lines that lie in no event: calendar properties may stand before, between and after."""
    position = 0
    for begin, end, _ in [*spans, _Span(len(lines), len(lines), True)]:
        if end > position and (between := lines[position:begin].strip()):
            yield from decode_text(between).split("\n")
        position = end


def _zone_blocks(lines: bytes, zones: list[_Span]) -> Iterator[tuple[str, str]]:
    for span in zones:
        block = decode_text(lines[span.begin : span.end])
        for line in block.split("\n"):
            cut = cut_line(line)
            if cut and cut[0] == "TZID":
                yield cut[1].value.strip(), block
                break
