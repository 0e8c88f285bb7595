"""Bandsintown: nameless dates, festivals, clocks without a zone, offers, and errors told with HTTP 200."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sources import bandsintown
from pulsecity_pipeline.sources.protocol import Feed
from pulsecity_pipeline_tests.sources.reading_one import ScriptedClient, read_page, read_row

_BASE = {
    "id": "1",
    "datetime": "2027-03-04T19:30:00",
    "lineup": ["Moss Parade", "Lo Ferry"],
    "venue": {"name": "Barn Nine"},
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Moss Parade @ Barn Nine"),
        ({"title": "An evening"}, "An evening"),
        ({"venue": {}}, "Moss Parade"),
        ({"lineup": [], "artist": {"name": "Lo Ferry"}}, "Lo Ferry @ Barn Nine"),
    ],
)
def test_title(fields: dict[str, Any], expected: str) -> None:
    assert read_row(bandsintown, [_BASE | fields])["title"] == expected


def test_a_date_without_anybody_is_refused() -> None:
    assert read_row(bandsintown, [_BASE | {"lineup": []}]) == {"rule": "missing_title"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("2027-03-04T19:30:00", None, None)),
        ({"datetime": "", "starts_at": "2027-03-04T18:00:00"}, ("2027-03-04T18:00:00", None, None)),
        ({"ends_at": "2027-03-04T22:00:00"}, ("2027-03-04T19:30:00", None, "2027-03-04T22:00:00")),
        ({"datetime_display_rule": "date"}, ("2027-03-04T00:00:00", True, None)),
        ({"festival_start_date": "2027-03-03", "festival_end_date": "2027-03-06"}, ("2027-03-03T00:00:00", True, "2027-03-06T00:00:00")),
        ({"festival_start_date": "2027-03-03", "festival_end_date": ""}, ("2027-03-03T00:00:00", True, None)),
    ],
)  # fmt: skip
def test_days_and_clocks_without_a_zone(fields: dict[str, Any], expected: tuple[Any, ...]) -> None:
    row = read_row(bandsintown, [_BASE | fields])
    assert (row["start_wall"], row["start_is_date"] or None, row.get("end_wall")) == expected
    assert "start_zone" not in row


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"offers": [{"type": "Tickets", "status": "available"}]}, "on_sale"),
        (
            {"offers": [{"type": "Tickets", "status": "sold out"}, {"type": "Tickets", "status": "available"}]},
            "on_sale",
        ),
        ({"offers": [{"type": "Tickets", "status": "sold out"}]}, "sold_out"),
        ({"offers": [{"type": "Presale", "status": "available"}]}, "presale"),
        ({"offers": [{"type": "RSVP", "status": "available"}]}, None),
        ({"offers": [{"type": "Tickets", "status": "available"}], "sold_out": True}, "sold_out"),
        ({"offers": []}, None),
    ],
)
def test_sale(fields: dict[str, Any], expected: str | None) -> None:
    assert read_row(bandsintown, [_BASE | fields]).get("sale_status") == expected


@pytest.mark.parametrize(("free", "expected"), [(True, True), (False, None), (None, None)])
def test_false_is_what_nobody_filled_in(free: bool | None, expected: bool | None) -> None:
    row = read_row(bandsintown, [_BASE | {"free": free}])
    assert row.get("is_free") is expected
    assert "price_min" not in row


def test_a_virtual_venue_has_no_place() -> None:
    row = read_row(bandsintown, [_BASE | {"venue": {"type": "Virtual", "latitude": "37.7", "longitude": "-122.4"}}])
    assert row["attendance_mode"] == "online"
    assert "latitude" not in row


def test_addresses_lose_the_key_and_fans_leave_the_fingerprint() -> None:
    pages = [
        [_BASE | {"url": "https://www.bandsintown.com/e/1?app_id=someone", "artist": {"name": "M", "tracker_count": n}}]
        for n in (1, 2)
    ]
    one, two = (read_page(bandsintown, page).rows[0] for page in pages)
    assert one["url"] == "https://www.bandsintown.com/e/1"
    assert one["fingerprint"] == two["fingerprint"]


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ({"error": "Not Found"}, "api_error"),
        ({"warn": "Not found"}, "api_error"),
        ({"Message": "explicit deny"}, "api_error"),
        ({"id": "104", "name": "An artist"}, "contract_drift"),
        ("", "contract_drift"),
        (b"", "empty_body"),
        (b"<html><title>Maintenance</title></html>", "not_json"),
    ],
)
def test_what_is_no_list_of_dates(page: Any, rule: str) -> None:
    assert [fault.rule for fault in read_page(bandsintown, page).faults] == [rule]


def test_an_artist_without_dates_is_no_fault() -> None:
    result = read_page(bandsintown, [])
    assert (result.rows, result.faults) == ([], [])


def test_every_artist_is_asked_once() -> None:
    client = ScriptedClient(lambda url, body: orjson.dumps([]))
    feeds = [Feed("bandsintown", name, f"https://rest.bandsintown.com/artists/{name}/events/") for name in ("a", "b")]
    assert [page.feed for page in bandsintown.fetch(client, feeds, {})] == feeds
    assert len(client.asked) == 2


def test_it_needs_consent_and_a_key() -> None:
    entry = load_sources()["bandsintown"]
    assert entry.consent is False
    assert entry.missing_keys({}) == ["BANDSINTOWN_APP_ID"]
