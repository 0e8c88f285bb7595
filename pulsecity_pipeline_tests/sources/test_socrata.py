"""Socrata: which dataset a page is of, ids that repeat, and pages by offset."""

import json
from typing import Any

import pytest

from pulsecity_pipeline.sources import socrata
from pulsecity_pipeline_tests.sources.calendars import WINDOW
from pulsecity_pipeline_tests.sources.servers import fetch_pages

PERMIT = {"event_id": "1", "event_location": "A", "start_date_time": "2026-09-06T09:30:00.000", "event_name": "t"}
URL = "https://data.example/resource/aaaa-bbbb.json?$limit=2&$order=start,:id"


def rules(content: Any) -> list[str]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return [fault.rule for fault in socrata.split(body).faults]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ([], []),
        ({"message": "throttled", "error": True}, ["api_error"]),
        ({"rows": []}, ["contract_drift"]),
        ([{"id": 1, "name": "of another dataset"}], ["contract_drift"]),
        ([{"event_id": 1, "title": "a dataset without its dates"}], ["contract_drift"]),
        (b"<html><title>Just a moment</title></html>", ["not_json"]),
        (b"", ["empty_body"]),
    ],
)
def test_pages_that_are_no_rows(content: Any, found: list[str]) -> None:
    assert rules(content) == found


def test_a_column_left_out_where_it_is_null_does_not_hide_the_dataset() -> None:
    split = socrata.split(json.dumps([{"event_id": "2"}, PERMIT]).encode())
    assert split.context == {"dataset": "nyc_permitted_events"}
    assert [fault.rule for fault in socrata.read(split, WINDOW).faults] == ["missing_title"]


def test_one_permit_at_two_places_is_two_rows_of_one_series_and_key() -> None:
    split = socrata.split(json.dumps([PERMIT, PERMIT | {"event_location": "B"}, PERMIT]).encode())
    result = socrata.read(split, WINDOW)
    assert {record.key for record in split.records} == {"1"}
    assert {row["series_uid"] for row in result.rows} == {"1"}
    assert (len({row["source_event_id"] for row in result.rows}), result.repeats) == (2, 1)


def test_a_replaced_dataset_has_the_same_fingerprints() -> None:
    first, again = (
        socrata.split(json.dumps([PERMIT | {":id": number, ":version": number}]).encode()).records[0].fingerprint
        for number in ("x", "y")
    )
    assert first == again


def test_a_column_of_a_dataset_that_nobody_knows_is_counted() -> None:
    result = socrata.read(socrata.split(json.dumps([PERMIT | {"moon": 1, ":id": "x"}]).encode()), WINDOW)
    assert result.unread == {"moon": 1}


def test_pages_by_offset_until_one_is_short() -> None:
    pages, asked = fetch_pages(
        socrata,
        URL,
        {
            "https://data.example/resource/aaaa-bbbb.json?$limit=2&$order=start,:id": [1, 2],
            "https://data.example/resource/aaaa-bbbb.json?$limit=2&$order=start,:id&$offset=2": [3, 4],
            "https://data.example/resource/aaaa-bbbb.json?$limit=2&$order=start,:id&$offset=4": [5],
        },
    )
    assert [page.answer.outcome for page in pages] == ["ok", "ok", "ok"]
    assert len(asked) == 3


def test_without_an_order_rows_are_ordered_by_id() -> None:
    _, asked = fetch_pages(socrata, "https://data.example/r.json", {})
    assert asked == ["https://data.example/r.json?$order=:id"]
