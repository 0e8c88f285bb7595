"""Events spread over days, and what the days of a city add up to."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.contracts import CityDay
from pulsecity_pipeline.features.city_days import build_city_days
from pulsecity_pipeline.features.event_days import build_event_days
from pulsecity_pipeline_tests.features.frames import AT, all_day, assert_contract, event, events_of, numbered_id

TODAY = AT.date()


def people(events: pl.DataFrame, attendance: list[float], start_hour: int | None = 19) -> pl.DataFrame:
    hours = pl.Series("start_hour", [start_hour] * events.height, dtype=pl.Int64)
    values = pl.Series("attendance_p50", attendance, dtype=pl.Float64)
    return events.select("event_id").with_columns(values, hours)


def spread(*rows: dict[str, Any], attendance: list[float]) -> pl.DataFrame:
    events = events_of(*rows)
    return build_event_days(events, people(events, attendance), at=AT)


def test_attendance_is_spread_evenly() -> None:
    frame = spread(all_day(0, date(2026, 8, 28), date(2026, 8, 31)), attendance=[400.0])
    assert frame["day_on"].to_list() == [date(2026, 8, day) for day in (28, 29, 30, 31)]
    assert frame["attendance_p50"].to_list() == [100.0] * 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-29, 300), st.integers(1, 65)), min_size=1, max_size=6))
def test_shares_of_an_event_inside_the_window_sum_to_one(spans: list[tuple[int, int]]) -> None:
    firsts = [TODAY + timedelta(days=ahead) for ahead, _ in spans]
    lasts = [first + timedelta(days=days - 1) for first, (_, days) in zip(firsts, spans, strict=True)]
    rows = [all_day(number, *span) for number, span in enumerate(zip(firsts, lasts, strict=True))]
    frame = spread(*rows, attendance=[100.0] * len(rows))
    totals = frame.group_by("event_id").agg(pl.col("share", "attendance_p50").sum())
    assert totals.height == len(rows)
    assert totals["share"].to_list() == pytest.approx([1.0] * len(rows))
    assert totals["attendance_p50"].to_list() == pytest.approx([100.0] * len(rows))


def test_window_and_span_limits() -> None:
    long = all_day(0, TODAY - timedelta(days=100), TODAY + timedelta(days=900))
    frame = spread(long, attendance=[366.0])
    assert frame["share"].unique().to_list() == [1 / 366]
    assert frame["day_on"].min() == TODAY - timedelta(days=30)
    assert frame["day_on"].max() == TODAY + timedelta(days=265)
    edges = [all_day(n, TODAY + timedelta(days=days)) for n, days in enumerate((-31, -30, 365, 366))]
    assert spread(*edges, attendance=[1.0] * 4)["event_id"].to_list() == [numbered_id("evt", n) for n in (1, 2)]


@pytest.mark.parametrize(
    ("status", "held"),
    [("scheduled", 1), ("tentative", 1), ("rescheduled", 1), ("past", 1), ("cancelled", 0), ("postponed", 0), ("moved_online", 0)],
)  # fmt: skip
def test_only_active_events_fill_days(status: str, held: int) -> None:
    assert spread(event(status=status), attendance=[5.0]).height == held


def test_an_event_without_a_date_fills_no_day() -> None:
    tba = event(starts_on=None, starts_at=None, starts_local=None, time_precision="month")
    assert spread(tba, attendance=[5.0]).is_empty()


def test_a_city_day_worked_by_hand() -> None:
    saturday, sunday = date(2026, 8, 29), date(2026, 8, 30)
    events = events_of(
        all_day(3, saturday, sunday, is_free=True, category="festivals_fairs"),
        event(1, starts_on=saturday, venue_id=numbered_id("ven", 1), is_free=False),
        event(2, starts_on=saturday, venue_id=numbered_id("ven", 1)),
    )
    features = people(events, [100.0, 50.0, 7.0]).with_columns(start_hour=pl.Series([None, 17, 16]))
    frame = build_city_days(events, features, city_id="us-ca-davis", at=AT)
    first, second = frame.to_dicts()
    assert first == {
        "city_id": "us-ca-davis", "day_on": saturday, "known_at": AT, "event_count": 3, "free_count": 1, "venue_count": 1,
        "category_count": 2, "evening_count": 1, "attendance_p50": 107.0, "top_event_id": numbered_id("evt", 1),
        "is_weekend": True,
    }  # fmt: skip
    assert (second["day_on"], second["attendance_p50"], second["venue_count"]) == (sunday, 50.0, 0)


def test_contract_holds_in_any_order_of_rows() -> None:
    rows = [event(number, starts_on=date(2026, 8, 25) + timedelta(days=number % 3)) for number in range(9)]
    events = events_of(*rows)
    features = people(events, [0.1] * 9)
    frame = build_city_days(events, features, city_id="us-ca-davis", at=AT)
    assert_contract(frame, CityDay, ["day_on"])
    assert frame.equals(build_city_days(events.reverse(), features.reverse(), city_id="us-ca-davis", at=AT))
    empty = build_city_days(events_of(), people(events_of(), []), city_id="us-ca-davis", at=AT)
    assert_contract(empty, CityDay, ["day_on"])
