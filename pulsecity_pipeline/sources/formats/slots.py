"""Rows that state all their dates: one slot is the row's time, several become the row and its expansions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from pulsecity_pipeline.sources.formats.json_values import pick
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.protocol import ReadResult, Record, Window

Slot = dict[str, Any]
#: More dates than this of one row are left out, and counted.
MOST_SLOTS = 800


def read_slots(value: Any, zone: str | None) -> list[Slot]:
    """The slots of `start_end;start_end`, or of a list (or its JSON text) of {begin, end}, by start, each once.

    A slot that is none costs only itself.
    """
    found: dict[datetime, Slot] = {}
    for begin, end in _list_pairs(value):
        try:
            start = state_start(read_moment(begin, zone))
        except RecordError:
            continue
        if start:
            found.setdefault(start["start_wall"], {**start, **read_end(end, zone)})
    return [found[at] for at in sorted(found)]


def window_records(records: list[Record], column: str | None) -> list[Record]:
    """Records whose `column` is filled have occurrences that depend on the window."""
    if column is None:
        return records
    blank: tuple[Any, ...] = (None, "", [])
    empty = [orjson.dumps({column: value})[1:-1] for value in blank]
    name = orjson.dumps(column) + b":"
    return [
        replace(record, is_windowed=name in record.payload and not any(none in record.payload for none in empty))
        for record in records
    ]


def spread_slots(result: ReadResult, window: Window) -> ReadResult:
    """Rows with several `slots` get the first in the window (the first of all where none is) and one expansion for
    each other; ids are `<id>#<YYYYMMDDTHHMMSS>`, as of calendars.
    """
    for number, row in enumerate(result.rows):
        slots = row.pop("slots", None)
        if not slots or len(slots) == 1:
            continue
        uid = row["source_event_id"]
        inside = [slot for slot in slots if window.first_on <= slot["start_wall"].date() <= window.last_on]
        if len(inside) > MOST_SLOTS:
            result.unread["slots!capped"] += 1
        first, *others = inside[:MOST_SLOTS] or slots[:1]
        for name in ("end_wall", "end_zone", "end_is_date"):
            row.pop(name, None)
        row |= {**first, "source_event_id": _name(uid, first), "series_uid": uid}
        result.expansions += [(number, _name(uid, slot), slot["start_wall"], slot.get("end_wall")) for slot in others]
    return result


def _name(uid: str, slot: Slot) -> str:
    return f"{uid}#{slot['start_wall']:%Y%m%d}" + ("" if slot["start_is_date"] else f"T{slot['start_wall']:%H%M%S}")


def _list_pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return _list_pairs(orjson.loads(value))
        except ValueError:
            return []
    if isinstance(value, list):
        return [(pick(slot, "begin") or pick(slot, "start"), pick(slot, "end")) for slot in value]
    if not isinstance(value, str):
        return []
    return [(begin, end) for begin, _, end in (part.partition("_") for part in value.split(";"))]
