"""Public meetings: times typed by hand, states written where there is room, pages by `$skip`."""

import json
from typing import Any

import pytest

from pulsecity_pipeline.sources import legistar
from pulsecity_pipeline_tests.sources.calendars import WINDOW
from pulsecity_pipeline_tests.sources.servers import fetch_pages

MEETING = {"EventId": 1, "EventBodyName": "Parks Board", "EventDate": "2026-09-08T00:00:00", "EventTime": "6:30 PM"}
URL = "https://webapi.legistar.com/v1/town/events"


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = legistar.read(legistar.split(json.dumps([MEETING | fields]).encode()), WINDOW).rows
    return row


@pytest.mark.parametrize(
    ("typed", "wall", "is_date"),
    [
        ("6:30 PM", "18:30", False),
        ("6:30PM", "18:30", False),
        ("6:30 P.M.", "18:30", False),
        ("Noon", "12:00", False),
        ("10:00 AM or thereafter", "10:00", False),
        ("", "00:00", True),
        (None, "00:00", True),
        ("Immediately after the board", "00:00", True),
    ],
)
def test_times_as_typed(typed: str | None, wall: str, is_date: bool) -> None:
    row = read_one(EventTime=typed)
    assert (f"{row['start_wall']:%H:%M}", row["start_is_date"], row["start_zone"]) == (wall, is_date, None)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, None),
        ({"EventAgendaStatusName": "Final"}, None),
        ({"EventAgendaStatusName": "Canceled"}, "cancelled"),
        ({"EventTime": "Cancelled"}, "cancelled"),
        ({"EventLocation": "*** CANCELED ***\r\nMill Hall"}, "cancelled"),
        ({"EventComment": "CANCELLED - no quorum"}, "cancelled"),
        ({"EventComment": "Moved because another meeting was cancelled"}, None),
        ({"EventTime": "Deferred"}, "postponed"),
        ({"EventTime": "Rescheduled"}, "rescheduled"),
    ],
)
def test_states_wherever_they_are_written(fields: dict[str, Any], status: str | None) -> None:
    assert read_one(**fields)["status"] == status


@pytest.mark.parametrize(
    ("place", "location"),
    [
        ("Mill Hall\r\n4 Mill Lane", "Mill Hall, 4 Mill Lane"),
        ("CANCELLED\n--em--MILL HALL,\r\n4 MILL LANE--em--", "MILL HALL, 4 MILL LANE"),
        ("Mill Hall\nMill Hall", "Mill Hall"),
        ("Canceled", None),
        (None, None),
    ],
)
def test_places(place: str | None, location: str | None) -> None:
    assert read_one(EventLocation=place)["location"] == location


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ([], []),
        ({"data": [], "meta": {}}, []),
        ({"Message": "An error has occurred."}, ["api_error"]),
        ({"value": []}, ["contract_drift"]),
    ],
)
def test_pages_that_are_no_rows(content: Any, rules: list[str]) -> None:
    assert [fault.rule for fault in legistar.split(json.dumps(content).encode()).faults] == rules


def test_what_is_stamped_at_every_save_is_no_change() -> None:
    first, again = (
        legistar.split(json.dumps([MEETING | {"EventRowVersion": stamp, "EventMinutesFile": stamp}]).encode()).records[
            0
        ]
        for stamp in "ab"
    )
    assert (first.fingerprint, first.key) == (again.fingerprint, "1")


def test_pages_of_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legistar, "_PAGE_ROWS", 2)
    pages, asked = fetch_pages(legistar, URL, {URL: [1, 2], f"{URL}?$skip=2": [3, 4], f"{URL}?$skip=4": []})
    assert ([page.answer.outcome for page in pages], len(asked)) == (["ok"] * 3, 3)


def test_an_address_with_top_is_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legistar, "_PAGE_ROWS", 2)
    _, asked = fetch_pages(legistar, f"{URL}?$top=2", {f"{URL}?$top=2": [1, 2]})
    assert len(asked) == 1


def test_pages_of_elms_until_the_count() -> None:
    def meta(skip: int) -> dict[str, Any]:
        return {"data": [skip], "meta": {"skip": skip, "top": 1, "count": 2, "pages": 2}}

    url = "https://api.elms.example/meeting?top=1"
    _, asked = fetch_pages(legistar, url, {url: meta(0), f"{url}&skip=1": meta(1)})
    assert len(asked) == 2
