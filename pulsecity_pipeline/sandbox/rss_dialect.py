"""RSS 2.0 with the event module, as a newspaper and a campus write it; items without a date state none at all."""

import html
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from pulsecity_pipeline.sandbox.catalog import Publisher
from pulsecity_pipeline.sandbox.entries import Entry
from pulsecity_pipeline.sandbox.habits import HABITS
from pulsecity_pipeline.sandbox.model import World

_NAMESPACES = 'xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:atom="http://www.w3.org/2005/Atom"'


def render_rss(world: World, publisher: Publisher, entries: list[Entry]) -> bytes:
    """The whole feed as bytes."""
    name = _element("title", publisher.title.format(city=world.city.name))
    url = publisher.url(world.city.city_id)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<rss version="2.0" {_NAMESPACES}>',
        "<channel>",
        name,
        _element("link", url.rpartition("/")[0]),
        f'<atom:link href="{url}" rel="self" type="application/rss+xml"/>',
        _element("lastBuildDate", _rfc_date(world.as_of)),
        *(line for entry in entries for line in _item_lines(world, publisher, entry)),
        "</channel>",
        "</rss>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _item_lines(world: World, publisher: Publisher, entry: Entry) -> list[str]:
    texts = {
        "title": entry.title,
        "link": entry.url,
        "pubDate": _rfc_date(entry.created_on),
        "category": entry.happening.category,
        "ev:startdate": _event_time(world, publisher, entry, entry.starts_local),
        "ev:enddate": _event_time(world, publisher, entry, entry.ends_local),
        "ev:location": entry.location,
        "ev:organizer": entry.happening.organiser.name,
    }
    description = None if entry.description is None else entry.description.replace("]]>", "]] >")
    return [
        "<item>",
        *(_element(name, text) for name, text in texts.items() if text is not None),
        f'<guid isPermaLink="false">{html.escape(entry.uid)}</guid>',
        *([] if description is None else [f"<description><![CDATA[{description}]]></description>"]),
        "</item>",
    ]


def _element(name: str, text: str) -> str:
    return f"<{name}>{html.escape(text, quote=False)}</{name}>"


def _event_time(world: World, publisher: Publisher, entry: Entry, value: datetime | None) -> str | None:
    """W3C date: with the city's offset or in UTC, as the publisher's clock is; whole days end on their last day."""
    if value is None:
        return None
    if entry.is_date:
        is_end = value == entry.ends_local and value != entry.starts_local
        return (value.date() - timedelta(days=int(is_end))).isoformat()
    zoned = value.replace(tzinfo=ZoneInfo(world.city.timezone))
    return f"{zoned.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if HABITS[publisher.name].clock == "utc" else zoned.isoformat()


def _rfc_date(day: date) -> str:
    return format_datetime(datetime.combine(day, time(6, 15), UTC))
