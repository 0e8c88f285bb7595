"""Luma: the id trap, hidden places, cents of any currency, and addresses that would answer for the asking machine."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sources import luma
from pulsecity_pipeline.sources.protocol import Feed, FetchedPage
from pulsecity_pipeline_tests.sources.reading_one import ScriptedClient, read_page, read_row

_EVENT = {"api_id": "evt-a", "name": "A", "start_at": "2027-03-04T18:00:00.000Z", "timezone": "Europe/Paris"}
_URL = "https://api2.luma.com/discover/get-paginated-events?latitude=48.8&longitude=2.3&pagination_limit=50"


def _entry(event: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"entries": [{"api_id": "calev-1", "event": _EVENT | (event or {}), **fields}]}


def _ticket(**fields: Any) -> dict[str, Any]:
    return _entry(ticket_info=fields)


@pytest.mark.parametrize("entry_id", ["calev-1", "evt-a"])
def test_the_event_s_own_id_counts_and_its_clock_is_the_venue_s(entry_id: str) -> None:
    result = read_page(luma, {"entries": [_entry()["entries"][0] | {"api_id": entry_id}]})
    assert result.rows[0]["source_event_id"] == "evt-a"
    assert (result.rows[0]["start_wall"].isoformat(), result.rows[0]["start_zone"]) == (
        "2027-03-04T19:00:00",
        "Europe/Paris",
    )
    assert luma.split(orjson.dumps(_entry())).records[0].key == "evt-a"


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ({"price": {"cents": 1500, "currency": "eur"}, "currency_info": {"decimals": 2}}, (15, 15, "EUR", False)),
        ({"price": {"cents": 1500, "currency": "eur"}}, (15, 15, "EUR", False)),
        ({"price": {"cents": 1500, "currency": "jpy"}}, (1500, 1500, "JPY", False)),
        ({"price": {"cents": 1500, "currency": "xts"}, "currency_info": {"decimals": 3}}, (1.5, 1.5, "XTS", False)),
        ({"price": {"cents": 500, "min_cents": 0, "currency": "usd", "is_flexible": True}}, (0, 5, "USD", False)),
        ({"price": {"cents": 500, "currency": "usd"}, "max_price": {"cents": 900, "currency": "usd"}}, (5, 9, "USD", False)),
        ({"price": {"cents": 0, "currency": "usd"}}, (None, None, None, None)),
        ({"price": None, "is_free": False}, (None, None, None, None)),
        ({"price": None, "is_free": True}, (None, None, None, True)),
        ({}, (None, None, None, None)),
    ],
)  # fmt: skip
def test_prices(ticket: dict[str, Any], expected: tuple[Any, ...]) -> None:
    row = read_row(luma, _ticket(**({"is_free": False} | ticket)))
    assert tuple(row.get(name) for name in ("price_min", "price_max", "currency", "is_free")) == expected


@pytest.mark.parametrize(
    "hidden",
    [{"geo_address_visibility": "guests-only"}, {"geo_address_info": {"mode": "obfuscated", "city": "Paris", "address": "Secret"}}],
)  # fmt: skip
def test_a_hidden_place_keeps_its_town_and_a_point_that_is_only_near(hidden: dict[str, Any]) -> None:
    shown = {"location_type": "offline", "geo_address_info": {"mode": "shown", "city": "Paris", "address": "Secret", "short_address": "Secret 1, Paris"}, "coordinate": {"latitude": 48.8, "longitude": 2.3}}  # fmt: skip
    row = read_row(luma, _entry(shown | hidden))
    assert "Secret" not in str(row)
    assert (row["locality"], row["latitude"], row["geo_precision"]) == ("Paris", 48.8, "approximate")
    open_row = read_row(luma, _entry(shown))
    assert (open_row["venue_name"], open_row["address"]) == ("Secret", "Secret 1")
    assert "geo_precision" not in open_row


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("offline", "offline"),
        ("online", "online"),
        ("zoom", "online"),
        ("missing", None),
        ("unknown", None),
        ("moon", None),
    ],
)
def test_kinds_of_places(kind: str, mode: str | None) -> None:
    result = read_page(luma, _entry({"location_type": kind, "meeting_url": "https://meet.example/secret"}))
    assert result.rows[0].get("attendance_mode") == mode
    assert result.rows[0].get("online_url") is None
    assert result.unread["event.location_type=moon"] == (kind == "moon")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ticket_info": {"is_sold_out": True, "is_near_capacity": True}, "registration_availability": "open"}, "sold_out"),
        ({"ticket_info": {"is_near_capacity": True}, "registration_availability": "open"}, "few_left"),
        ({"registration_availability": "open"}, "on_sale"),
        ({"registration_availability": "closed"}, "ended"),
        ({"registration_availability": "waitlist"}, "waitlist"),
        ({"registration_availability": "moonlit"}, "moonlit"),
        ({}, None),
    ],
)  # fmt: skip
def test_sale(fields: dict[str, Any], expected: str | None) -> None:
    assert read_row(luma, _entry(**fields)).get("sale_status") == expected


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (_entry({"visibility": "private"}), "not_public"),
        (_entry({"visibility": "members-only"}), "not_public"),
        (_entry({"start_at": "soon"}), "invalid_start"),
        (_entry({"start_at": None}), "missing_start"),
        ({"entries": [{"api_id": "evt-a"}]}, "missing_field"),
        ({"message": "Not found"}, "api_error"),
        ({"infos": []}, "contract_drift"),
        (b"<html><title>Luma</title></html>", "not_json"),
    ],
)
def test_refusals(page: Any, rule: str) -> None:
    assert [fault.rule for fault in read_page(luma, page).faults] == [rule]


def test_guests_leave_the_record_and_the_fingerprint() -> None:
    one, two = (
        luma.split(orjson.dumps(_entry(featured_guests=[{"name": name}], guest_count=n)))
        for n, name in ((1, "Ann"), (2, "Bo"))
    )
    assert b"Ann" not in one.records[0].payload
    assert one.records[0].fingerprint == two.records[0].fingerprint


def _fetch(client: ScriptedClient, url: str) -> list[FetchedPage]:
    return list(luma.fetch(client, [Feed("luma", "city", url)], {}))


def _page(number: int, cursor: str | None, *, has_more: bool) -> dict[str, Any]:
    return {"entries": [{"event": {"api_id": f"evt-{number}"}}], "has_more": has_more, "next_cursor": cursor}


def test_pages_follow_the_cursor_while_there_is_more() -> None:
    client = ScriptedClient(
        lambda url, body: (
            _page(2, "left", has_more=False) if "pagination_cursor=c%3D" in url else _page(1, "c=", has_more=True)
        )
    )
    assert len(_fetch(client, _URL)) == 2
    assert client.asked[1][0] == f"{_URL}&pagination_cursor=c%3D"


def test_a_repeated_cursor_ends_with_a_failed_page() -> None:
    client = ScriptedClient(lambda url, body: _page(len(client.asked), "same", has_more=True))
    pages = _fetch(client, _URL)
    assert len(client.asked) == 2
    assert pages[-1].answer.outcome == "failed"


@pytest.mark.parametrize("query", ["near=Paris", "pagination_limit=50"])
def test_an_address_without_a_place_is_not_asked(query: str) -> None:
    client = ScriptedClient(lambda url, body: _page(1, None, has_more=False))
    pages = _fetch(client, f"https://api2.luma.com/discover/get-paginated-events?{query}")
    assert not client.asked
    assert (pages[0].answer.reason or "").startswith("not asked: the address names no place")


def test_the_site_needs_consent_and_the_key_only_the_official_host() -> None:
    entry = load_sources()["luma"]
    assert entry.consent is False
    assert [(key.host, key.required) for key in entry.keys] == [("public-api.luma.com", False)]
