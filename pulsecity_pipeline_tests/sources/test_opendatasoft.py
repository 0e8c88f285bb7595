"""Opendatasoft: three generations of envelopes, all slots of a row, runs, words for free."""

import json
from typing import Any

import pytest

from pulsecity_pipeline.sources import opendatasoft
from pulsecity_pipeline.sources.protocol import ReadResult
from pulsecity_pipeline_tests.sources.calendars import WINDOW
from pulsecity_pipeline_tests.sources.servers import fetch_pages

ROW = {"id": "1", "title": "t", "date_start": "2026-09-03T12:00:00+00:00"}


def read(*rows: dict[str, Any]) -> ReadResult:
    return opendatasoft.read(opendatasoft.split(json.dumps({"results": [ROW | row for row in rows]}).encode()), WINDOW)


@pytest.mark.parametrize(
    "content",
    [
        {"total_count": 1, "results": [ROW]},
        {"total_count": 1, "records": [{"record": {"id": "x", "fields": ROW}}]},
        {"nhits": 1, "records": [{"recordid": "x", "fields": ROW}]},
        [ROW],
        ROW,
    ],
)
def test_every_generation_of_envelopes(content: Any) -> None:
    result = opendatasoft.read(opendatasoft.split(json.dumps(content).encode()), WINDOW)
    assert [row["source_event_id"] for row in result.rows] == ["1"]


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ({"total_count": 0, "results": []}, []),
        ({"error_code": "ODSQLError", "message": "m"}, ["api_error"]),
        ({"moon": 1}, ["contract_drift"]),
        ({"results": [{"moon": 1}]}, ["contract_drift"]),
    ],
)
def test_pages_that_are_no_rows(content: Any, rules: list[str]) -> None:
    assert [fault.rule for fault in opendatasoft.split(json.dumps(content).encode()).faults] == rules


@pytest.mark.parametrize(
    ("slots", "ids"),
    [
        (None, ["1"]),
        ("", ["1"]),
        ("when?", ["1"]),
        ("2026-09-03T14:00:00+02:00_2026-09-03T16:00:00+02:00", ["1"]),
        ("2026-09-04T14:00+02:00_;2026-09-03T14:00+02:00_", ["1#20260903T140000", "1#20260904T140000"]),
        ("2020-01-01T14:00+01:00_;2026-09-03T14:00+02:00_", ["1#20260903T140000"]),
        ("2020-01-01T14:00+01:00_;2020-01-02T14:00+01:00_", ["1#20200101T140000"]),
    ],
)
def test_slots(slots: Any, ids: list[str]) -> None:
    result = read({"occurrences": slots})
    assert [row["source_event_id"] for row in result.rows] + [one[1] for one in result.expansions] == ids


def test_rows_with_slots_are_read_every_night() -> None:
    body = json.dumps([ROW, ROW | {"occurrences": None}, ROW | {"occurrences": "2026-09-03T14:00+02:00_"}]).encode()
    assert [record.is_windowed for record in opendatasoft.split(body).records] == [False, False, True]


@pytest.mark.parametrize(
    ("end", "is_date"),
    [("2026-09-03T20:00:00+00:00", False), ("2026-09-04T20:00:00+00:00", False), ("2026-09-09T20:00:00+00:00", True)],
)
def test_a_run_is_told_in_days(end: str, is_date: bool) -> None:
    (row,) = read({"date_end": end}).rows
    assert (row["start_is_date"], row["end_is_date"]) == (is_date, is_date)


@pytest.mark.parametrize(("word", "free"), [("gratuit", True), ("payant", False), ("prix libre", None), (None, None)])
def test_words_for_free(word: str | None, free: bool | None) -> None:
    result = read({"price_type": word})
    assert result.rows[0]["is_free"] is free
    assert ("price_type=prix libre" in result.unread) is (word == "prix libre")


@pytest.mark.parametrize(
    "point",
    [
        {"lon": 2.5, "lat": 48.5},
        [48.5, 2.5],
        {"type": "Point", "coordinates": [2.5, 48.5]},
        "48.5, 2.5",
        {"latitude": "48.5", "longitude": "2.5"},
    ],
)
def test_points(point: Any) -> None:
    (row,) = read({"lat_lon": point}).rows
    assert (row["latitude"], row["longitude"]) == (48.5, 2.5)


def test_pages_by_offset_until_the_total() -> None:
    url = "https://portal.example/api/explore/v2.1/catalog/datasets/d/records?limit=2"
    pages, asked = fetch_pages(
        opendatasoft,
        url,
        {
            url: {"total_count": 3, "results": [1, 2]},
            f"{url}&offset=2": {"total_count": 3, "results": [3]},
        },
    )
    assert ([page.answer.outcome for page in pages], len(asked)) == (["ok", "ok"], 2)


def test_an_export_is_one_page() -> None:
    url = "https://portal.example/api/explore/v2.1/catalog/datasets/d/exports/json"
    _, asked = fetch_pages(opendatasoft, url, {url: [ROW]})
    assert asked == [url]
