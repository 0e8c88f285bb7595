"""Properties of a VEVENT that every software writes alike: addresses, words, points and bookkeeping."""

import html
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.calendar_entries import Entry
from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import escape_text, quote_parameter, write_moment
from pulsecity_pipeline.sandbox.dialects.formats.native_words import write_category

#: A listing's state in the words of iCalendar; it has none for what is put off.
_STATUS: Final = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


def as_html(text: str | None) -> str | None:
    """Paragraphs of a plain text in HTML."""
    if text is None:
        return None
    inner = "</p><p>".join(html.escape(part, quote=False) for part in text.split("\n\n"))
    return f"<p>{inner}</p>"


def _link(head: str, column: str) -> Callable[[Entry], str | None]:
    return lambda entry: None if entry[column] is None else f"{head}:{entry[column]}"


def _moment(name: str, column: str) -> Callable[[Entry], str | None]:
    def write(entry: Entry) -> str | None:
        moment: datetime | None = entry[column]
        return None if moment is None else f"{name}:{write_moment(moment)}"

    return write


def _constant(line: str) -> Callable[[Entry], str | None]:
    return lambda _: line


def _categories(entry: Entry) -> str | None:
    word = write_category(entry["category"], entry["subcategory"])
    words = dict.fromkeys(one for one in (word, *(entry["tags"] or ())) if one)
    return "CATEGORIES:" + ",".join(escape_text(one) for one in words) if words else None


def _geo(entry: Entry) -> str | None:
    point: tuple[Any, Any] = entry["latitude"], entry["longitude"]
    return None if None in point else f"GEO:{point[0]:.6f};{point[1]:.6f}"


def _organizer(entry: Entry) -> str | None:
    name = entry["organizer"]
    return None if name is None else f"ORGANIZER;CN={quote_parameter(name)}:invalid:nomail"


#: Property → its line of an entry, or None where the entry does not state it.
PROPERTIES: Final[dict[str, Callable[[Entry], str | None]]] = {
    "CATEGORIES": _categories,
    "ORGANIZER": _organizer,
    "GEO": _geo,
    "URL": _link("URL", "url"),
    "ATTACH": _link("ATTACH;FMTTYPE=image/jpeg", "image_url"),
    "IMAGE": _link("IMAGE;VALUE=URI;DISPLAY=BADGE;FMTTYPE=image/jpeg", "image_url"),
    "X-LIVEWHALE-IMAGE": _link("X-LIVEWHALE-IMAGE", "image_url"),
    "X-GOOGLE-CONFERENCE": _link("X-GOOGLE-CONFERENCE", "online_url"),
    "CONFERENCE": _link("CONFERENCE;VALUE=URI;FEATURE=VIDEO", "online_url"),
    "X-LIVEWHALE-ONLINE-URL": _link("X-LIVEWHALE-ONLINE-URL", "online_url"),
    "X-LIVEWHALE-TYPE": _constant("X-LIVEWHALE-TYPE:event"),
    "CREATED": _moment("CREATED", "created_at"),
    "LAST-MODIFIED": _moment("LAST-MODIFIED", "updated_at"),
    "SEQUENCE": lambda entry: f"SEQUENCE:{entry['revision'] or 0}",
    "STATUS": lambda entry: f"STATUS:{_STATUS.get(entry['status'], 'CONFIRMED')}",
    "TRANSP": _constant("TRANSP:OPAQUE"),
    "CLASS": _constant("CLASS:PUBLIC"),
}
