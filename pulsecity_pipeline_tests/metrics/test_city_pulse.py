"""The city pulse by its formula, with weeks worked by hand."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.contracts import CityPulse
from pulsecity_pipeline.metrics.city_pulse import build_city_pulse
from pulsecity_pipeline_tests.features.frames import assert_contract

NIGHT = date(2026, 8, 22)
MONDAY = date(2026, 8, 17)
SCHEMA = {"event_id": pl.String, "day_on": pl.Date, "attendance_p50": pl.Float64, "category": pl.String}


def pulse_of(*days: tuple[str, date, float, str]) -> pl.DataFrame:
    return build_city_pulse(pl.DataFrame(list(days), schema=SCHEMA, orient="row"), city_id="us-ca-davis", night=NIGHT)


def test_weeks_against_the_median_week() -> None:
    weeks = [MONDAY + timedelta(weeks=number) for number in range(3)]
    frame = pulse_of(("a", weeks[0], 100.0, "music"), ("b", weeks[1], 200.0, "music"), ("c", weeks[2], 600.0, "music"))
    assert frame["week_on"].to_list() == [MONDAY + timedelta(weeks=number) for number in range(26)]
    # Median of the weeks with attendance: 200. Shares 0.5, 1, 3 → 20 * s / (1 + s).
    assert frame["pulse"].to_list() == [6.67, 10.0, 15.0] + [0.0] * 23
    assert frame["event_count"].to_list() == [1, 1, 1] + [0] * 23
    assert_contract(frame, CityPulse, ["week_on"])


def test_a_week_runs_from_monday_to_sunday_and_counts_an_event_once() -> None:
    sunday = MONDAY + timedelta(days=6)
    frame = pulse_of(
        ("a", MONDAY, 30.0, "music"),
        ("a", sunday, 30.0, "music"),
        ("a", sunday + timedelta(days=1), 30.0, "music"),
        ("b", MONDAY, 50.0, "film"),
    )
    assert frame["event_count"].to_list()[:3] == [2, 1, 0]
    assert frame["attendance_p50"].to_list()[:3] == [110.0, 30.0, 0.0]
    assert frame["top_category"].to_list()[:3] == ["music", "music", None]


def test_equal_categories_go_by_name_and_none_without_attendance() -> None:
    frame = pulse_of(("a", MONDAY, 5.0, "music"), ("b", MONDAY, 5.0, "film"))
    assert frame["top_category"][0] == "film"
    online = pulse_of(("a", MONDAY, 0.0, "music"))
    assert online.row(0, named=True) | {"city_id": 0, "night": 0} == {
        "city_id": 0, "night": 0, "week_on": MONDAY, "event_count": 1, "attendance_p50": 0.0, "pulse": 0.0,
        "top_category": None,
    }  # fmt: skip


def test_days_outside_the_weeks_do_not_count() -> None:
    frame = pulse_of(("a", MONDAY - timedelta(days=1), 9.0, "music"), ("b", MONDAY + timedelta(weeks=26), 9.0, "music"))
    assert frame["attendance_p50"].sum() == frame["event_count"].sum() == 0


def test_a_city_without_events_has_quiet_weeks() -> None:
    frame = pulse_of()
    assert frame["pulse"].to_list() == [0.0] * 26
    assert_contract(frame, CityPulse, ["week_on"])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=26))
def test_more_people_never_mean_less_pulse(people: list[float]) -> None:
    days = [(f"e{week}", MONDAY + timedelta(weeks=week), value, "music") for week, value in enumerate(people)]
    frame = pulse_of(*days).filter(pl.col("event_count") > 0).sort("attendance_p50")
    assert frame["pulse"].is_sorted()
    assert frame["pulse"].is_between(0, 20).all()
    assert frame.equals(pulse_of(*reversed(days)).filter(pl.col("event_count") > 0).sort("attendance_p50"))


def test_the_median_week_has_pulse_ten() -> None:
    days = [(f"e{week}", MONDAY + timedelta(weeks=week), 10.0 + week, "music") for week in range(25)]
    assert pulse_of(*days)["pulse"].to_list()[12] == pytest.approx(10)
