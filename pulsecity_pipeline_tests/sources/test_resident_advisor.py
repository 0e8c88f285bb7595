"""Resident Advisor: areas by name, pages by POST, one listing a night, free-text prices, and places still secret."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.sources import resident_advisor
from pulsecity_pipeline.sources.formats.ra_queries import PAGE_SIZE
from pulsecity_pipeline_tests.sources.scripted import fetch_script, page_rules, read_content

URL = "https://ra.example/graphql"
EVENT = {"id": "7", "title": "Low Tide", "date": "2027-03-05T00:00:00.000", "startTime": "2027-03-05T23:00:00.000"}
AREAS = [
    {"id": "12", "name": "Springfield", "country": {"urlCode": "US"}},
    {"id": "13", "name": "Springfield", "country": {"urlCode": "UK"}},
    {"id": "14", "name": "Ogden/Lehi", "country": {"urlCode": "US"}},
]


def page(*events: Any, total: int | None = None) -> dict[str, Any]:
    rows = [
        {"id": f"row {number}", "listingDate": EVENT["date"], "event": event} for number, event in enumerate(events)
    ]
    return {"data": {"eventListings": {"data": rows, "totalResults": total}}}


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_content(resident_advisor, page(EVENT | fields)).rows
    return row


def test_clocks_are_local_and_have_no_zone() -> None:
    row = read_one(endTime="2027-03-06T06:00:00.000")
    assert (str(row["start_wall"]), row["start_zone"]) == ("2027-03-05 23:00:00", None)
    assert (str(row["end_wall"]), row["end_zone"]) == ("2027-03-06 06:00:00", None)


@pytest.mark.parametrize("date", ["2027-03-05T00:00:00.000", None])
def test_without_a_time_the_day_or_the_night_listed_is_known(date: str | None) -> None:
    row = read_one(startTime=None, date=date)
    assert (str(row["start_wall"]), row["start_is_date"]) == ("2027-03-05 00:00:00", True)


@pytest.mark.parametrize(
    ("cost", "price", "is_free"),
    [
        ("10-15", "10-15", None),
        ("£12 + bf", "£12 + bf", None),
        ("Free", "Free", True),
        ("FREE ENTRY!", "FREE ENTRY!", True),
        ("Free b4 23h", "Free b4 23h", False),
        ("free before midnight", "free before midnight", False),
        ("free with RSVP", "free with RSVP", None),
        ("0", None, None),
        ("0.00", None, None),
        ("0-10", "0-10", None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_costs(cost: str | None, price: str | None, is_free: bool | None) -> None:
    row = read_one(cost=cost)
    assert (row.get("price"), row.get("is_free")) == (price, is_free)
    assert "price_min" not in row


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"artists": [{"name": "A"}, {"name": "B (2)"}], "lineup": "A b2b C"}, ["A", "B"]),
        ({"artists": [], "lineup": "A b2b C\nD (live)"}, ["A", "C", "D"]),
        ({"artists": None, "lineup": None}, []),
    ],
)
def test_linked_artists_come_before_the_text(fields: dict[str, Any], names: list[str]) -> None:
    assert read_one(**fields)["performers"] == names


def test_genres_are_those_of_electronic_music() -> None:
    assert read_one(genres=[{"name": "Acid"}])["categories"] == ["Acid", "electronic music"]
    assert read_one(genres=[])["categories"] == []


@pytest.mark.parametrize(
    ("venue", "expected"),
    [
        ({"name": "Silo", "area": {"name": "Berlin"}}, ("Silo", "Berlin", None)),
        ({"name": "TBA - Berlin", "area": {"name": "Berlin"}}, (None, "Berlin", None)),
        ({"name": "Tbaraka", "area": {"name": "All"}}, ("Tbaraka", None, None)),
        ({"name": "Streamland", "area": {"name": "Streamland"}}, ("Streamland", None, "online")),
        (None, (None, None, None)),
    ],
)
def test_venues(venue: Any, expected: tuple[str | None, ...]) -> None:
    row = read_one(venue=venue)
    assert tuple(row[name] for name in ("venue_name", "region", "attendance_mode")) == expected


def test_a_secret_place_is_not_exact() -> None:
    venue = {"name": "Silo", "location": {"latitude": 52.5, "longitude": 13.4}}
    assert read_one(venue=venue)["geo_precision"] is None
    assert read_one(venue=venue, hasSecretVenue=True)["geo_precision"] == "approximate"


@pytest.mark.parametrize(
    ("fields", "image"),
    [
        ({"flyerFront": "f.jpg", "images": [{"filename": "a.jpg"}]}, "f.jpg"),
        ({"images": [{"filename": "a.jpg", "type": "X"}, {"filename": "b.jpg", "type": "FLYERFRONT"}]}, "b.jpg"),
        ({"images": [{"filename": "a.jpg", "type": "X"}]}, "a.jpg"),
        ({"images": None}, None),
    ],
)
def test_images(fields: dict[str, Any], image: str | None) -> None:
    assert read_one(**fields)["image_url"] == image


def test_an_event_of_two_nights_is_one() -> None:
    result = read_content(resident_advisor, page(EVENT, EVENT | {"id": "8"}, EVENT))
    assert ([row["source_event_id"] for row in result.rows], result.repeats) == (["7", "8"], 1)


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (None, "missing_event"),
        (EVENT | {"title": ""}, "missing_title"),
        (EVENT | {"startTime": "late"}, "invalid_start"),
        (EVENT | {"genres": 7, "artists": 5, "venue": 3, "images": 4}, "unreadable_record"),
    ],
)
def test_bad_listings_are_faults(event: Any, rule: str) -> None:
    result = read_content(resident_advisor, page(event))
    assert ([fault.rule for fault in result.faults], result.rows) == ([rule], [])


def test_interest_does_not_change_a_record() -> None:
    assert read_one(interestedCount=1, attending=2)["fingerprint"] == read_one(interestedCount=5)["fingerprint"]
    assert read_one(interestedCount=1)["fingerprint"] != read_one(cost="5")["fingerprint"]


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (page(), []),
        ({"errors": [{"message": "Cannot query field"}], "data": None}, ["api_error"]),
        ({"data": {"eventListings": None}}, ["contract_drift"]),
        ([], ["contract_drift"]),
    ],
)
def test_other_bodies(content: Any, rules: list[str]) -> None:
    assert page_rules(resident_advisor, orjson.dumps(content)) == rules


def serve(url: str, body: bytes | None) -> Any:
    """Areas by name, and two and a half pages of listings."""
    asked = orjson.loads(body or b"{}")
    if asked["operationName"] == "GET_AREAS":
        return {"data": {"areas": AREAS}}
    number = asked["variables"]["page"]
    held = PAGE_SIZE if number < 3 else PAGE_SIZE // 2
    return page(*(EVENT | {"id": f"{number}.{at}"} for at in range(held)))


@pytest.mark.parametrize(
    ("asked", "area"),
    [("area=Springfield&country=US", 12), ("area=springfield&country=GB", 13), ("area=Lehi", 14), ("area=77", 77)],
)
def test_an_area_is_found_by_its_name_and_country(asked: str, area: int) -> None:
    pages, client = fetch_script(resident_advisor, serve, f"{URL}?{asked}&since=2027-03-01")
    listings = [
        found for found in (orjson.loads(body or b"")["variables"] for _, body in client.asked) if "page" in found
    ]
    assert [(found["page"], found["filters"]["areas"]["eq"]) for found in listings] == [(n, area) for n in (1, 2, 3)]
    assert listings[0]["filters"]["listingDate"] == {"gte": "2027-03-01"}
    assert {url for url, _ in client.asked} == {URL}
    assert [page.answer.outcome for page in pages] == ["ok"] * 3


@pytest.mark.parametrize("content", [{"data": {"areas": AREAS}}, {"data": {}}, b"<html>", 403])
def test_an_area_that_is_not_found_is_told(content: Any) -> None:
    pages, client = fetch_script(resident_advisor, lambda url, body: content, f"{URL}?area=Springfield&country=DE")
    assert [page.answer.outcome for page in pages] == ["failed"]
    assert (pages[0].answer.reason, len(client.asked)) == (
        "HTTP 403" if content == 403 else "no area is named 'Springfield' in DE",
        1,
    )


def test_a_total_that_is_reached_ends_the_pages() -> None:
    full = [EVENT | {"id": str(at)} for at in range(PAGE_SIZE)]
    _, client = fetch_script(resident_advisor, lambda url, body: page(*full, total=PAGE_SIZE), f"{URL}?area=7")
    assert len(client.asked) == 1
