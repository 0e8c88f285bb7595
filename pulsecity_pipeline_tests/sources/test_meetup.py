"""Meetup: ids that last, venues that are none, fees, cursors by POST, and answers that are errors in part."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sources import meetup
from pulsecity_pipeline.sources.protocol import Feed, FetchedPage
from pulsecity_pipeline_tests.sources.reading_one import ScriptedClient, read_page, read_row

_NODE = {
    "id": "x1",
    "title": "A",
    "eventUrl": "https://www.meetup.com/g/events/900100200/",
    "dateTime": "2027-03-04T18:30:00+01:00",
}
_NEAR = "https://api.meetup.com/gql-ext?lat=47.07&lon=15.44&radius=25&from=2026-08-22"
_ONLINE = {"name": "Online event", "lat": -8.5211, "lon": 179.1962, "venueType": "online"}
_ROOM = {"name": "Room 4", "city": "Graz", "country": "at", "lat": 47.07, "lon": 15.44, "venueType": ""}


def _node(**fields: Any) -> dict[str, Any]:
    return {"data": {"recommendedEvents": {"edges": [{"node": _NODE | fields}]}}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"token": "312"}, "312"),
        ({}, "900100200"),
        ({"eventUrl": "https://www.meetup.com/g/events/xtkwnqyzcbjb?recId=1"}, "xtkwnqyzcbjb"),
        ({"eventUrl": None}, "x1"),
    ],
)
def test_the_id_that_lasts(fields: dict[str, Any], expected: str) -> None:
    assert read_row(meetup, _node(**fields))["source_event_id"] == expected
    assert meetup.split(orjson.dumps(_node(**fields))).records[0].key == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("2027-03-04T18:30:00", "+01:00", None, None)),
        ({"duration": "PT2H15M"}, ("2027-03-04T18:30:00", "+01:00", "2027-03-04T20:45:00", "+01:00")),
        ({"duration": "P1DT30M"}, ("2027-03-04T18:30:00", "+01:00", "2027-03-05T19:00:00", "+01:00")),
        ({"duration": "PT0S"}, ("2027-03-04T18:30:00", "+01:00", None, None)),
        ({"duration": "long"}, ("2027-03-04T18:30:00", "+01:00", None, None)),
        ({"endTime": "2027-03-04T19:00+01:00", "duration": "PT9H"}, ("2027-03-04T18:30:00", "+01:00", "2027-03-04T19:00:00", "+01:00")),
        ({"group": {"timezone": "America/New_York"}}, ("2027-03-04T12:30:00", "America/New_York", None, None)),
        # Clocks go forward in between.
        ({"dateTime": "2027-03-28T01:00:00+01:00", "duration": "PT3H", "group": {"timezone": "Europe/Vienna"}}, ("2027-03-28T01:00:00", "Europe/Vienna", "2027-03-28T05:00:00", "Europe/Vienna")),
    ],
)  # fmt: skip
def test_times(fields: dict[str, Any], expected: tuple[str | None, ...]) -> None:
    row = read_row(meetup, _node(**fields))
    assert tuple(row.get(name) for name in ("start_wall", "start_zone", "end_wall", "end_zone")) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"venues": [_ONLINE]}, ("online", None, None)),
        ({"venues": [_ROOM]}, ("offline", "Room 4", 47.07)),
        ({"venues": [_ONLINE, _ROOM]}, ("mixed", "Room 4", 47.07)),
        ({"venues": []}, (None, None, None)),
        ({"venues": None, "eventType": "PHYSICAL"}, ("offline", None, None)),
        ({"venue": {"name": "Café", "lat": 1.5, "lng": 2.5}}, ("offline", "Café", 1.5)),
        ({"venue": {"name": "Online event", "lat": 1.5, "lng": 2.5}}, ("online", None, None)),
        ({"isOnline": True, "venue": None}, ("online", None, None)),
        ({"eventType": "ASTRAL", "venues": [_ROOM]}, ("offline", "Room 4", 47.07)),
    ],
)
def test_places(fields: dict[str, Any], expected: tuple[Any, ...]) -> None:
    row = read_row(meetup, _node(**fields))
    assert tuple(row.get(name) for name in ("attendance_mode", "venue_name", "latitude")) == expected


@pytest.mark.parametrize(
    ("fee", "expected"),
    [
        ({"required": True, "amount": 7.5, "currency": "EUR"}, (7.5, 7.5, "EUR", False)),
        ({"amount": 7.5, "currency": "EUR"}, (7.5, 7.5, "EUR", False)),
        ({"required": False, "amount": 7.5, "currency": "EUR"}, (None, None, None, None)),
        ({"required": True, "amount": 0, "currency": "EUR"}, (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_a_fee_is_in_major_units_and_none_is_unknown(fee: Any, expected: tuple[Any, ...]) -> None:
    row = read_row(meetup, _node(feeSettings=fee))
    assert tuple(row.get(name) for name in ("price_min", "price_max", "currency", "is_free")) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "ACTIVE"}, (None, None)),
        ({"status": "past"}, (None, None)),
        ({"status": "CANCELLED"}, ("cancelled", None)),
        ({"status": "AUTOSCHED_CANCELLED"}, ("cancelled", None)),
        ({"status": "FROZEN"}, ("FROZEN", None)),
        ({"rsvpState": "FULL"}, (None, "sold_out")),
        ({"rsvpState": "NOT_OPEN_YET"}, (None, "not_yet")),
        ({"rsvpState": "JOIN_OPEN"}, (None, None)),
    ],
)
def test_states(fields: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    result = read_page(meetup, _node(**fields))
    assert (result.rows[0]["status"], result.rows[0]["sale_status"]) == expected
    assert result.unread["status=FROZEN"] == (fields.get("status") == "FROZEN")


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (_node(status="DRAFT"), "not_public"),
        (_node(status="PROPOSED"), "not_public"),
        (_node(dateTime="tomorrow"), "invalid_start"),
        ({"errors": [{"message": "bad"}]}, "api_error"),
        ({"data": {"groupByUrlname": None}}, "contract_drift"),
        ({"data": {"groupSearch": {"edges": [{"node": {"name": "A group"}}]}}}, "contract_drift"),
        (b'<html><script id="__NEXT_DATA__">{"props": {"pageProps": {"__APOLLO_STATE__": 3}}}</script></html>', "contract_drift"),
        (b'<html><script id="__NEXT_DATA__">{"props"</script><title>Meetup</title></html>', "not_json"),
    ],
)  # fmt: skip
def test_refusals(page: Any, rule: str) -> None:
    assert [fault.rule for fault in read_page(meetup, page).faults] == [rule]


def test_an_answer_may_be_an_error_in_part() -> None:
    result = read_page(meetup, _node() | {"errors": [{"message": "one field timed out"}]})
    assert len(result.rows) == 1
    assert [(fault.rule, fault.is_record) for fault in result.faults] == [("api_error", False)]


@pytest.mark.parametrize(
    "data",
    [
        {"recommendedEvents": {"edges": [{"node": _NODE}]}},
        {"eventSearch": {"edges": [{"node": _NODE}]}},
        {"result": {"edges": [{"node": _NODE}]}},
        {"groupByUrlname": {"events": {"edges": [{"node": _NODE}]}}},
        {"proNetwork": {"eventsSearch": {"edges": [{"node": _NODE}]}}},
    ],
)
def test_lists_by_all_their_names(data: dict[str, Any]) -> None:
    assert read_row(meetup, {"data": data})["title"] == "A"


def test_people_leave_the_record() -> None:
    payload = (
        meetup.split(orjson.dumps(_node(eventHosts=[{"name": "Ann"}], host={"name": "Ann"}, rsvps={"edges": ["Ann"]})))
        .records[0]
        .payload
    )
    assert b"Ann" not in payload


def _fetch(client: ScriptedClient, url: str) -> list[FetchedPage]:
    return list(meetup.fetch(client, [Feed("meetup", "city", url)], {}))


def test_pages_follow_the_cursor_in_the_question() -> None:
    def answer(url: str, body: bytes | None) -> Any:
        is_first = "after" not in orjson.loads(body or b"")["variables"]
        pages = {"hasNextPage": is_first, "endCursor": "c1" if is_first else "c2"}
        return {"data": {"recommendedEvents": {"pageInfo": pages, "edges": [{"node": _NODE | {"id": str(is_first)}}]}}}

    client = ScriptedClient(answer)
    pages = _fetch(client, _NEAR)
    assert len({page.answer.url for page in pages}) == 2
    assert {url for url, _ in client.asked} == {"https://api.meetup.com/gql-ext"}
    first, second = (orjson.loads(body or b"") for _, body in client.asked)
    assert first["variables"] == {
        "filter": {"lat": 47.07, "lon": 15.44, "radius": 25.0, "startDateRange": "2026-08-21T00:00:00Z", "endDateRange": "2027-08-23T00:00:00Z"},
        "first": 100,
    }  # fmt: skip
    assert second == {"query": first["query"], "variables": first["variables"] | {"after": "c1"}}
    assert not {"rsvps", "eventHosts", "host", "member"} & set(first["query"].split())


def test_a_repeated_cursor_ends_with_a_failed_page() -> None:
    def answer(url: str, body: bytes | None) -> Any:
        edges = [{"node": _NODE | {"id": str(len(client.asked))}}]
        return {"data": {"recommendedEvents": {"pageInfo": {"hasNextPage": True, "endCursor": "c1"}, "edges": edges}}}

    client = ScriptedClient(answer)
    assert _fetch(client, _NEAR)[-1].answer.outcome == "failed"
    assert len(client.asked) == 2


def test_a_group_is_asked_by_its_name_and_a_page_by_get() -> None:
    client = ScriptedClient(
        lambda url, body: {"data": {"groupByUrlname": {"events": {"pageInfo": {"hasNextPage": False}, "edges": []}}}}
    )
    _fetch(client, "https://api.meetup.com/gql-ext?group=sketch-compile&from=2026-08-22")
    variables = orjson.loads(client.asked[0][1] or b"")["variables"]
    assert (variables["urlname"], variables["status"], variables["from"]) == (
        "sketch-compile",
        ["ACTIVE", "CANCELLED"],
        "2026-08-21T00:00:00Z",
    )
    _fetch(client, "https://www.meetup.com/find/?source=EVENTS&location=us--il--Chicago")
    assert client.asked[1] == ("https://www.meetup.com/find/?source=EVENTS&location=us--il--Chicago", None)


def test_the_configured_address_has_what_the_question_needs() -> None:
    entry = load_sources()["meetup"]
    assert entry.consent is False
    assert entry.city_feed is not None
    assert entry.city_feed.url.partition("?")[2] == "lat={latitude}&lon={longitude}&radius={radius_miles}&from={night}"
