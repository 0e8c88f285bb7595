"""One entry of a calendar → XML, as RFC 6321 has it and as the draft before it had it."""

import calendar
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.calendar_entries import Entry, Rule
from pulsecity_pipeline.sandbox.dialects.formats.native_words import write_category
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import write_place
from pulsecity_pipeline.sandbox.dialects.formats.stated_times import stated_zone, write_utc
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import element, escape_xml

#: A property: its name, the kind of its values, the values, and its parameters.
Writer = Callable[[str, str, list[str], Mapping[str, str]], str]
_DAY: Final = timedelta(days=1)
_STATUS: Final = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


def write_rfc6321(name: str, kind: str, values: list[str], parameters: Mapping[str, str]) -> str:
    """Values in elements named by their kind, parameters in one of their own."""
    stated = "".join(f"<{key}><text>{escape_xml(value)}</text></{key}>" for key, value in parameters.items())
    inner = (f"<parameters>{stated}</parameters>" if stated else "") + "".join(element(kind, text) for text in values)
    return f"<{name}>{inner}</{name}>" if values else ""


def write_draft(name: str, kind: str, values: list[str], parameters: Mapping[str, str]) -> str:
    """Values as text, parameters as attributes, several values in items."""
    stated = {"value": "DATE", **parameters} if kind == "date" else dict(parameters)
    if name == "categories":
        return f"<categories>{''.join(element('item', text) for text in values)}</categories>" if values else ""
    return "".join(element(name, text, **stated) for text in values)


def write_entry(entry: Entry, uid: str, write: Writer) -> str:
    """The whole vevent."""
    status = _STATUS.get(entry["status"], "CONFIRMED")
    word = write_category(entry["category"], entry["subcategory"])
    words = list(dict.fromkeys(one for one in (word, *(entry["tags"] or ())) if one))
    price = f"Admission: {entry['price_text']}" if entry["price_text"] else None
    told = "\n\n".join(text for text in (entry["description"], price) if text)
    parts = [
        write("uid", "text", [uid], {}),
        write("dtstamp", "date-time", _list(write_stamp(entry["updated_at"])), {}),
        _time("dtstart", entry, entry["starts_local"], write),
        _time("dtend", entry, entry["ends_local"], write, is_end=True),
        _rule(entry, write),
        *_left_out(entry, write),
        _time("recurrence-id", entry, entry.get("recurrence_local"), write),
        write("summary", "text", _list(entry["title"]), {}),
        write("description", "text", _list(told), {}),
        write("location", "text", _list(write_place(entry)), {}),
        _geo(entry, write),
        write("categories", "text", words, {}),
        write("organizer", "cal-address", ["invalid:nomail"], {"cn": entry["organizer"]}) if entry["organizer"] else "",
        write("url", "uri", _list(entry["url"]), {}),
        write("status", "text", [status], {}),
        write("sequence", "integer", [str(entry["revision"] or 0)], {}),
        write("last-modified", "date-time", _list(write_stamp(entry["updated_at"])), {}),
    ]
    inner = "".join(part for part in parts if part)
    return (
        f"<vevent><properties>{inner}</properties></vevent>" if write is write_rfc6321 else f"<vevent>{inner}</vevent>"
    )


def write_stamp(moment: datetime | None) -> str | None:
    """`2026-09-21T11:30:00Z`."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _time(name: str, entry: Entry, value: datetime | None, write: Writer, *, is_end: bool = False) -> str:
    if value is None:
        return ""
    if entry["is_date"]:
        day = value.date() + _DAY if is_end and value.time() != time() else value.date()
        return write(name, "date", [day.isoformat()], {})
    return write(name, "date-time", [value.isoformat(timespec="seconds")], {"tzid": stated_zone(entry)})


def _rule(entry: Entry, write: Writer) -> str:
    rule: Rule | None = entry.get("rule")
    if rule is None or not rule.is_weekly:
        return ""
    until = rule.last.date().isoformat() if entry["is_date"] else write_utc({**entry, "until": rule.last}, "until")
    day = calendar.day_abbr[rule.first.weekday()][:2].upper()
    if write is write_draft:
        return element("rrule", f"FREQ=WEEKLY;UNTIL={(until or '').replace('-', '').replace(':', '')};BYDAY={day}")
    return f"<rrule><recur><freq>WEEKLY</freq>{element('until', until)}<byday>{day}</byday></recur></rrule>"


def _left_out(entry: Entry, write: Writer) -> list[str]:
    rule: Rule | None = entry.get("rule")
    if rule is None:
        return []
    name, days = ("exdate", rule.left_out) if rule.is_weekly else ("rdate", rule.others)
    return [_time(name, entry, day, write) for day in days]


def _geo(entry: Entry, write: Writer) -> str:
    if entry["latitude"] is None or entry["longitude"] is None:
        return ""
    point = (f"{entry['latitude']:.6f}", f"{entry['longitude']:.6f}")
    if write is write_draft:
        return element("geo", ";".join(point))
    return f"<geo>{element('latitude', point[0])}{element('longitude', point[1])}</geo>"


def _list(text: Any) -> list[str]:
    return [text] if text else []
