"""What becomes of a plan, and what of it is known at which moment."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pulsecity_pipeline.sandbox.world.changes import known_of

AT = datetime(2027, 3, 1, tzinfo=UTC)
START = datetime.fromisoformat("2027-03-20T20:00:00")
MOMENTS = (
    "retitled_at", "moved_at", "rescheduled_at", "cancelled_at", "back_at", "postponed_at", "sold_out_at",
)  # fmt: skip


def plan_of(**known: datetime) -> pl.DataFrame:
    row = {
        "title": "Open choir",
        "new_title": "Open choir with guests",
        "venue_id": "v1",
        "other_venue_id": "v2",
        "starts_local": START,
        "ends_local": START + timedelta(hours=2),
        "doors_local": None,
        "shift_minutes": 2 * 1440,
        "is_free": False,
        "announced_at": AT - timedelta(days=30),
        "ends_at": AT + timedelta(days=20),
    }
    moments = {name: known.get(name) for name in MOMENTS}
    schema = {name: pl.Datetime("us", "UTC") for name in MOMENTS} | {"doors_local": pl.Datetime("us")}
    return pl.DataFrame([row | moments], schema_overrides=schema)


def known(at: datetime, **moments: datetime) -> dict[str, object]:
    return known_of(plan_of(**moments), pl.lit(at)).to_dicts()[0]


def test_nothing_changes_before_its_moment() -> None:
    found = known(AT, **{name: AT + timedelta(seconds=1) for name in MOMENTS})
    assert (found["title"], found["venue_id"], found["status"]) == ("Open choir", "v1", "scheduled")
    assert found["starts_local"] == START
    assert found["sale_status"] == "on_sale"


@pytest.mark.parametrize(
    ("moments", "field", "expected"),
    [
        (("retitled_at",), "title", "Open choir with guests"),
        (("moved_at",), "venue_id", "v2"),
        (("cancelled_at",), "status", "cancelled"),
        (("cancelled_at", "back_at"), "status", "scheduled"),
        (("postponed_at",), "status", "postponed"),
        (("postponed_at", "rescheduled_at"), "status", "rescheduled"),
        (("rescheduled_at",), "starts_local", START + timedelta(days=2)),
        (("rescheduled_at",), "previous_start_local", START),
        (("sold_out_at",), "sale_status", "sold_out"),
    ],
)
def test_a_change_shows_from_its_moment_on(moments: tuple[str, ...], field: str, expected: object) -> None:
    assert known(AT, **dict.fromkeys(moments, AT))[field] == expected


def test_another_hour_is_no_rescheduling() -> None:
    plan = plan_of(rescheduled_at=AT).with_columns(shift_minutes=30)
    found = known_of(plan, pl.lit(AT)).to_dicts()[0]
    assert (found["status"], found["previous_start_local"]) == ("scheduled", None)
    assert found["starts_local"] == START + timedelta(minutes=30)
