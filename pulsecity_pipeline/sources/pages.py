"""Source `pages`: web pages without markup of events, by selectors that are declared for each site."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.config.selectors import Site, load_sites
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.clock_times import find_clocks
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.json_records import read_json, split_json
from pulsecity_pipeline.sources.formats.moments import read_moment, state_end, state_start
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.formats.selected import find_site, page_address, select_records
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
from pulsecity_pipeline.sources.formats.worded_dates import read_worded
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "pages"
_NOT_COLUMNS = ("start", "end", "times", "categories")


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → records `item/<n>`: the texts that the site's selectors find; what else changes on a page is no change.

    Context: `site`, its name; `repeated`, addresses that several records have. Faults: `empty_body`; `contract_drift`
    of a page of no declared site, and of one without records that does not say that it has none.
    """
    text = sniff_text(body)
    if not text.strip():
        return Split([], [fault_foreign_body(body, "page")])
    tree, sites = LexborHTMLParser(text), load_sites()
    name = find_site(tree, sites)
    if name is None:
        told = f"no declared site, at {page_address(tree)}: {fault_foreign_body(body, 'page').reason}"
        return Split([], [fault_page("contract_drift", told)])
    site = sites[name]
    found = select_records(tree, site)
    if not found and not (site.empty and tree.css_first(site.empty)):
        return Split([], [fault_page("contract_drift", f"site {name}: nothing is found by {site.record!r}")])
    urls = Counter(record.get("url", "") for record in found)
    context = {"site": name, "repeated": [url for url, count in urls.items() if url and count > 1]}
    records = split_json(orjson.dumps(found), records="", key="url").records
    return Split([replace(record, is_windowed=site.has_open_years) for record in records], [], context)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start.

    A day without a year is the one that lies within `window`.
    """
    site = load_sites().get(split.context.get("site", ""))
    return ReadResult() if site is None else read_json(split, partial(_read_record, site, window), _fields(site))


def _fields(site: Site) -> list[str]:
    return [*_NOT_COLUMNS, *map(str, site.fields)]


def _read_record(
    site: Site, window: Window, item: dict[str, str], context: dict[str, Any], unread: Counter[str]
) -> dict[str, Any]:
    row: dict[str, Any] = {str(name): text for name, text in site.constants.items()}
    row |= {name: text for name, text in item.items() if name not in _NOT_COLUMNS}
    row["categories"] = [word.strip() for word in item.get("categories", "").split(",") if word.strip()]
    clocks = find_clocks(item.get("times", ""))
    start = _read_date(site, window, item.get("start"), "start")
    if start is None:
        return row
    row |= state_start(_at(start, clocks[0] if clocks else None, site))
    if (end := _read_end(site, window, item, start, clocks)) is not None:
        row |= state_end(end)
    row["source_event_id"] = _name(item, row, context)
    return row


def _read_date(site: Site, window: Window, text: str | None, field: str) -> Stamp | None:
    """By the first form that finds a date in the text. Raises RecordError where none does."""
    if text is None:
        return None
    for form in site.dates:
        try:
            if form == "iso":
                return read_moment(text, site.zone, field=field)
            day = read_worded(text, form, site.language, window.first_on)
        except RecordError:
            continue
        except ValueError as error:
            raise RecordError(f"invalid_{field}", field, str(error)) from error
        if day is not None:
            return Stamp(datetime.combine(day, time.min), None, True)
    raise RecordError(f"invalid_{field}", field, f"no form of the site's dates in {text[:80]!r}")


def _at(day: Stamp, clock: time | None, site: Site) -> Stamp:
    """The day at the time told beside it; a moment stays what it is."""
    if clock is None or not day.is_date:
        return day
    return Stamp(datetime.combine(day.wall.date(), clock), site.zone, False)


def _read_end(site: Site, window: Window, item: dict[str, str], start: Stamp, clocks: list[time]) -> Stamp | None:
    """The end as told, or the second time of day on the day it starts; an end that is no date costs only itself."""
    try:
        told = _read_date(site, window, item.get("end"), "end")
    except RecordError:
        return None
    if told is not None:
        return told
    end = _at(start, clocks[1], site) if len(clocks) > 1 and start.is_date else None
    return end if end is not None and clocks[1] > clocks[0] else None


def _name(item: dict[str, str], row: dict[str, Any], context: dict[str, Any]) -> str:
    """The event's address, with the start where several records have it; else what the event is."""
    url, start = item.get("url"), row["start_wall"]
    if url is None:
        return hash_id("key", item.get("title", ""), start.isoformat(), item.get("venue_name", ""))
    return f"{url}#{start:%Y%m%dT%H%M%S}" if url in context.get("repeated", ()) else url
