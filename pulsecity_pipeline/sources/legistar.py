"""Source `legistar`: public meetings of councils and boards, from Legistar's web API (`/v1/<client>/events`).

The API gives 1,000 rows a page, told by `$skip`; `EventDate` is a midnight, `EventTime` is typed by hand, no zone is
stated, and there is no field for cancelled: clerks write it into the time, the place or the agenda's state. The same
calendar is read in two other forms: Chicago's eLMS (`data`, dates in UTC), whose paging and fields are [inferred] from
one recorded answer, and the rows of a Legistar calendar page as python-legistar-scraper names them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pulsecity_pipeline.sources.addresses import read_query, with_query
from pulsecity_pipeline.sources.formats.clock_times import join_clock
from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.json_records import list_words, load_json, read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import pick, pick_text
from pulsecity_pipeline.sources.formats.moments import read_moment, read_updated, state_start
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "legistar"
_PAGE_ROWS = 1000
_VOLATILE = list_words(
    """EventLastModifiedUtc EventRowVersion EventItems EventMedia EventVideoPath EventVideoStatus EventMinutesFile
    EventMinutesStatusId EventMinutesStatusName EventMinutesLastPublishedUTC EventAgendaLastPublishedUTC files
    attendance videoLink transcriptLink Minutes Video eComment Agenda"""
)
_KNOWN = _VOLATILE | list_words(
    """EventId EventGuid EventBodyId EventBodyName EventDate EventTime EventLocation EventComment EventInSiteURL
    EventAgendaStatusId EventAgendaStatusName EventAgendaFile
    meetingId status bodyId body comment bodyAbbreviation location date agenda
    iCalendar Name"""
)
_GRID = {"Meeting Time", "Meeting Location", "Meeting Details", "Meeting Date", "Meeting Topic", "Agenda Packet"}
_STATES = re.compile(
    r"\b(?:(?P<cancelled>cancel+ed)|(?P<postponed>postponed|deferred)|(?P<rescheduled>rescheduled))\b", re.I
)
_STATED = {"Scheduled", "Cancelled", "Rescheduled", "Postponed"}


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by `$skip` (eLMS: `skip`) until one is not full; an address with `$top` asks for that page alone."""
    for feed in feeds:
        yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record a meeting; an error is an object with `Message`."""
    return split_json(body, records=_list_rows, key=_key, volatile=_VOLATILE, errors=("Message", "message", "error"))


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start."""
    return read_json(split, _read_meeting, _KNOWN | _GRID)


def _list_rows(content: Any) -> Any:
    return content if isinstance(content, list) else content["data"]


def _key(item: dict[str, Any]) -> str | None:
    """The API's id, eLMS's, or the id in the address of the calendar row's iCalendar file."""
    linked = re.search(r"[?&]ID=(\d+)", pick_text(item, "iCalendar.url", "Meeting Details.url") or "")
    return pick_text(item, "EventId", "meetingId") or (linked[1] if linked else None)


def _next(body: bytes, ask: Ask) -> Ask | None:
    content = load_json(body)
    query = read_query(ask.url)
    if isinstance(content, dict):
        name, following = "skip", int(content["meta"]["skip"]) + int(content["meta"]["top"])
        is_last = following >= int(content["meta"]["count"])
    else:
        name, following = "$skip", int(query.get("$skip", 0)) + _PAGE_ROWS
        is_last = "$top" in query or len(content) < _PAGE_ROWS
    if is_last:
        return None
    return Ask(with_query(ask.url, **{name: following}))


def _read_meeting(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    body = pick_text(item, "EventBodyName", "body", "Name.label", "Name")
    place = pick_text(item, "EventLocation", "location", "Meeting Location")
    return {
        "source_event_id": _key(item),
        "title": body,
        "organizer": body,
        "description": pick_text(item, "EventComment", "comment", "Meeting Topic"),
        "location": _clean_place(place),
        "status": _read_status(item, place, unread),
        "url": pick_text(item, "EventInSiteURL", "Meeting Details.url"),
        "source_updated_at": _read_updated(item),
        **state_start(_read_start(item)),
    }


def _read_start(item: dict[str, Any]) -> Stamp | None:
    """The date with the time as typed; where that is no time of day, the date alone."""
    if "date" in item:
        return read_moment(item["date"])
    grid = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", pick_text(item, "Meeting Date") or "")
    day = f"{grid[3]}-{int(grid[1]):02d}-{int(grid[2]):02d}" if grid else pick(item, "EventDate")
    return join_clock(day, pick_text(item, "EventTime", "Meeting Time"))


def _read_updated(item: dict[str, Any]) -> Any:
    stated = pick_text(item, "EventLastModifiedUtc")
    return read_updated(f"{stated.removesuffix('Z')}Z" if stated else None)


def _clean_place(place: str | None) -> str | None:
    """The lines of a place, each once; what the scraper marks as emphasised is a line, a state is none."""
    lines = (line.strip(" ,") for line in re.split(r"[\r\n]+|--em--", place or ""))
    kept = dict.fromkeys(line for line in lines if line and not _STATES.fullmatch(line))
    return ", ".join(kept) or None


def _read_status(item: dict[str, Any], place: str | None, unread: Counter[str]) -> str | None:
    """eLMS's word, or the one that clerks put elsewhere; a comment counts where it begins with it."""
    stated = pick_text(item, "status")
    if stated and stated not in _STATED:
        unread[f"status={stated}"[:80]] += 1
    texts = [pick_text(item, "EventAgendaStatusName"), pick_text(item, "EventTime", "Meeting Time"), place]
    comment = re.match(r"\W*\w+", pick_text(item, "EventComment") or "")
    found = _STATES.search(" | ".join([*filter(None, texts), comment[0] if comment else ""]))
    return stated or (found.lastgroup if found else None)
