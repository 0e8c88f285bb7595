"""One listing → an item of a feed: RSS with the event module or xCal, Atom with Google's data elements."""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.native_words import write_category
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import write_place
from pulsecity_pipeline.sandbox.dialects.formats.stated_times import (
    day_after,
    last_day,
    write_day,
    write_offset,
    write_utc,
)
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import (
    as_paragraphs,
    element,
    empty_element,
    escape_xml,
    write_cdata,
)
from pulsecity_pipeline.sandbox.serving.protocol import Site

Row = Mapping[str, Any]
#: What a native number is made to an id of.
_IDS: Final = {
    "ev": "http://{host}/?p={number}",
    "xcal": "{number} at http://{host}",
    "gd": "tag:{host},2026:event-{number}",
}


def guid_of(software: str, host: str, native_id: str) -> str:
    """The id in the software's shape, of a listing's native id."""
    return _IDS[software].format(host=host, number=native_id)


def _ev_item(site: Site, row: Row) -> str:
    """RSS 1.0's event module in RSS 2.0: wall clocks with their offset, a last day inclusive."""
    day = row["is_date"]
    return _item(
        site,
        row,
        element("ev:startdate", write_day(row["starts_local"]) if day else write_offset(row, "starts_local")),
        element("ev:enddate", last_day(row["ends_local"]) if day else write_offset(row, "ends_local")),
        element("ev:location", write_place(row)),
        element("ev:organizer", row["organizer"]),
        element("georss:point", _point(row, " ")),
        empty_element("media:content", url=row["image_url"], medium="image") if row["image_url"] else "",
    )


def _xcal_item(site: Site, row: Row) -> str:
    """Elements of xCal in RSS 2.0: moments in UTC, the day after the last one, and a state."""
    day, has_point = row["is_date"], row["latitude"] is not None and row["longitude"] is not None
    status = "CANCELLED" if row["status"] == "cancelled" else "CONFIRMED"
    return _item(
        site,
        row,
        element("xCal:dtstart", write_day(row["starts_local"]) if day else write_utc(row, "starts_local")),
        element("xCal:dtend", day_after(row["ends_local"]) if day else write_utc(row, "ends_local")),
        element("xCal:location", write_place(row)),
        element("xCal:organizer", row["organizer"]),
        element("xCal:status", status),
        element("geo:lat", f"{row['latitude']:.6f}" if has_point else None),
        element("geo:long", f"{row['longitude']:.6f}" if has_point else None),
        empty_element("enclosure", url=row["image_url"], type="image/jpeg", length="0") if row["image_url"] else "",
    )


def _item(site: Site, row: Row, *module: str) -> str:
    description = _describe(row)
    parts = [
        "<item>",
        element("title", row["title"]),
        element("link", row["url"]),
        element("guid", guid_of(site.software, site.host, row["native_id"]), isPermaLink="false"),
        element("pubDate", None if row["created_at"] is None else format_datetime(row["created_at"])),
        *(element("category", word) for word in _words(row)),
        f"<description>{write_cdata(as_paragraphs(description))}</description>" if description else "",
        *module,
        "</item>",
    ]
    return "\n".join(part for part in parts if part)


def _gd_entry(site: Site, row: Row) -> str:
    """Atom with Google's data elements."""
    day, status = row["is_date"], "canceled" if row["status"] == "cancelled" else "confirmed"
    starts = write_day(row["starts_local"]) if day else write_offset(row, "starts_local")
    ends = day_after(row["ends_local"]) if day else write_offset(row, "ends_local")
    description = _describe(row)
    parts = [
        "<entry>",
        element("id", guid_of("gd", site.host, row["native_id"])),
        element("title", row["title"]),
        element("published", _write_moment(row["created_at"])),
        element("updated", _write_moment(row["updated_at"])),
        empty_element("link", rel="alternate", type="text/html", href=row["url"]) if row["url"] else "",
        *(empty_element("category", term=word) for word in _words(row)),
        f'<content type="html">{escape_xml(as_paragraphs(description))}</content>' if description else "",
        empty_element("gd:when", startTime=starts, endTime=ends) if starts else "",
        empty_element("gd:where", valueString=write_place(row)),
        empty_element("gd:eventStatus", value=f"http://schemas.google.com/g/2005#event.{status}"),
        "</entry>",
    ]
    return "\n".join(part for part in parts if part)


#: Software → what it makes of a listing.
ITEMS: Final[dict[str, Callable[[Site, Row], str]]] = {"ev": _ev_item, "xcal": _xcal_item, "gd": _gd_entry}


def _describe(row: Row) -> str | None:
    price = f"Admission: {row['price_text']}" if row["price_text"] else None
    return "\n\n".join(text for text in (row["description"], price) if text) or None


def _words(row: Row) -> list[str]:
    word = write_category(row["category"], row["subcategory"])
    return list(dict.fromkeys(one for one in (word, *(row["tags"] or ())) if one))


def _point(row: Row, between: str) -> str | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    return f"{row['latitude']:.6f}{between}{row['longitude']:.6f}"


def _write_moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
