"""One VEVENT block → one typed entry; a bad optional property costs itself, a bad mandatory one the entry."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.formats.excerpts import excerpt_event
from pulsecity_pipeline.sources.formats.ics_lines import Property, cut_line
from pulsecity_pipeline.sources.formats.ics_optional import OPTIONAL_NAMES, Properties, read_optional, read_text
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp, move_wall, read_duration, read_stamp
from pulsecity_pipeline.sources.formats.text_bytes import decode_text
from pulsecity_pipeline.sources.protocol import Fault, Record

RECURRENCE_NAMES = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_READ_NAMES = OPTIONAL_NAMES | {"UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "CLASS", *RECURRENCE_NAMES}
_DAY = timedelta(days=1)
_AFTER_EPOCH = datetime(1970, 1, 3)  # noqa: DTZ001 (a wall clock)


class EntryError(ValueError):
    """Why an entry cannot become a row: rule, field, reason."""

    def __init__(self, rule: str, field_name: str | None, reason: str) -> None:
        super().__init__(reason)
        self.rule, self.field, self.reason = rule, field_name, reason

    def of(self, record: Record) -> Fault:
        """The fault of `record`; a private entry's text is not kept."""
        payload = None if self.rule == "not_public" else excerpt_event(record.payload)
        return Fault(record.pointer, "read", self.rule, self.reason, self.field, payload)


@dataclass(slots=True)
class Entry:
    """A typed VEVENT: its row but for the identity, and what decides the identity."""

    number: int
    record: Record
    uid: str
    start: Stamp
    row: dict[str, Any]
    #: RECURRENCE-ID: the occurrence this entry overrides.
    original: Stamp | None = None
    #: RRULE, RDATE and EXDATE as written.
    recurrence: dict[str, list[Property]] = field(default_factory=dict)

    @property
    def is_master(self) -> bool:
        return self.original is None and ("RRULE" in self.recurrence or "RDATE" in self.recurrence)


def read_properties(record: Record, unread: Counter[str]) -> Properties:
    """Name → content lines of the properties that are read; the others are counted, nested components skipped."""
    found: Properties = {}
    depth = 0
    for line in decode_text(record.payload).split("\n"):
        name, _, value = line.partition(":")
        if depth == 1 and name in _READ_NAMES:
            found.setdefault(name, []).append(Property("", value))
            continue
        if not line:
            continue
        cut = cut_line(line)
        if cut is None:
            unread["(malformed line)"] += 1
        elif cut[0] in ("BEGIN", "END"):
            depth += 1 if cut[0] == "BEGIN" else -1
        elif depth == 1:
            if cut[0] in _READ_NAMES:
                found.setdefault(cut[0], []).append(cut[1])
            else:
                unread[cut[0]] += 1
    return found


def read_entry(number: int, record: Record, feed_zone: str | None, unread: Counter[str]) -> Entry:
    """The entry of the record. Raises EntryError: not_public, missing_start, invalid_start, missing_title."""
    properties = read_properties(record, unread)
    access = properties["CLASS"][0].value.strip().upper() if "CLASS" in properties else "PUBLIC"
    if access in ("PRIVATE", "CONFIDENTIAL"):
        raise EntryError("not_public", "CLASS", f"entry is marked {access}")
    start = _read_start(properties)
    title = read_text(properties["SUMMARY"][0]) if "SUMMARY" in properties else None
    if title is None:
        raise EntryError("missing_title", "SUMMARY", "no SUMMARY, or a blank one")
    row = {
        "pointer": record.pointer,
        "fingerprint": record.fingerprint,
        "title": title,
        "start_wall": start.wall,
        "start_zone": start.zone,
        "start_is_date": start.is_date,
        "feed_zone": feed_zone,
        **read_optional(properties, unread),
    }
    if (end := _read_end(properties, start, unread)) is not None:
        row |= {"end_wall": end.wall, "end_zone": end.zone, "end_is_date": end.is_date}
    entry = Entry(number, record, _read_uid(properties, title, start, row.get("location"), unread), start, row)
    if "RECURRENCE-ID" in properties:
        entry.original = _read_original(properties["RECURRENCE-ID"][0], start, unread)
    entry.recurrence = {name: properties[name] for name in ("RRULE", "RDATE", "EXDATE") if name in properties}
    return entry


def _read_start(properties: Properties) -> Stamp:
    if "DTSTART" not in properties:
        raise EntryError("missing_start", "DTSTART", "no DTSTART")
    written = properties["DTSTART"][0]
    try:
        return read_stamp(written)
    except ValueError as error:
        raise EntryError("invalid_start", "DTSTART", f"{written.value[:60]!r}: {error}") from error


def _read_uid(properties: Properties, title: str, start: Stamp, place: str | None, unread: Counter[str]) -> str:
    """Their UID, or where there is none a key made of what the entry is: title, start and place."""
    uid = properties["UID"][0].value.strip() if "UID" in properties else ""
    if uid:
        return uid
    unread["UID!missing"] += 1
    return hash_id("key", title, start.wall.isoformat(), start.zone or "", place or "")


def _read_original(written: Property, start: Stamp, unread: Counter[str]) -> Stamp:
    """RECURRENCE-ID; the entry's own start where it is unreadable or, as Google sends at times, the epoch."""
    if "THISANDFUTURE" in written.parameters.upper():
        unread["RECURRENCE-ID;RANGE=THISANDFUTURE"] += 1
    try:
        original = read_stamp(written)
    except ValueError:
        original = None
    if original is None or original.wall < _AFTER_EPOCH:
        unread["RECURRENCE-ID!invalid"] += 1
        return start
    return original


def _read_end(properties: Properties, start: Stamp, unread: Counter[str]) -> Stamp | None:
    """The end as our columns mean it: for dates the last day, inclusive; None where it is missing or makes no sense."""
    name = "DTEND" if "DTEND" in properties else "DURATION"
    if name not in properties:
        return None
    try:
        end = _read_dtend(properties, start) if name == "DTEND" else _add_duration(properties, start, unread)
    except (ValueError, OverflowError):
        unread[f"{name}!invalid"] += 1
        return None
    if _is_before(end, start):
        unread[f"{name}!before_start"] += 1
        return None
    return end


def _read_dtend(properties: Properties, start: Stamp) -> Stamp:
    end = read_stamp(properties["DTEND"][0])
    if not end.is_date:
        return end
    # RFC 5545 3.6.1: a DATE end is exclusive; exporters that repeat the start mean that one day.
    return end if start.is_date and end.wall == start.wall else end._replace(wall=end.wall - _DAY)


def _add_duration(properties: Properties, start: Stamp, unread: Counter[str]) -> Stamp:
    duration, repaired = read_duration(properties["DURATION"][0].value)
    if repaired:
        unread["DURATION!repaired"] += 1
    if not start.is_date:
        return start._replace(wall=start.wall + duration)
    days = max(duration.days - 1, 0) if duration >= timedelta(0) else duration.days
    return start._replace(wall=start.wall + timedelta(days=days))


def _is_before(end: Stamp, start: Stamp) -> bool:
    if end.is_date or start.is_date:
        return end.wall.date() < start.wall.date()
    return move_wall(end, start.zone) < start.wall


def find_hidden(record: Record) -> tuple[str, Stamp] | None:
    """(UID, RECURRENCE-ID) of an override that must not be shown; None where the record is no override."""
    properties = read_properties(record, Counter())
    if "UID" not in properties or "RECURRENCE-ID" not in properties:
        return None
    try:
        return properties["UID"][0].value.strip(), read_stamp(properties["RECURRENCE-ID"][0])
    except ValueError:
        return None
