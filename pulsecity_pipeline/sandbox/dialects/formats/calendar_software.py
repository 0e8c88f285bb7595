"""The calendar software there is: which properties each writes, in which order, folded how, under which header."""

from dataclasses import dataclass
from typing import Final

from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import Folding

_PLAIN: Final = ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:{name}")
_ZONED: Final = (*_PLAIN, "X-WR-TIMEZONE:{zone}")
#: Three octets a character: the 75th octet of a line of them falls inside one.
_ORNAMENT: Final = "─" * 30


@dataclass(frozen=True)
class Software:
    """A calendar software: `properties` in the order written; what is not named there it never states.

    `uid` is the shape of its ids, of {text} (26 hexadecimal characters), {number} (made of them) and {host};
    without `writes_series` it lists the days of a series one by one.
    """

    product: str
    uid: str
    properties: str
    header: tuple[str, ...] = _PLAIN
    folding: Folding = "characters"
    newline: bytes = b"\r\n"
    has_zone_definition: bool = False
    escapes_commas: bool = True
    has_entities_in_title: bool = False

    @property
    def writes_series(self) -> bool:
        return "RRULE" in self.properties


SOFTWARE: Final[dict[str, Software]] = {
    "grouped": Software(
        "-//Group Calendar Co//Group Calendar 70.1//EN",
        "{text}@group.calendar.example",
        "DTSTART DTEND RRULE RDATE EXDATE DTSTAMP UID RECURRENCE-ID X-GOOGLE-CONFERENCE CREATED DESCRIPTION "
        "LAST-MODIFIED LOCATION SEQUENCE STATUS SUMMARY TRANSP",
        (*_ZONED, f"X-WR-CALDESC:{_ORNAMENT} {{name}}"),
        folding="octets",
    ),
    "plugin": Software(
        "-//{name} - EVP6.15//NONSGML v1.0//EN",
        "{number}-{text:.8}@{host}",
        "DTSTART DTEND RRULE RDATE EXDATE DTSTAMP CREATED LAST-MODIFIED UID RECURRENCE-ID SUMMARY DESCRIPTION URL "
        "LOCATION GEO CATEGORIES ATTACH ORGANIZER X-COST STATUS",
        ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:{name}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"),
        has_zone_definition=True,
        has_entities_in_title=True,
    ),
    "campus": Software(
        "-//Campus Events//NONSGML v1.0//EN",
        "{text:.16}-{number}@{host}",
        "DTSTART DTEND LOCATION GEO SUMMARY DESCRIPTION X-ALT-DESC UID DTSTAMP URL CATEGORIES LAST-MODIFIED STATUS "
        "X-LIVEWHALE-COST X-LIVEWHALE-IMAGE X-LIVEWHALE-ONLINE-URL X-LIVEWHALE-TYPE",
        ("X-WR-CALNAME:{name} Events",),
    ),
    "meetings": Software(
        "-//Meetings//Meetings Calendar 1.0//EN",
        "event_{number}@meetings.example",
        "UID SEQUENCE DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION LOCATION URL STATUS CREATED LAST-MODIFIED CLASS",
        ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "NAME:{name}", "X-WR-CALNAME:{name}"),
        has_zone_definition=True,
    ),
    "council": Software(
        "-//Council Corporation//Council Calendar Services 0.11//EN",
        "http://uid.council.example/event/{number}",
        "SUMMARY DTSTART DTEND RRULE RDATE EXDATE RECURRENCE-ID X-COUNCIL-CUSTOMFIELD DTSTAMP DESCRIPTION CATEGORIES "
        "LOCATION UID STATUS ORGANIZER SEQUENCE",
        _ZONED,
        has_zone_definition=True,
    ),
    "stand": Software(
        "-//stand.example/1",
        "STD/{text:.24}/{number}/0/0",
        "UID DTSTART DTEND RRULE RDATE EXDATE RECURRENCE-ID URL SUMMARY DESCRIPTION CATEGORIES LOCATION CREATED "
        "DTSTAMP LAST-MODIFIED STATUS TRANSP CLASS",
        (
            "METHOD:PUBLISH",
            "X-PUBLISHED-TTL:P15M",
            "REFRESH-INTERVAL:P15M",
            "X-WR-CALNAME:{name}",
            "X-WR-TIMEZONE:{zone}",
        ),
    ),
    "listing": Software(
        "icalendar-gem",
        "tag:{host},2008:EventInstance_{number}",
        "DTSTAMP UID DTSTART DTEND CLASS CREATED CATEGORIES DESCRIPTION GEO LAST-MODIFIED LOCATION SUMMARY URL STATUS",
        folding="none",
        newline=b"\n",
        escapes_commas=False,
    ),
    "branches": Software(
        "-//Branches//Branches Calendar//EN",
        "Branches-{number}",
        "DTSTART DTEND RRULE RDATE EXDATE RECURRENCE-ID DTSTAMP SUMMARY DESCRIPTION ORGANIZER CATEGORIES LOCATION UID "
        "URL CONFERENCE STATUS",
        (*_ZONED, "X-PUBLISHED-TTL:PT15M"),
    ),
    "guide": Software(
        "-//city guide//calendar.net 4.0//EN",
        "{text:.8}-{number}",
        "CATEGORIES DESCRIPTION DTEND DTSTAMP DTSTART GEO LOCATION ORGANIZER SEQUENCE STATUS SUMMARY UID URL IMAGE",
        has_zone_definition=True,
    ),
}
