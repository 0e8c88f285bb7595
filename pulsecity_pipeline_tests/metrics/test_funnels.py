"""Funnels: counts, distinct users and rates of a day, worked out by hand."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from pulsecity_pipeline.contracts.interactions import Funnel
from pulsecity_pipeline.metrics.funnels import build_funnels

DAY, OTHER = date(2026, 8, 22), date(2026, 8, 23)
SCHEMA = pl.Schema(
    {"happened_on": pl.Date(), "user_key": pl.String(), "name": pl.String(), "received_at": pl.Datetime("us", "UTC")}
)


def frame(*rows: tuple[date, str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row, datetime(2026, 8, 24, at, tzinfo=UTC)) for at, row in enumerate(rows)], SCHEMA, orient="row"
    )


def test_a_day_by_hand() -> None:
    seen = [(DAY, user, "impression") for user in "aabcd"]
    steps = [(DAY, "a", "click"), (DAY, "a", "click"), (DAY, "x", "click"), (DAY, "a", "save"), (DAY, "b", "login")]
    row = build_funnels(frame(*seen, *steps, (OTHER, "a", "purchase"))).row(0, named=True)
    assert (row["impressions"], row["clicks"], row["saves"], row["purchases"], row["signups"]) == (5, 3, 1, 0, 0)
    assert (row["impression_users"], row["click_users"], row["save_users"]) == (4, 2, 1)
    assert row["click_rate"] == pytest.approx(1 / 4)
    assert row["save_rate"] == pytest.approx(1 / 2)
    assert row["purchase_rate"] == 0
    assert row["signup_rate"] is None
    assert row["known_at"] == datetime(2026, 8, 24, 9, tzinfo=UTC)


def test_nothing_gives_no_row_and_days_do_not_mix() -> None:
    assert build_funnels(frame()).equals(Funnel.empty())
    made = build_funnels(frame((DAY, "a", "impression"), (OTHER, "a", "click")))
    assert made.select("happened_on", "click_rate", "save_rate").rows() == [(DAY, 0.0, None), (OTHER, None, 0.0)]
