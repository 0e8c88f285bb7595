"""Features of a city's days: what each day holds, from 30 days ago to a year ahead."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.contracts.features import CityDay
from pulsecity_pipeline.features.event_days import build_event_days

_EVENING_HOUR = 17


def build_city_days(events: pl.DataFrame, event_features: pl.DataFrame, *, city_id: str, at: datetime) -> pl.DataFrame:
    """clean.events and features.events of a city → features.city_days, one row per day that holds an active event.

    The top event is the one with the highest attendance on that day, of equal ones the lowest id. Sorted by day.
    """
    event_days = build_event_days(events, event_features, at=at)
    days = event_days.group_by("day_on").agg(**_day_counts(), **_day_sums()).sort("day_on")
    schema = CityDay.polars_schema()
    return days.with_columns(
        city_id=pl.lit(city_id), known_at=pl.lit(at), is_weekend=pl.col("day_on").dt.weekday() >= 6
    ).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _day_counts() -> dict[str, pl.Expr]:
    return {
        "event_count": pl.len(),
        "free_count": pl.col("is_free").fill_null(False).sum(),
        "venue_count": pl.col("venue_id").drop_nulls().n_unique(),
        "category_count": pl.col("category").n_unique(),
        "evening_count": (pl.col("start_hour") >= _EVENING_HOUR).fill_null(False).sum(),
    }


def _day_sums() -> dict[str, pl.Expr]:
    # Sorted before summing: floating point sums depend on their order.
    people = pl.col("attendance_p50")
    ranked = pl.col("event_id").sort_by(people, pl.col("event_id"), descending=[True, False])
    return {"attendance_p50": people.sort_by("event_id").sum().round(1), "top_event_id": ranked.first()}
