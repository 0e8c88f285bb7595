"""Songkick: names with place and day in them, local clocks beside wrong offsets, towns, empty calendars and errors."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.sources import songkick
from pulsecity_pipeline_tests.sources.scripted import fetch_script, page_rules, read_content

URL = "https://api.example/api/3.0/events.json?location=geo:51,3&page=1"
EVENT = {"id": 7, "type": "Concert", "status": "ok", "displayName": "Lo Ferry", "start": {"date": "2027-07-04"}}


def page(*events: Any, **told: Any) -> dict[str, Any]:
    return {"resultsPage": {"status": "ok", "results": {"event": list(events)}, **told}}


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_content(songkick, page(EVENT | fields)).rows
    return row


@pytest.mark.parametrize(
    ("start", "wall", "is_date"),
    [
        ({"date": "2027-07-04", "time": "20:00:00", "datetime": "2027-07-04T20:00:00-0600"}, "2027-07-04 20:00:00", False),
        ({"date": "2027-07-04", "time": "20:00:00", "datetime": None}, "2027-07-04 20:00:00", False),
        ({"date": "2027-07-04", "time": None, "datetime": None}, "2027-07-04 00:00:00", True),
        ({"date": None, "datetime": "2027-07-04T20:00:00+0100"}, "2027-07-04 20:00:00", False),
    ],
)  # fmt: skip
def test_the_local_clock_holds_and_its_offset_does_not(start: dict[str, Any], wall: str, is_date: bool) -> None:
    row = read_one(start=start)
    assert (str(row["start_wall"]), row["start_zone"], row["start_is_date"]) == (wall, None, is_date)


def test_the_last_day_of_a_festival() -> None:
    row = read_one(type="Festival", end={"date": "2027-07-06", "time": None, "datetime": None})
    assert (str(row["end_wall"]), row["end_is_date"]) == ("2027-07-06 00:00:00", True)
    assert "end_wall" not in read_one(end={"date": "sometime"})


@pytest.mark.parametrize(
    ("told", "venue", "title"),
    [
        ("Lo Ferry at Barn Nine (March 4, 2027)", "Barn Nine", "Lo Ferry"),
        ("Lo Ferry with X at The Venue, New Cross (April 24, 1992)", "The Venue, New Cross", "Lo Ferry with X"),
        ("Live at Home at Barn Nine (March 4, 2027)", "Barn Nine", "Live at Home"),
        ("Lo Ferry at Barn 9 (March 4, 2027)", "Barn Nine", "Lo Ferry at Barn 9"),
        ("Dike Days 2027", "Dike", "Dike Days 2027"),
        ("Party at Dike", "Dike", "Party at Dike"),
    ],
)
def test_place_and_day_are_not_the_title(told: str, venue: str, title: str) -> None:
    assert read_one(displayName=told, venue={"displayName": venue})["title"] == title


@pytest.mark.parametrize(
    ("city", "parts"),
    [
        ("Minneapolis, MN, US", ("Minneapolis", "MN", "US")),
        ("Ghent, Belgium", ("Ghent", None, "Belgium")),
        ("Ghent", ("Ghent", None, None)),
        (None, ("Twin Cities", "MN", "US")),
    ],
)
def test_towns(city: str | None, parts: tuple[str | None, ...]) -> None:
    metro = {"displayName": "Twin Cities", "state": {"displayName": "MN"}, "country": {"displayName": "US"}}
    venue = {"metroArea": metro} if city is None else {}
    row = read_one(venue=venue, location={"city": city})
    assert tuple(row[name] for name in ("locality", "region", "country")) == parts


@pytest.mark.parametrize(
    ("venue", "name", "latitude", "precision"),
    [
        ({"displayName": "Barn", "lat": 51.1, "lng": 3.7}, "Barn", 51.1, None),
        ({"displayName": "Barn", "lat": None, "lng": None}, "Barn", 50.0, "city"),
        ({"displayName": "Unknown venue", "id": None}, None, 50.0, "city"),
        (None, None, 50.0, "city"),
    ],
)
def test_a_venue_not_located_is_in_its_town(venue: Any, name: str | None, latitude: float, precision: Any) -> None:
    row = read_one(venue=venue, location={"city": "Ghent, Belgium", "lat": 50.0, "lng": 3.0})
    assert (row["venue_name"], row["latitude"], row["geo_precision"]) == (name, latitude, precision)


def test_performers_are_in_the_order_billed() -> None:
    acts = [
        {"displayName": "C"},
        {"displayName": "B", "billingIndex": 2},
        {"displayName": "A", "billingIndex": 1},
        None,
    ]
    assert read_one(performance=acts)["performers"] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("stated", "counted"), [("ok", 0), ("cancelled", 0), ("postponed", 0), (None, 0), ("moved", 1)]
)
def test_states(stated: str | None, counted: int) -> None:
    result = read_content(songkick, page(EVENT | {"status": stated}))
    assert (result.rows[0]["status"], result.unread.total()) == (None if stated == "ok" else stated, counted)


def test_links_lose_what_tracks() -> None:
    row = read_one(uri="https://songs.example/7?utm_source=1&keep=2&utm_medium=partner")
    assert row["url"] == "https://songs.example/7?keep=2"


@pytest.mark.parametrize(
    "content", [page(EVENT), {"resultsPage": {"status": "ok", "results": {"event": EVENT}}}, EVENT]
)
def test_one_event_comes_in_three_shapes(content: Any) -> None:
    assert [row["source_event_id"] for row in read_content(songkick, content).rows] == ["7"]


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ({"resultsPage": {"status": "ok", "results": {}}}, []),
        ({"resultsPage": {"status": "error", "results": {}}}, ["contract_drift"]),
        ({"resultsPage": {"status": "error", "error": {"message": "no key"}}}, ["api_error"]),
        ({"resultsPage": {"status": "ok", "results": {"artist": []}}}, ["contract_drift"]),
        ({"events": []}, ["contract_drift"]),
        ([], ["contract_drift"]),
    ],
)
def test_empty_calendars_and_errors(content: Any, rules: list[str]) -> None:
    assert page_rules(songkick, orjson.dumps(content)) == rules


def test_pages_until_all_entries_are_told() -> None:
    def script(url: str, body: bytes | None) -> Any:
        number = int(url[-1])
        return page(EVENT | {"id": number}, page=number, perPage=50, totalEntries=101)

    pages, client = fetch_script(songkick, script, URL)
    assert [url for url, _ in client.asked] == [f"{URL[:-1]}{number}" for number in (1, 2, 3)]
    assert {answer.answer.outcome for answer in pages} == {"ok"}


def test_popularity_does_not_change_a_record() -> None:
    assert read_one(popularity=0.1)["fingerprint"] == read_one(popularity=0.2)["fingerprint"]
    assert read_one(popularity=0.1)["fingerprint"] != read_one(status="postponed")["fingerprint"]
