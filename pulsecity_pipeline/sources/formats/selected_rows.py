"""The texts that selectors find of one event → its columns: dates by the site's forms, times beside them, the id."""

from collections import Counter
from datetime import datetime, time
from typing import Any

from pulsecity_pipeline.config.selectors import Site
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.formats.clock_times import find_clocks
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.moments import read_moment, state_end, state_start
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.formats.worded_dates import read_worded
from pulsecity_pipeline.sources.protocol import Window

#: Texts that are no columns of their own.
NOT_COLUMNS = ("start", "end", "times", "categories")


def read_selected(
    site: Site, window: Window, item: dict[str, str], context: dict[str, Any], unread: Counter[str]
) -> dict[str, Any]:
    """The row. Raises RecordError for a start that none of the site's forms reads."""
    row: dict[str, Any] = {str(name): text for name, text in site.constants.items()}
    row |= {name: text for name, text in item.items() if name not in NOT_COLUMNS}
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
