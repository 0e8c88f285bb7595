"""SeatGeek: local and UTC wall clocks that both lack an offset, placeholders, emptied prices, pages, and robots' pages."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.sources import seatgeek
from pulsecity_pipeline_tests.sources.scripted import fetch_script, page_rules, read_content

URL = "https://api.example/2/events?lat=45.5&per_page=2&page=1"
EVENT = {"id": 7, "title": "N", "datetime_local": "2027-03-04T19:00:00", "datetime_utc": "2027-03-05T03:00:00"}
WEST = {"timezone": "America/Los_Angeles"}


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_content(seatgeek, {"events": [EVENT | fields]}).rows
    return row


@pytest.mark.parametrize(
    ("fields", "wall", "zone"),
    [
        ({"venue": WEST}, "2027-03-04 19:00:00", "America/Los_Angeles"),
        ({"venue": WEST, "datetime_local": None}, "2027-03-04 19:00:00", "America/Los_Angeles"),
        ({"venue": {}}, "2027-03-04 19:00:00", "-08:00"),
        ({"venue": {}, "datetime_utc": "2027-03-04T13:30:00"}, "2027-03-04 19:00:00", "+05:30"),
        ({"venue": {}, "datetime_utc": "2027-03-04T19:00:00"}, "2027-03-04 19:00:00", "+00:00"),
        ({"venue": {}, "datetime_utc": "2027-03-07T03:00:00"}, "2027-03-04 19:00:00", None),
        ({"venue": {}, "datetime_utc": "2027-03-04T19:07:00"}, "2027-03-04 19:00:00", None),
        ({"venue": {}, "datetime_utc": None}, "2027-03-04 19:00:00", None),
        ({"datetime_local": None}, "2027-03-05 03:00:00", "UTC"),
        ({"datetime_local": None, "datetime_utc": "2027-03-05T03:00:00Z"}, "2027-03-05 03:00:00", "UTC"),
    ],
)
def test_local_is_local_and_utc_is_utc(fields: dict[str, Any], wall: str, zone: str | None) -> None:
    row = read_one(**fields)
    assert (str(row["start_wall"]), row["start_zone"], row["start_is_date"]) == (wall, zone, False)


@pytest.mark.parametrize("flag", ["time_tbd", "datetime_tbd"])
def test_a_time_to_be_told_is_a_day(flag: str) -> None:
    row = read_one(**{flag: True}, venue=WEST, enddatetime_utc="2027-03-05T06:00:00")
    assert (str(row["start_wall"]), row["start_is_date"]) == ("2027-03-04 00:00:00", True)
    assert "end_wall" not in row


def test_a_day_to_be_told_is_no_day() -> None:
    (fault,) = read_content(seatgeek, {"events": [EVENT | {"date_tbd": True}]}).faults
    assert (fault.rule, fault.field) == ("date_tbd", "date_tbd")


def test_the_end_is_utc_without_saying_so() -> None:
    row = read_one(venue=WEST, enddatetime_utc="2027-03-05T06:00:00")
    assert (str(row["end_wall"]), row["end_zone"]) == ("2027-03-04 22:00:00", "America/Los_Angeles")


@pytest.mark.parametrize(
    ("fields", "status", "counted"),
    [
        ({"status": "normal"}, None, {}),
        ({}, None, {}),
        ({"status": "canceled"}, "cancelled", {}),
        ({"status": "contingent"}, "tentative", {}),
        ({"conditional": True}, "tentative", {}),
        ({"status": "cancelled", "conditional": True}, "cancelled", {}),
        ({"status": "frozen"}, "frozen", {"status=frozen": 1}),
    ],
)
def test_states(fields: dict[str, Any], status: str | None, counted: dict[str, int]) -> None:
    result = read_content(seatgeek, {"events": [EVENT | fields]})
    assert (result.rows[0]["status"], dict(result.unread)) == (status, counted)


def test_resale_prices_are_no_prices() -> None:
    row = read_one(stats={"lowest_price": 0, "highest_price": 90, "listing_count": 3})
    assert not {"price", "price_min", "price_max", "is_free"} & row.keys()


def test_scores_and_prices_do_not_change_a_record() -> None:
    def fingerprint(score: float, name: str = "V") -> str:
        parts = {"venue": {"name": name, "score": score}, "performers": [{"name": "P", "score": score}]}
        record: str = read_one(**parts, score=score, stats={"listing_count": score})["fingerprint"]
        return record

    assert fingerprint(0.1) == fingerprint(0.2) != fingerprint(0.2, "W")


@pytest.mark.parametrize(
    ("performers", "names", "image"),
    [
        ([{"name": "A", "image": "a.jpg", "images": {"huge": "h.jpg"}}, {"name": "B"}], ["A", "B"], "h.jpg"),
        ([{"name": "A", "image": "a.jpg", "images": []}, {"name": "A"}], ["A"], "a.jpg"),
        ([], [], None),
        (None, [], None),
    ],
)
def test_performers(performers: Any, names: list[str], image: str | None) -> None:
    row = read_one(performers=performers)
    assert (row["performers"], row["image_url"]) == (names, image)


def test_pages_until_the_total_is_reached() -> None:
    def script(url: str, body: bytes | None) -> Any:
        number = int(url[-1])
        return {"events": [EVENT | {"id": number}], "meta": {"total": 5, "page": number, "per_page": 2}}

    pages, client = fetch_script(seatgeek, script, URL)
    assert [url for url, _ in client.asked] == [f"{URL[:-1]}{number}" for number in (1, 2, 3)]
    assert {page.answer.outcome for page in pages} == {"ok"}


@pytest.mark.parametrize("content", [{"events": []}, b"<html><title>Are you a person?</title></html>", 403])
def test_no_page_after_one_that_tells_nothing(content: Any) -> None:
    pages, client = fetch_script(seatgeek, lambda url, body: content, URL)
    assert (len(pages), len(client.asked)) == (1, 1)


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ({"events": []}, []),
        ({"status": "error", "message": "client_id is not approved"}, ["api_error"]),
        ({"meta": {"total": 3}}, ["contract_drift"]),
        ([EVENT], ["contract_drift"]),
    ],
)
def test_other_bodies(content: Any, rules: list[str]) -> None:
    assert page_rules(seatgeek, orjson.dumps(content)) == rules


def test_a_page_for_robots_is_not_json() -> None:
    assert page_rules(seatgeek, b"<!DOCTYPE html><title>Are you a person?</title>") == ["not_json"]
