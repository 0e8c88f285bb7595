"""Event features: hours, days and knowledge from the columns of an event."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.attendance import load_attendance
from pulsecity_pipeline.contracts import EventFeatures
from pulsecity_pipeline.features.events import build_event_features
from pulsecity_pipeline_tests.features.frames import (
    AT,
    all_day,
    assert_contract,
    event,
    events_of,
    numbered_id,
    venue,
    venues_of,
)

PRIORS = load_attendance()


def features(*rows: dict[str, Any], venues: pl.DataFrame | None = None) -> pl.DataFrame:
    known = venues_of() if venues is None else venues
    return build_event_features(events_of(*rows), known, at=AT, priors=PRIORS)


def test_features_of_a_plain_evening() -> None:
    seen = AT - timedelta(days=10)
    row = features(event(first_seen_at=seen, ends_at=datetime(2026, 8, 26, 3, 30, tzinfo=UTC))).row(0, named=True)
    assert row["start_hour"] == 19
    assert row["is_weekend"] is False
    assert row["days_ahead"] == 4.0833
    assert row["lead_days"] == 14.0833
    assert row["duration_minutes"] == 90.0
    assert row["day_count"] == 1
    assert (row["has_description"], row["has_price"], row["has_image"], row["is_series"]) == (False,) * 4
    assert row["venue_listing_count"] is None
    assert (row["attendance_p50"], row["attendance_basis"]) == (64.0, "prior")
    assert row["known_at"] == AT


def test_what_is_unknown_stays_null() -> None:
    tba = event(starts_on=None, starts_at=None, starts_local=None, time_precision="tba")
    row = features(tba).row(0, named=True)
    unknown = ["start_hour", "is_weekend", "lead_days", "days_ahead", "duration_minutes", "day_count"]
    assert [row[name] for name in unknown] == [None] * 6


def test_an_all_day_midnight_is_no_hour() -> None:
    row = features(all_day(0, date(2026, 8, 29), date(2026, 8, 30))).row(0, named=True)
    assert (row["start_hour"], row["day_count"], row["is_weekend"]) == (None, 2, True)
    assert features(event(all_day=True))["start_hour"].item() is None
    assert features(event(time_precision="hour"))["start_hour"].item() == 19


@pytest.mark.parametrize(
    ("ends_local", "days"),
    [("2026-08-26T00:00", 1), ("2026-08-26T05:59", 1), ("2026-08-26T06:00", 2), ("2026-08-27T12:00", 3)],
)
def test_a_night_that_ends_before_six_is_one_day(ends_local: str, days: int) -> None:
    end = datetime.fromisoformat(ends_local)
    assert features(event(ends_local=end, ends_on=end.date()))["day_count"].item() == days


def test_a_start_after_midnight_keeps_its_day() -> None:
    start, end = (datetime.fromisoformat(f"2026-08-25T0{hour}:00") for hour in (1, 2))
    assert features(event(starts_local=start, ends_local=end, ends_on=end.date()))["day_count"].item() == 1


def test_a_room_takes_the_capacity_of_its_house() -> None:
    house, room, hut = numbered_id("ven", 1), numbered_id("ven", 2), numbered_id("ven", 3)
    venues = venues_of(
        venue(1, capacity=30), venue(2, parent_venue_id=house), venue(3, parent_venue_id=house, capacity=10)
    )
    frame = features(event(0, venue_id=room), event(1, venue_id=hut), event(2, venue_id=None), venues=venues)
    assert frame["attendance_p50"].to_list() == [30.0, 10.0, 64.0]
    assert frame["attendance_basis"].to_list() == ["capacity_cap", "capacity_cap", "prior"]
    assert frame["venue_listing_count"].to_list() == [7, 7, None]


def test_free_is_a_known_price() -> None:
    frame = features(event(0, is_free=True), event(1, is_free=False), event(2, price_max=5))
    assert frame["has_price"].to_list() == [True, False, True]


def test_contract_holds_in_any_order_of_rows() -> None:
    rows = [event(2), all_day(1, date(2026, 9, 1)), event(0, status="cancelled")]
    frame = features(*rows)
    assert_contract(frame, EventFeatures, ["event_id"])
    assert frame.equals(features(*reversed(rows)))
    assert_contract(features(), EventFeatures, ["event_id"])
