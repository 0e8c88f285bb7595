"""One entry → the lines of its VEVENT, as a software writes it."""

import html
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from pulsecity_pipeline.sandbox.chance import key_of
from pulsecity_pipeline.sandbox.dialects.formats.calendar_entries import Entry, Rule
from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import (
    Clock,
    escape_text,
    write_date,
    write_moment,
    write_time,
    write_weekly_rule,
)
from pulsecity_pipeline.sandbox.dialects.formats.calendar_properties import PROPERTIES, as_html
from pulsecity_pipeline.sandbox.dialects.formats.calendar_publishers import Hand
from pulsecity_pipeline.sandbox.dialects.formats.calendar_software import Software
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import write_place

_DAY: Final = timedelta(days=1)
_PRICES: Final = {
    "X-COST": "X-COST",
    "X-LIVEWHALE-COST": "X-LIVEWHALE-COST",
    "X-COUNCIL-CUSTOMFIELD": 'X-COUNCIL-CUSTOMFIELD;NAME="Cost";ID=21;TYPE=text',
}


def uid_of(software: Software, text: str, host: str) -> str:
    """An id in the software's shape, of a listing's native id."""
    return software.uid.format(text=text, number=int(key_of(text)) % 10**12, host=host)


class EventWriter:
    """Writes the lines of one VEVENT after another."""

    def __init__(self, software: Software, hand: Hand, host: str, zone: str, exported_at: datetime) -> None:
        """`zone` is the feed's own, `exported_at` what DTSTAMP says."""
        self._software, self._hand, self._host, self._zone = software, hand, host, zone
        self._order = software.properties.split()
        self._stamp = f"DTSTAMP:{write_moment(exported_at)}"
        self._writers: dict[str, Callable[[Entry], str | list[str] | None]] = {
            **PROPERTIES,
            "DTSTART": self._start,
            "DTEND": self._end,
            "RRULE": self._rule,
            "RDATE": lambda entry: self._dates("RDATE", entry),
            "EXDATE": lambda entry: self._dates("EXDATE", entry),
            "RECURRENCE-ID": lambda entry: self._time(entry, "RECURRENCE-ID", entry.get("recurrence_local")),
            "DTSTAMP": lambda _: self._stamp,
            "UID": lambda entry: f"UID:{self._uid(entry)}",
            "SUMMARY": lambda entry: self._text("SUMMARY", self._title(entry)),
            "DESCRIPTION": lambda entry: self._text("DESCRIPTION", self._description(entry)),
            "X-ALT-DESC": lambda entry: self._text("X-ALT-DESC;FMTTYPE=text/html", as_html(entry["description"])),
            "LOCATION": lambda entry: self._text("LOCATION", self._place(entry)),
            **{name: self._price(head) for name, head in _PRICES.items()},
        }

    def lines(self, entry: Entry) -> list[str]:
        """The unfolded lines, from BEGIN to END."""
        found = ["BEGIN:VEVENT"]
        for name in self._order:
            line = self._writers[name](entry)
            if isinstance(line, str):
                found.append(line)
            elif line:
                found += line
        found.append("END:VEVENT")
        return found

    def _uid(self, entry: Entry) -> str:
        uid = uid_of(self._software, entry["uid_text"], self._host)
        return f"copy-{uid}" if entry.get("is_copy") else uid

    def _clock(self, entry: Entry) -> Clock:
        """Series need a zone: software that writes UTC otherwise names it there."""
        is_series = "rule" in entry or "recurrence_local" in entry
        return "zone" if is_series and self._hand.clock == "utc" else self._hand.clock

    def _time(self, entry: Entry, name: str, value: datetime | None, *, is_end: bool = False) -> str | None:
        if value is None:
            return None
        if entry["is_date"]:
            is_within = is_end and value.time() != time()
            return write_date(name, value.date() + _DAY if is_within else value.date())
        return write_time(name, value, self._clock(entry), entry["stated_timezone"] or entry["timezone"])

    def _start(self, entry: Entry) -> str | None:
        return None if entry["mistake"] == "no_start" else self._time(entry, "DTSTART", entry["starts_local"])

    def _end(self, entry: Entry) -> str | None:
        if entry["mistake"] == "wrong_duration":
            return "DURATION:P15M"
        if entry["ends_local"] is None or entry["mistake"] == "no_start":
            return None
        if entry["duration_share"] < self._hand.duration_share and not entry["is_date"]:
            minutes = (entry["ends_local"] - entry["starts_local"]) // timedelta(minutes=1)
            return f"DURATION:PT{minutes}M"
        return self._time(entry, "DTEND", entry["ends_local"], is_end=True)

    def _rule(self, entry: Entry) -> str | None:
        rule: Rule | None = entry.get("rule")
        if rule is None or not rule.is_weekly:
            return None
        zone = entry["stated_timezone"] or entry["timezone"]
        return write_weekly_rule(rule.first, rule.last, self._clock(entry), zone, is_date=entry["is_date"])

    def _dates(self, name: str, entry: Entry) -> list[str]:
        """Days that no weekly rule holds, or that a weekly rule leaves out."""
        rule: Rule | None = entry.get("rule")
        if rule is None or rule.is_weekly != (name == "EXDATE"):
            return []
        days = rule.left_out if rule.is_weekly else rule.others
        return [line for day in days if (line := self._time(entry, name, day))]

    def _text(self, name: str, text: str | None) -> str | None:
        return None if text is None else f"{name}:{escape_text(text, escapes_commas=self._software.escapes_commas)}"

    def _title(self, entry: Entry) -> str | None:
        title: str | None = None if entry["mistake"] == "no_title" else entry["title"]
        if title is None or not self._software.has_entities_in_title:
            return title
        return html.escape(title, quote=False).replace("’", "&#8217;")

    def _description(self, entry: Entry) -> str | None:
        """With the price in its words, where the software has no field for it."""
        price = None if "COST" in self._software.properties else entry["price_text"]
        told = [text for text in (entry["description"], price and f"Admission: {price}") if text]
        return "\n\n".join(told) or None

    def _place(self, entry: Entry) -> str | None:
        return write_place(entry, has_country=self._software.has_entities_in_title)

    def _price(self, head: str) -> Callable[[Entry], str | None]:
        return lambda entry: self._text(head, entry["price_text"])
