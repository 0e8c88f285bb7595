"""The pages: readable where they should be, broken where they should be, with every planted habit present."""

import re
from collections import Counter
from datetime import date
from typing import Any

import feedparser
import pytest
from icalendar import Calendar, Component

from pulsecity_pipeline.sandbox.catalog import PUBLISHERS
from pulsecity_pipeline_tests.sandbox.cities import pages_of

CITIES = ("us-tx-austin", "de-berlin")
READABLE_ICS = [one.name for one in PUBLISHERS if one.source == "ics" and one.fault is None]


def _body(city_id: str, name: str) -> bytes:
    # The page's refresh interval is wrong on purpose, which icalendar refuses for the calendar as a whole.
    return pages_of(city_id)[name].body.replace(b"REFRESH-INTERVAL:P15M\r\n", b"")


def _events(city_id: str, name: str) -> list[Component]:
    return list(Calendar.from_ical(_body(city_id, name)).walk("VEVENT"))


def _all_events(city_id: str) -> list[Component]:
    return [event for name in READABLE_ICS for event in _events(city_id, name)]


def _unfolded(city_id: str, name: str) -> str:
    return pages_of(city_id)[name].body.replace(b"\r\n ", b"").decode()


@pytest.mark.parametrize("city_id", CITIES)
@pytest.mark.parametrize("name", READABLE_ICS)
def test_readable_calendars_parse(city_id: str, name: str) -> None:
    events = _events(city_id, name)
    assert len(events) == pages_of(city_id)[name].body.count(b"BEGIN:VEVENT") >= 10
    errors = [error for event in events for error in event.errors]
    assert errors == ([("DURATION", "Invalid iCalendar duration: P15M")] if name == "night_owl_promotions" else [])
    assert all(event.get("UID") for event in events)


def test_pages_show_every_fault() -> None:
    pages = pages_of("us-tx-austin")
    assert (pages["civic_orchestra"].status, pages["old_town_blog"].status) == (500, 404)
    assert pages["waterside_association"].status == 200
    assert pages["waterside_association"].content_type.startswith("text/html")
    assert pages["waterside_association"].body.startswith(b"<!doctype html>")
    assert (pages["chess_club"].status, pages["chess_club"].body) == (200, b"")


@pytest.mark.parametrize("city_id", CITIES)
def test_truncated_page_breaks_in_its_last_entry(city_id: str) -> None:
    body = pages_of(city_id)["community_radio"].body
    whole = body[: body.rindex(b"BEGIN:VEVENT")] + b"END:VCALENDAR\r\n"
    assert body.count(b"BEGIN:VEVENT") == body.count(b"END:VEVENT") + 1
    assert len(Calendar.from_ical(whole).walk("VEVENT")) == body.count(b"END:VEVENT") >= 5
    with pytest.raises(ValueError, match=r".+"):
        Calendar.from_ical(body)


def _count_missing(city_id: str, name: str, field: str) -> int:
    return sum(field not in event for event in _events(city_id, name))


@pytest.mark.parametrize("city_id", CITIES)
def test_entries_without_start_or_title(city_id: str) -> None:
    assert _count_missing(city_id, "town_council", "DTSTART") == 1
    assert _count_missing(city_id, "state_university", "DTSTART") == 1
    assert _count_missing(city_id, "blue_door_club", "SUMMARY") == 1
    assert _count_missing(city_id, "makers_meetup", "SUMMARY") == 1
    everywhere = _all_events(city_id)
    assert (
        sum("DTSTART" not in event for event in everywhere) == sum("SUMMARY" not in event for event in everywhere) == 2
    )


@pytest.mark.parametrize("city_id", CITIES)
def test_impossible_and_proper_durations(city_id: str) -> None:
    body = pages_of(city_id)["night_owl_promotions"].body
    assert body.count(b"\nDURATION:P15M\n") == 1
    assert len(re.findall(rb"\nDURATION:PT\d+M\n", body)) >= 3
    assert b"REFRESH-INTERVAL:P15M" in pages_of(city_id)["farmers_markets"].body


def _repeated(events: list[Component]) -> int:
    counts = Counter((str(event["UID"]), str(event.get("RECURRENCE-ID"))) for event in events)
    return sum(count - 1 for count in counts.values())


@pytest.mark.parametrize("city_id", CITIES)
def test_repeats_within_a_feed(city_id: str) -> None:
    repeats = {name: _repeated(_events(city_id, name)) for name in READABLE_ICS}
    assert {name: count for name, count in repeats.items() if count} == {"city_library": 3, "harbor_presents": 2}
    guide = Counter((str(one.get("SUMMARY")), one["DTSTART"].dt) for one in _events(city_id, "city_events_guide"))
    assert sum(count - 1 for count in guide.values()) >= 3


@pytest.mark.parametrize("city_id", CITIES)
def test_series_have_exceptions_moves_and_cancellations(city_id: str) -> None:
    events = _all_events(city_id)
    overrides = [event for event in events if "RECURRENCE-ID" in event]
    assert sum("RRULE" in event for event in events) >= 10
    assert all("EXDATE" in event for event in events if "RRULE" in event)
    assert any(event.get("STATUS") == "CANCELLED" for event in overrides)
    assert any(event["DTSTART"].dt != event["RECURRENCE-ID"].dt for event in overrides)
    assert {str(event["UID"]) for event in overrides} <= {str(event["UID"]) for event in events if "RRULE" in event}


@pytest.mark.parametrize("city_id", CITIES)
def test_cancelled_by_status_and_by_title(city_id: str) -> None:
    single = [event for event in _all_events(city_id) if "RECURRENCE-ID" not in event]
    assert any(event.get("STATUS") == "CANCELLED" for event in single)
    assert any(str(event.get("SUMMARY")).startswith("CANCELLED: ") for event in _all_events(city_id))


def test_clock_styles_are_all_used() -> None:
    assert b"X-WR-TIMEZONE:America/Chicago" in pages_of("us-tx-austin")["warehouse_club"].body
    assert re.search(r"\nDTSTART:\d{8}T\d{6}\r", _unfolded("us-tx-austin", "warehouse_club"))
    assert re.search(r"\nDTSTART:\d{8}T\d{6}Z\r", _unfolded("us-tx-austin", "harbor_presents"))
    assert "\nDTSTART;TZID=America/Chicago:" in _unfolded("us-tx-austin", "music_hall")
    assert "\nDTSTART;TZID=/freeassociation.sourceforge.net/America/Chicago:" in _unfolded(
        "us-tx-austin", "sports_league"
    )
    assert "\nDTSTART;VALUE=DATE:" in _unfolded("us-tx-austin", "sports_league")
    assert "\nDTEND;VALUE=DATE:" in pages_of("us-tx-austin")["science_museum"].body.decode()


@pytest.mark.parametrize("city_id", CITIES)
def test_a_line_is_folded_inside_a_character(city_id: str) -> None:
    folded = [line for name in ("blue_door_club", "harbor_presents", "east_branch_library", "warehouse_club")
              for line in pages_of(city_id)[name].body.split(b"\r\n")]  # fmt: skip
    assert all(len(line) <= 75 for line in folded)
    assert sum(not _is_text(line) for line in folded) >= 8


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_story_times_stand_in_one_feed() -> None:
    times = [
        one
        for one in _events("us-tx-austin", "city_library")
        if one.get("SUMMARY") == "Family Story Time" and "RRULE" in one
    ]
    assert len(times) == 3
    assert len({one["DTSTART"].dt for one in times}) == 1
    assert len({str(one["LOCATION"]).partition(" - ")[0] for one in times}) == 3


@pytest.mark.parametrize("city_id", CITIES)
def test_omissions_rewordings_and_places(city_id: str) -> None:
    events = _all_events(city_id)
    titles = [str(event.get("SUMMARY")) for event in events]
    places = [str(event.get("LOCATION")) for event in events]
    assert min(sum(name not in event for event in events) for name in ("DTEND", "LOCATION", "DESCRIPTION")) >= 10
    assert any(title.startswith("Live: ") for title in titles)
    assert any(" @ " in title for title in titles)
    assert any("&amp;" in title for title in titles)
    assert any(re.search(r", Springfield, |, Fairview, ", place) for place in places)
    assert any(place in ("Zoom", "Online") or place.startswith("https://zoom.example/") for place in places)
    assert any(str(event.get("DESCRIPTION")).startswith("<p>") for event in events)
    assert "X-ALT-DESC;FMTTYPE=text/html:" in _unfolded(city_id, "state_university")
    assert {"Blue Door", "Juniper St", "No. 9"} & {
        str(one.get("LOCATION")) for one in _events(city_id, "night_owl_promotions")
    }


def _items(city_id: str, name: str) -> list[Any]:
    parsed = feedparser.parse(pages_of(city_id)[name].body)
    assert not parsed.bozo
    return list(parsed.entries)


@pytest.mark.parametrize("city_id", CITIES)
def test_rss_states_times_but_for_some_items(city_id: str) -> None:
    paper, campus = _items(city_id, "weekly_paper"), _items(city_id, "campus_news")
    assert [sum("ev_startdate" not in item for item in items) for items in (paper, campus)] == [3, 2]
    assert any(re.search(r"T\d\d:\d\d:00[+-]\d\d:00$", item.get("ev_startdate", "")) for item in paper)
    assert any(item.get("ev_startdate", "").endswith("Z") for item in campus)
    assert len({item.id for item in paper}) == len(paper) > 40
    assert all(item.title and item.link.startswith("http://weekly-paper.") for item in paper)


def test_rss_whole_days_end_on_their_last_day() -> None:
    both = [one for one in _items("us-tx-austin", "campus_news") if len(one.get("ev_enddate", "")) == 10]
    spans = {(one.ev_startdate, one.ev_enddate) for one in both}
    assert spans
    assert all(int((_day(end) - _day(start)).days) == 8 for start, end in spans)


def _day(text: str) -> date:
    return date.fromisoformat(text)
