"""Which events are ranked, and in which order."""

import random
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.contracts import RankedEvent
from pulsecity_pipeline.rankings.events import rank_events
from pulsecity_pipeline_tests.features.frames import AT, all_day, assert_contract, event, events_of, numbered_id


def features_of(events: pl.DataFrame, people: list[float]) -> pl.DataFrame:
    p50 = pl.Series("attendance_p50", people, dtype=pl.Float64)
    return events.select("event_id").with_columns(
        p50, attendance_p10=p50 / 10, attendance_p90=p50 * 10, model_version=pl.lit("attendance-prior-1")
    )


def rank(events: pl.DataFrame, features: pl.DataFrame) -> pl.DataFrame:
    return rank_events(events, features, city_id="us-ca-davis", night=AT.date(), at=AT)


def ranked_ids(*rows: dict[str, Any], people: list[float] | None = None) -> list[str]:
    events = events_of(*rows)
    return rank(events, features_of(events, people or [10.0] * len(rows)))["event_id"].to_list()


def test_a_ranking_by_hand() -> None:
    events = events_of(event(0), event(1), event(2))
    frame = rank(events, features_of(events, [100.0, 10_000.0, 0.0]))
    wanted = ["position", "event_id", "impact_low", "impact", "impact_high", "impact_level", "attendance_p50"]
    assert frame.select(wanted).rows() == [
        (1, numbered_id("evt", 1), 50, 70, 90, 4, 10_000.0),
        (2, numbered_id("evt", 0), 10, 30, 50, 2, 100.0),
        (3, numbered_id("evt", 2), 0, 0, 0, 1, 0.0),
    ]
    assert_contract(frame, RankedEvent, ["position"])


def test_ties_go_by_attendance_then_start_then_id() -> None:
    early, late = datetime(2026, 8, 25, tzinfo=UTC), datetime(2026, 8, 27, tzinfo=UTC)
    rows = [event(4, starts_at=None, starts_local=None), event(3, starts_at=late), event(2, starts_at=early)]
    rows += [event(1, starts_at=early), event(5, starts_at=late)]
    # 1,000 and 1,001 people have the same impact of 50.
    ids = ranked_ids(*rows, people=[1000.0, 1000.0, 1000.0, 1000.0, 1001.0])
    assert ids == [numbered_id("evt", number) for number in (5, 1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("changes", "ranked"),
    [
        ({}, True),
        ({"status": "tentative"}, True),
        ({"status": "moved_online"}, True),
        ({"status": "cancelled"}, False),
        ({"status": "postponed"}, False),
        ({"status": "past"}, False),
        ({"ends_at": datetime(2026, 8, 22, 0, 0, 1, tzinfo=UTC)}, True),
        ({"ends_at": datetime(2026, 8, 22, tzinfo=UTC)}, False),
        ({"starts_on": None, "starts_at": None, "starts_local": None}, False),
        ({"starts_on": date(2026, 8, 22), "starts_at": None, "starts_local": None}, True),
        ({"starts_on": date(2026, 8, 21), "starts_at": None, "starts_local": None}, False),
        ({"starts_on": date(2026, 8, 1), "ends_on": date(2026, 8, 22), "starts_at": None, "starts_local": None}, True),
    ],
)
def test_what_is_upcoming(changes: dict[str, Any], ranked: bool) -> None:
    assert bool(ranked_ids(event(**changes))) is ranked


def test_the_day_without_a_stated_end_is_that_of_the_place() -> None:
    # At 2026-08-22 00:00 UTC it is still the 21st in California, and already the 22nd in Rome.
    california = all_day(0, date(2026, 8, 21))
    rome = california | {"starts_at": datetime(2026, 8, 20, 22, tzinfo=UTC)}
    assert ranked_ids(california) == [numbered_id("evt", 0)]
    assert ranked_ids(rome) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.0, 5.0, 5.2, 1000.0, 1001.0]), min_size=1, max_size=30), st.randoms())
def test_positions_do_not_depend_on_the_order_of_rows(people: list[float], shuffler: random.Random) -> None:
    events = events_of(*(event(number) for number in range(len(people))))
    features = features_of(events, people)
    order = list(range(len(people)))
    shuffler.shuffle(order)
    frame = rank(events, features)
    assert frame["position"].to_list() == list(range(1, len(people) + 1))
    assert frame["impact"].is_sorted(descending=True)
    assert frame.equals(rank(events[order], features.reverse()))


def test_no_events_no_rows() -> None:
    assert_contract(rank(events_of(), features_of(events_of(), [])), RankedEvent, ["position"])
