"""Eventbrite: three shapes and their older kin, units of money, what is hidden, and pages one after the other."""

from datetime import date
from typing import Any

import orjson
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.source_entries import FeedEntry, load_sources
from pulsecity_pipeline.sources import eventbrite
from pulsecity_pipeline.sources.protocol import Feed, FetchedPage
from pulsecity_pipeline_tests.sources.reading_one import ScriptedClient, read_page, read_row

_BASE = {
    "id": "900000000017",
    "name": "A",
    "start_date": "2027-03-04",
    "start_time": "18:30",
    "timezone": "Europe/Lisbon",
}
_SEARCH = "https://www.eventbriteapi.com/v3/destination/search/?place=85928879&from=2026-08-22"


def _event(**fields: Any) -> dict[str, Any]:
    return {"events": {"results": [_BASE | fields]}}


def _price(value: int, currency: str, major: str | None = None) -> dict[str, Any]:
    return {"value": value, "currency": currency, "major_value": major}


@pytest.mark.parametrize(
    ("availability", "expected"),
    [
        ({"is_free": False, "minimum_ticket_price": _price(1250, "EUR"), "maximum_ticket_price": _price(2000, "EUR")}, (12.5, 20, "EUR", False)),
        ({"is_free": False, "minimum_ticket_price": _price(1250, "EUR", "12.50")}, (12.5, None, "EUR", False)),
        ({"is_free": False, "minimum_ticket_price": _price(1500, "JPY")}, (1500, None, "JPY", False)),
        ({"is_free": False, "minimum_ticket_price": _price(1500, "KWD")}, (1.5, None, "KWD", False)),
        ({"is_free": False, "minimum_ticket_price": _price(0, "EUR"), "maximum_ticket_price": _price(2000, "EUR")}, (0, 20, "EUR", False)),
        ({"is_free": False, "minimum_ticket_price": _price(0, "EUR")}, (None, None, None, None)),
        ({"is_free": False, "minimum_ticket_price": None}, (None, None, None, None)),
        ({"is_free": True, "minimum_ticket_price": _price(0, "EUR")}, (None, None, None, True)),
        (None, (None, None, None, None)),
    ],
)  # fmt: skip
def test_prices_are_minor_units_and_not_free_may_be_unknown(availability: Any, expected: tuple[Any, ...]) -> None:
    row = read_row(eventbrite, _event(ticket_availability=availability))
    assert tuple(row.get(name) for name in ("price_min", "price_max", "currency", "is_free")) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"start_wall": "2027-03-04T18:30:00", "start_zone": "Europe/Lisbon"}),
        ({"start_date": "2027-03-04T19:00:00", "start_time": None, "timezone": None}, {"start_wall": "2027-03-04T19:00:00", "start_zone": None}),
        ({"start_date": None, "start_time": None, "timezone": None, "start": {"local": "2027-03-04T19:00:00", "timezone": "Europe/Oslo"}}, {"start_wall": "2027-03-04T19:00:00", "start_zone": "Europe/Oslo"}),
        ({"end_date": "2027-03-04", "end_time": "20:00"}, {"end_wall": "2027-03-04T20:00:00"}),
        ({"end_date": "2027-03-04", "end_time": "20:00", "hide_end_date": True}, {"end_wall": None}),
        ({"end_date": "2028-03-04", "end_time": "20:00", "series_id": "900000000017"}, {"end_wall": None, "series_uid": "900000000017"}),
        ({"end_date": "2027-03-04", "end_time": "20:00", "series_id": "900000000010"}, {"end_wall": "2027-03-04T20:00:00", "series_uid": "900000000010"}),
        ({"hide_start_date": True}, {"rule": "hidden_start"}),
        ({"start_date": "next week"}, {"rule": "invalid_start"}),
        ({"listed": False}, {"rule": "not_public"}),
        ({"status": "draft"}, {"rule": "not_public"}),
        ({"is_cancelled": None}, {"status": None}),
        ({"is_cancelled": True}, {"status": "cancelled"}),
        ({"status": "canceled"}, {"status": "cancelled"}),
        ({"status": "completed"}, {"status": None}),
        ({"event_sales_status": {"sales_status": "not_yet_on_sale"}}, {"sale_status": "not_yet_on_sale"}),
        ({"event_sales_status": {"sales_status": "on_sale"}, "ticket_availability": {"is_sold_out": True}}, {"sale_status": "sold_out"}),
        ({"ticket_availability": {"has_sold_out": True}}, {"sale_status": "sold_out"}),
        ({"is_online_event": True}, {"attendance_mode": "online"}),
        ({"is_online_event": True, "primary_venue": {"name": "Hall", "address": {"city": "Graz"}}}, {"attendance_mode": "mixed"}),
        ({"online_event": False}, {"attendance_mode": "offline"}),
        ({}, {"attendance_mode": None}),
        ({"url": "https://www.eventbrite.example/e/a-tickets-900000000017?aff=x"}, {"url": "https://www.eventbrite.example/e/a-tickets-900000000017"}),
    ],
)  # fmt: skip
def test_fields_of_all_shapes(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    row = read_row(eventbrite, _event(**fields))
    assert {name: row.get(name) for name in expected} == expected


@pytest.mark.parametrize("name", ["event_id", "eventbrite_event_id", "eid"])
def test_the_id_by_its_other_names(name: str) -> None:
    shape = {key: value for key, value in _BASE.items() if key != "id"}
    assert read_row(eventbrite, [shape | {name: "77"}])["source_event_id"] == "77"


def test_counts_of_the_search_leave_the_fingerprint() -> None:
    one, two = (read_page(eventbrite, _event(num_children=n)).rows[0]["fingerprint"] for n in (1, 2))
    assert one == two


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (b"<html><title>Just a page</title></html>", "not_json"),
        (b"<html><script>window.__SERVER_DATA__ = {\"app\": 1};</script></html>", "contract_drift"),
        (b"<html><script>window.__SERVER_DATA__ = {broken</script></html>", "not_json"),
        (b'{"error": "NOT_FOUND", "error_description": "The organization you requested does not exist."}', "api_error"),
        (b'{"attendees": {}}', "contract_drift"),
        (b"", "empty_body"),
    ],
)  # fmt: skip
def test_pages_without_events_are_faults_and_not_silence(page: bytes, rule: str) -> None:
    assert [fault.rule for fault in read_page(eventbrite, page).faults] == [rule]


def _search(results: list[str], number: int, count: int, total: int) -> dict[str, Any]:
    pages = {"object_count": total, "page_number": number, "page_count": count, "page_size": 50}
    return {"events": {"pagination": pages, "results": [{"id": key} for key in results]}}


def _fetch(client: ScriptedClient, url: str) -> list[FetchedPage]:
    return list(eventbrite.fetch(client, [Feed("eventbrite", "city", url)], {}))


class _Destination:
    """The search over `events` (id → day): pages of 50, none beyond the twentieth."""

    def __init__(self, events: dict[str, str]) -> None:
        self.events = events

    def __call__(self, url: str, body: bytes | None) -> Any:
        search = orjson.loads(body or b"")["event_search"]
        days = search.get("date_range", {"from": "", "to": "9"})
        found = [key for key, day in self.events.items() if days["from"] <= day <= days["to"]]
        number = search["page"]
        assert number <= 20
        return _search(found[(number - 1) * 50 : number * 50], number, -(-len(found) // 50), len(found))


def test_search_is_asked_by_post_and_by_days_until_every_slice_fits() -> None:
    events = {f"e{n}": f"2026-{9 + n % 4:02d}-{1 + n % 28:02d}" for n in range(2345)}
    client = ScriptedClient(_Destination(events))
    pages = _fetch(client, _SEARCH)
    ids = [event["id"] for page in pages for event in orjson.loads(page.answer.body or b"{}")["events"]["results"]]
    assert sorted(ids) == sorted(events)
    assert {url for url, _ in client.asked} == {"https://www.eventbriteapi.com/v3/destination/search/"}
    first = orjson.loads(client.asked[0][1] or b"")["event_search"]
    assert first["places"] == ["85928879"]
    assert first["date_range"] == {"from": "2026-08-21", "to": "2027-08-21"}


def test_a_day_that_is_too_full_is_asked_by_category_and_tells_what_is_missing() -> None:
    client = ScriptedClient(_Destination({f"e{n}": "2026-12-24" for n in range(1200)}))
    pages = _fetch(client, _SEARCH)
    asked = [orjson.loads(body or b"")["event_search"].get("tags") for _, body in client.asked]
    assert ["EventbriteCategory/103"] in asked
    reasons = {page.answer.reason for page in pages if page.answer.outcome == "failed"}
    assert "incomplete: 1000 of 1200 records came" in reasons


def test_lists_of_the_api_follow_their_continuation() -> None:
    def answer(url: str, body: bytes | None) -> Any:
        more = "continuation=abc" not in url
        return {"pagination": {"has_more_items": more, "continuation": "abc" if more else None}, "events": []}

    client = ScriptedClient(answer)
    pages = _fetch(client, "https://www.eventbriteapi.com/v3/organizers/1/events/?status=live")
    assert [url.partition("?")[2] for url, _ in client.asked] == ["status=live", "status=live&continuation=abc"]
    assert len(pages) == 2


def test_pages_of_the_site_follow_their_numbers_and_a_wall_ends_them() -> None:
    def answer(url: str, body: bytes | None) -> Any:
        number = int(url.partition("page=")[2])
        if number == 3:
            return b"<html><title>Human Verification</title></html>"
        data = {"search_data": {"events": {"pagination": {"page_number": number, "page_count": 9}, "results": []}}}
        return b"<html><script>window.__SERVER_DATA__ = " + orjson.dumps(data) + b"; window.x = {};</script></html>"

    client = ScriptedClient(answer)
    pages = _fetch(client, "https://www.eventbrite.com/d/germany--berlin/all-events/?page=1")
    assert len(client.asked) == len(pages) == 3
    assert read_page(eventbrite, pages[-1].answer.body).faults[0].rule == "not_json"


def test_the_night_stands_in_a_configured_address() -> None:
    entry = load_sources()["eventbrite"]
    assert entry.consent is False
    feed = FeedEntry(name="denver", url="https://www.eventbriteapi.com/v3/destination/search/?place=1&from={night}")
    fed = entry.model_copy(update={"feeds": {"us-co-denver": [feed]}})
    listed = fed.list_feeds(load_cities().get("us-co-denver"), "us-co-denver", date(2026, 8, 22))
    assert [one.url.rpartition("from=")[2] for one in listed] == ["2026-08-22"]
