"""iCalendar as different software writes it: which properties, in which order, folded how, under which header."""

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pulsecity_pipeline.sandbox.catalog import Publisher
from pulsecity_pipeline.sandbox.entries import Entry
from pulsecity_pipeline.sandbox.habits import HABITS, Clock
from pulsecity_pipeline.sandbox.ics_values import (
    Folding,
    escape_text,
    fold_line,
    stamp_utc,
    write_date,
    write_time,
    write_weekly_rule,
    zone_lines,
)
from pulsecity_pipeline.sandbox.model import Venue, World


@dataclass(frozen=True)
class _Dialect:
    """A calendar software: `properties` in the order written; what is not named there it never states."""

    product: str
    properties: str
    header: tuple[str, ...] = ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:{name}")
    folding: Folding = "characters"
    newline: bytes = b"\r\n"
    has_zone_definition: bool = False
    escapes_commas: bool = True
    has_entities_in_title: bool = False


_NAMED_ZONE: Final = ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:{name}", "X-WR-TIMEZONE:{zone}")
#: Three octets a character: the 75th octet of a line of them falls inside one.
_ORNAMENT: Final = "─" * 30
_DIALECTS: Final[dict[str, _Dialect]] = {
    "grouped": _Dialect(
        "-//Group Calendar Co//Group Calendar 70.1//EN",
        "DTSTART DTEND RRULE EXDATE DTSTAMP UID RECURRENCE-ID CREATED DESCRIPTION LAST-MODIFIED LOCATION SEQUENCE "
        "STATUS SUMMARY TRANSP",
        (*_NAMED_ZONE, f"X-WR-CALDESC:{_ORNAMENT} {{name}}"),
        folding="octets",
    ),
    "plugin": _Dialect(
        "-//{name} - EVP6.15//NONSGML v1.0//EN",
        "DTSTART DTEND RRULE EXDATE DTSTAMP CREATED LAST-MODIFIED UID RECURRENCE-ID SUMMARY DESCRIPTION URL LOCATION "
        "CATEGORIES ATTACH STATUS",
        ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:{name}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"),
        has_zone_definition=True,
        has_entities_in_title=True,
    ),
    "campus": _Dialect(
        "-//Campus Events//NONSGML v1.0//EN",
        "DTSTART DTEND LOCATION GEO SUMMARY DESCRIPTION X-ALT-DESC UID DTSTAMP URL CATEGORIES LAST-MODIFIED STATUS "
        "X-CAMPUS-COST",
        ("X-WR-CALNAME:{name} Events",),
    ),
    "meetings": _Dialect(
        "-//Meetings//Meetings Calendar 1.0//EN",
        "UID SEQUENCE DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION LOCATION URL STATUS CREATED LAST-MODIFIED CLASS",
        ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "NAME:{name}", "X-WR-CALNAME:{name}"),
        has_zone_definition=True,
    ),
    "council": _Dialect(
        "-//Council Corporation//Council Calendar Services 0.11//EN",
        "SUMMARY DTSTART DTEND RRULE EXDATE RECURRENCE-ID X-COUNCIL-CUSTOMFIELD DTSTAMP DESCRIPTION CATEGORIES "
        "LOCATION UID STATUS ORGANIZER SEQUENCE",
        _NAMED_ZONE,
        has_zone_definition=True,
    ),
    "stand": _Dialect(
        "-//stand.example/1",
        "UID DTSTART DTEND RRULE EXDATE RECURRENCE-ID URL SUMMARY DESCRIPTION CATEGORIES LOCATION CREATED DTSTAMP "
        "LAST-MODIFIED STATUS TRANSP CLASS",
        (
            "METHOD:PUBLISH",
            "X-PUBLISHED-TTL:P15M",
            "REFRESH-INTERVAL:P15M",
            "X-WR-CALNAME:{name}",
            "X-WR-TIMEZONE:{zone}",
        ),
    ),
    "listing": _Dialect(
        "icalendar-gem",
        "DTSTAMP UID DTSTART DTEND CLASS CREATED CATEGORIES DESCRIPTION GEO LAST-MODIFIED LOCATION SUMMARY URL STATUS",
        folding="none",
        newline=b"\n",
        escapes_commas=False,
    ),
    "branches": _Dialect(
        "-//Branches//Branches Calendar//EN",
        "DTSTART DTEND RRULE EXDATE RECURRENCE-ID DTSTAMP SUMMARY DESCRIPTION ORGANIZER CATEGORIES LOCATION UID URL "
        "STATUS",
        (*_NAMED_ZONE, "X-PUBLISHED-TTL:PT15M"),
    ),
    "guide": _Dialect(
        "-//city guide//calendar.net 4.0//EN",
        "CATEGORIES DESCRIPTION DTEND DTSTAMP DTSTART GEO LOCATION ORGANIZER SEQUENCE STATUS SUMMARY UID URL",
        has_zone_definition=True,
    ),
}


def render_calendar(world: World, publisher: Publisher, entries: list[Entry]) -> bytes:
    """The whole calendar as bytes."""
    dialect, zone = _DIALECTS[publisher.dialect], world.city.timezone
    name = escape_text(publisher.title.format(city=world.city.name))
    header = [line.format(name=name, zone=zone) for line in (f"PRODID:{dialect.product}", *dialect.header)]
    if HABITS[publisher.name].clock == "floating" and not any("X-WR-TIMEZONE" in line for line in header):
        header.append(f"X-WR-TIMEZONE:{zone}")
    definition = zone_lines(zone, world.as_of.replace(month=1, day=1)) if dialect.has_zone_definition else ()
    writer = _EventWriter(world, publisher, dialect)
    events = [line for entry in entries for line in writer.lines(entry)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *header, *definition, *events, "END:VCALENDAR"]
    return dialect.newline.join(fold_line(line, dialect.folding) for line in lines) + dialect.newline


class _EventWriter:
    """Writes the lines of one VEVENT after another."""

    def __init__(self, world: World, publisher: Publisher, dialect: _Dialect) -> None:
        self.world, self.publisher, self.dialect = world, publisher, dialect
        self.zone = world.city.timezone
        self.clock: Clock = HABITS[publisher.name].clock
        self.order = dialect.properties.split()

    def lines(self, entry: Entry) -> list[str]:
        stated = {**self._times(entry), **self._texts(entry), **self._bookkeeping(entry)}
        return ["BEGIN:VEVENT", *(line for name in self.order for line in stated.get(name, ())), "END:VEVENT"]

    def _clock_of(self, entry: Entry) -> Clock:
        """Series need a zone: software that writes UTC otherwise names it there."""
        is_series = entry.rrule_until_on is not None or entry.recurrence_local is not None
        return "zone" if is_series and self.clock == "utc" else self.clock

    def _times(self, entry: Entry) -> dict[str, list[str]]:
        if entry.starts_local is None:
            return {}
        clock, found = self._clock_of(entry), dict[str, list[str]]()
        found["DTSTART"] = [self._time("DTSTART", entry.starts_local, clock, is_date=entry.is_date)]
        if entry.duration is not None:
            found["DTEND"] = [f"DURATION:{entry.duration}"]
        elif entry.ends_local is not None:
            found["DTEND"] = [self._time("DTEND", entry.ends_local, clock, is_date=entry.is_date)]
        if entry.rrule_until_on is not None:
            found["RRULE"] = [write_weekly_rule(entry.starts_local, entry.rrule_until_on, clock, self.zone)]
        found["EXDATE"] = [write_time("EXDATE", one, clock, self.zone) for one in entry.exdates_local]
        if entry.recurrence_local is not None:
            found["RECURRENCE-ID"] = [write_time("RECURRENCE-ID", entry.recurrence_local, clock, self.zone)]
        return found

    def _time(self, name: str, value: datetime, clock: Clock, *, is_date: bool) -> str:
        return write_date(name, value.date()) if is_date else write_time(name, value, clock, self.zone)

    def _texts(self, entry: Entry) -> dict[str, list[str]]:
        happening, venue = entry.happening, entry.happening.venue
        title = entry.title
        if title is not None and self.dialect.has_entities_in_title:
            title = html.escape(title, quote=False).replace("’", "&#8217;")
        cost = happening.price_text
        texts = {
            "SUMMARY": title,
            "DESCRIPTION": entry.description,
            "LOCATION": entry.location,
            "CATEGORIES": happening.category,
            "X-CAMPUS-COST": cost,
        }
        escapes = self.dialect.escapes_commas
        found = {
            name: [f"{name}:{escape_text(text, escapes_commas=escapes)}"]
            for name, text in texts.items()
            if text is not None
        }
        if entry.description is not None:
            found["X-ALT-DESC"] = [f"X-ALT-DESC;FMTTYPE=text/html:{escape_text(entry.description)}"]
        if cost is not None:
            found["X-COUNCIL-CUSTOMFIELD"] = [f'X-COUNCIL-CUSTOMFIELD;NAME="Cost";ID=21;TYPE=text:{escape_text(cost)}']
        return {**found, **_position(venue), "ORGANIZER": [f'ORGANIZER;CN="{happening.organiser.name}":invalid:nomail']}

    def _bookkeeping(self, entry: Entry) -> dict[str, list[str]]:
        changed = entry.created_on + timedelta(days=3 * entry.sequence)
        return {
            "UID": [f"UID:{entry.uid}"],
            "DTSTAMP": [f"DTSTAMP:{stamp_utc(self.world.as_of)}"],
            "CREATED": [f"CREATED:{stamp_utc(entry.created_on, 'T151203Z')}"],
            "LAST-MODIFIED": [f"LAST-MODIFIED:{stamp_utc(changed, 'T183137Z')}"],
            "SEQUENCE": [f"SEQUENCE:{entry.sequence}"],
            "STATUS": [f"STATUS:{entry.status}"],
            "URL": [f"URL:{entry.url}"],
            "ATTACH": [f"ATTACH;FMTTYPE=image/jpeg:{entry.url}/poster.jpg"],
            "TRANSP": ["TRANSP:OPAQUE"],
            "CLASS": ["CLASS:PUBLIC"],
        }


def _position(venue: Venue | None) -> dict[str, list[str]]:
    return {} if venue is None else {"GEO": [f"GEO:{venue.latitude};{venue.longitude}"]}
