"""One feed item → one typed entry, if some module of it states a machine date; a publication date never is one."""

from calendar import timegm
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.formats.excerpts import excerpt_item
from pulsecity_pipeline.sources.formats.ics_event import Entry, EntryError
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp, move_wall
from pulsecity_pipeline.sources.formats.rss_dates import read_feed_date
from pulsecity_pipeline.sources.formats.rss_elements import Item
from pulsecity_pipeline.sources.protocol import Fault

#: Start element, end element, whether a date as end is the day after the last.
_DATES = (("ev:startdate", "ev:enddate", False), ("xcal:dtstart", "xcal:dtend", True))
_READ_RSS = {"id", "title", "link", "links", "tags", "content", "summary", "media_content", "media_thumbnail", "where"}
_READ_TIMES = {"published", "updated", "geo_lat", "geo_long", "guidislink", "gd:when", "gd:where", "gd:eventstatus"}
_READ_EV = {"ev:startdate", "ev:enddate", "ev:location", "ev:organizer", "ev:type"}
_READ_XCAL = {f"xcal:{name}" for name in ("dtstart", "dtend", "location", "organizer", "categories", "status", "url")}
_READ = _READ_RSS | _READ_TIMES | _READ_EV | _READ_XCAL
_DAY = timedelta(days=1)


def fault_item(item: Item, error: EntryError) -> Fault:
    """The fault of an item."""
    return Fault(item.record.pointer, "read", error.rule, error.reason, error.field, excerpt_item(item.record.payload))


def read_item(number: int, item: Item, unread: Counter[str]) -> Entry:
    """The entry of the item. Raises EntryError: missing_title, no_event_date, invalid_start."""
    entry, elements = item.entry, item.elements
    _count_unread(item, unread)
    title = _text(entry.get("title"))
    if title is None:
        raise EntryError("missing_title", "title", "no title, or a blank one")
    start, end = _read_dates(elements, unread)
    row: dict[str, Any] = {
        "pointer": item.record.pointer,
        "fingerprint": item.record.fingerprint,
        "title": title,
        "start_wall": start.wall,
        "start_zone": start.zone,
        "start_is_date": start.is_date,
        "description": _read_description(entry),
        "location": _first_text(elements, "ev:location", "xcal:location")
        or _attribute(elements, "gd:where", "valuestring"),
        "status": _read_status(elements),
        "organizer": _read_organizer(elements),
        "categories": _read_categories(entry, elements),
        "url": _text(entry.get("link")) or _text(elements.get("xcal:url")),
        "image_url": _read_image(entry),
        "source_updated_at": _read_updated(entry),
        **_read_point(entry, unread),
    }
    if end is not None:
        row |= {"end_wall": end.wall, "end_zone": end.zone, "end_is_date": end.is_date}
    uid = _text(entry.get("id")) or row["url"]
    if uid is None:
        unread["guid!missing"] += 1
        uid = hash_id("key", title, start.wall.isoformat(), start.zone or "", row["location"] or "")
    return Entry(number, item.record, uid, start, row)


def _count_unread(item: Item, unread: Counter[str]) -> None:
    for name in (*item.entry, *item.elements):
        if name not in _READ and not name.endswith(("_detail", "_parsed", "@tzid")):
            unread[name] += 1


def _read_dates(elements: dict[str, Any], unread: Counter[str]) -> tuple[Stamp, Stamp | None]:
    start_text, end_text, exclusive, name = _state_dates(elements)
    if start_text is None:
        raise EntryError("no_event_date", None, "no ev:startdate, xcal:dtstart or gd:when; pubDate is no start")
    try:
        start = _in_zone(read_feed_date(start_text), elements.get(f"{name}@tzid"))
    except (ValueError, OverflowError) as error:
        raise EntryError("invalid_start", name, f"{start_text[:60]!r}: {error}") from error
    if end_text is None:
        return start, None
    try:
        end = _in_zone(read_feed_date(end_text), elements.get(f"{name}@tzid"))
    except (ValueError, OverflowError):
        unread["end!invalid"] += 1
        return start, None
    if exclusive and end.is_date and not (start.is_date and end.wall == start.wall):
        end = end._replace(wall=end.wall - _DAY)
    as_dates = end.is_date or start.is_date
    if (end.wall.date() < start.wall.date()) if as_dates else (move_wall(end, start.zone) < start.wall):
        unread["end!before_start"] += 1
        return start, None
    return start, end


def _state_dates(elements: dict[str, Any]) -> tuple[str | None, str | None, bool, str]:
    """(start, end, whether an end date is exclusive, start element) as stated by the first module that states any."""
    for start, end, exclusive in _DATES:
        if (text := _text(elements.get(start))) is not None:
            return text, _text(elements.get(end)), exclusive, start
    when = ("gd:when", "starttime"), ("gd:when", "endtime")
    return _attribute(elements, *when[0]), _attribute(elements, *when[1]), True, "gd:when"


def _in_zone(stamp: Stamp, zone: str | None) -> Stamp:
    return stamp._replace(zone=zone) if stamp.zone is None and zone else stamp


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _first_text(elements: dict[str, Any], *names: str) -> str | None:
    return next((text for name in names if (text := _text(elements.get(name)))), None)


def _attribute(elements: dict[str, Any], name: str, attribute: str) -> str | None:
    value = elements.get(name)
    return _text(value.get(attribute)) if isinstance(value, dict) else None


def _read_description(entry: dict[str, Any]) -> str | None:
    bodies = [_text(body.get("value")) for body in entry.get("content", ()) if isinstance(body, dict)]
    return next((body for body in bodies if body), None) or _text(entry.get("summary"))


def _read_status(elements: dict[str, Any]) -> str | None:
    """xcal:status, or the last word of gd:eventStatus (`http://schemas.google.com/g/2005#event.canceled`)."""
    stated = _attribute(elements, "gd:eventstatus", "value")
    return _text(elements.get("xcal:status")) or (stated.rpartition("#event.")[2] if stated else None)


def _read_organizer(elements: dict[str, Any]) -> str | None:
    name = _first_text(elements, "ev:organizer", "xcal:organizer")
    return None if name is None or "@" in name else name


def _read_categories(entry: dict[str, Any], elements: dict[str, Any]) -> list[str]:
    words = [_text(tag.get("label")) or _text(tag.get("term")) for tag in entry.get("tags", ())]
    words += [_text(elements.get("ev:type")), *(_text(elements.get("xcal:categories")) or "").split(",")]
    return list(dict.fromkeys(word.strip() for word in words if word and word.strip()))


def _read_image(entry: dict[str, Any]) -> str | None:
    media = [medium for medium in entry.get("media_content", ()) if _is_image(medium)]
    enclosures = [link for link in entry.get("links", ()) if link.get("rel") == "enclosure" and _is_image(link)]
    found = [*media, *entry.get("media_thumbnail", ()), *enclosures]
    return next((text for one in found if (text := _text(one.get("url") or one.get("href")))), None)


def _is_image(medium: dict[str, Any]) -> bool:
    return medium.get("medium") == "image" or str(medium.get("type", "")).startswith("image/")


def _read_updated(entry: dict[str, Any]) -> datetime | None:
    """When it was last updated, or else published; feedparser has moved both to UTC."""
    for name in ("updated_parsed", "published_parsed"):
        if moment := entry.get(name):
            try:
                return datetime.fromtimestamp(timegm(moment), UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _read_point(entry: dict[str, Any], unread: Counter[str]) -> dict[str, float]:
    """geo:lat and geo:long, or a georss:point (which feedparser turns to longitude, latitude)."""
    where = entry.get("where")
    try:
        if "geo_lat" in entry and "geo_long" in entry:
            latitude, longitude = float(entry["geo_lat"]), float(entry["geo_long"])
        elif isinstance(where, dict) and where.get("type") == "Point":
            longitude, latitude = (float(part) for part in where["coordinates"][:2])
        else:
            return {}
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise ValueError("not a point on earth")
    except (ValueError, TypeError, KeyError):
        unread["geo!invalid"] += 1
        return {}
    return {} if latitude == 0 and longitude == 0 else {"latitude": latitude, "longitude": longitude}
