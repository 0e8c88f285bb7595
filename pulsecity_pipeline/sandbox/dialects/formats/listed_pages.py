"""One listing → its card on a web page without markup of events: chambers' GrowthZone, and Events Manager."""

import html
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.stated_times import last_day, write_day
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import as_paragraphs

Row = Mapping[str, Any]
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOMENT: Final = timedelta(microseconds=1)


def write_growthzone_card(row: Row, url: str) -> str:
    """A card with machine dates on the wall clock, without a zone."""
    starts, ends = row["starts_local"], row["ends_local"]
    begin = write_day(starts) if row["is_date"] else _minute(starts)
    end = last_day(ends) if row["is_date"] else _minute(ends)
    shown = (
        ""
        if starts is None
        else f"{_WEEKDAYS[starts.weekday()]} {_MONTHS[starts.month - 1][:3]} {starts.day}, {starts.year}"
    )
    date_line = f'<span content="{begin}">{shown}</span>' if begin else ""
    end_line = f'<meta content="{end}">' if end else ""
    image = f'<img class="gz-events-img" src="{html.escape(row["image_url"])}" alt="">' if row["image_url"] else ""
    told = f'<p class="card-text gz-events-description">{_text(row["description"])}</p>' if row["description"] else ""
    return (
        f'<div class="card gz-events-card">{image}<div class="card-body">'
        f'<h5 class="card-title gz-card-title"><a href="{html.escape(url)}">{_text(row["title"] or "")}</a></h5>{told}'
        f'<ul class="gz-card-info"><li class="gz-card-date">{date_line}{end_line}</li></ul></div></div>'
    )


def write_manager_item(row: Row, url: str) -> str:
    """An item of a list, with dates in English words and times of day beside them."""
    image = f'<div class="em-item-image"><img src="{html.escape(row["image_url"])}"></div>' if row["image_url"] else ""
    told = f'<div class="em-item-desc">{as_paragraphs(row["description"])}</div>' if row["description"] else ""
    address = html.escape(url)
    return (
        f'<div class="em-event em-item" data-href="{address}">{image}<div class="em-item-info">'
        f'<h3 class="em-item-title"><a href="{address}">{_text(row["title"] or "")}</a></h3>'
        f'<div class="em-event-meta em-item-meta"><div class="em-item-meta-line em-event-date"><span class="em-icon">'
        f"</span> {_days(row)} </div>"
        f'<div class="em-item-meta-line em-event-time">{_times(row)}</div>{_location(row)}</div>{told}</div></div>'
    )


def _location(row: Row) -> str:
    if not row["venue_name"]:
        return ""
    address = ", ".join(part for part in (row["address"], row["town"], row["region"]) if part)
    return (
        f'<div class="em-item-meta-line em-event-location"><a href="/locations/">{_text(row["venue_name"])}</a>'
        f'<div class="em-event-location-address">{_text(address)}</div></div>'
    )


def _days(row: Row) -> str:
    """`September 4, 2026`, and the last day where it is another."""
    if row["starts_local"] is None:
        return ""
    starts, ends = row["starts_local"], row["ends_local"]
    first = _day(starts)
    last = first if ends is None else _day(max(ends - _MOMENT, starts))
    return first if first == last else f"{first} - {last}"


def _times(row: Row) -> str:
    if row["starts_local"] is None:
        return ""
    if row["is_date"]:
        return "All Day"
    times = [_clock(at) for at in (row["starts_local"], row["ends_local"]) if at is not None]
    return " - ".join(times)


def _day(value: datetime) -> str:
    return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"


def _clock(value: datetime) -> str:
    """`7:05 pm`."""
    return f"{(value.hour - 1) % 12 + 1}:{value.minute:02d} {'pm' if value.hour >= 12 else 'am'}"


def _minute(value: datetime | None) -> str | None:
    return None if value is None else f"{value:%Y-%m-%dT%H:%M}"


def _text(text: str) -> str:
    return html.escape(text, quote=False)
