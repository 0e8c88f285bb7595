"""Features of canonical events: when, how long, how well known, and how many people may come."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.config.attendance import AttendancePriors
from pulsecity_pipeline.contracts.features import EventFeatures
from pulsecity_pipeline.features.attendance import estimate_attendance

#: A timed event that ends before this hour of the morning belongs to the evening before.
NIGHT_ENDS_AT_HOUR = 6
_KNOWN_HOUR = pl.col("time_precision").is_in(["minute", "hour"]) & ~pl.col("all_day")


def build_event_features(
    events: pl.DataFrame, venues: pl.DataFrame, *, at: datetime, priors: AttendancePriors
) -> pl.DataFrame:
    """clean.events and clean.venues → features.events, one row per event, sorted by event_id; `at` is in UTC."""
    described = (
        events.join(_venue_facts(venues), on="venue_id", how="left", maintain_order="left")
        .with_columns(**_time_features(at), is_series=pl.col("series_key").is_not_null(), known_at=pl.lit(at))
        .with_columns(**_knowledge_features())
    )
    estimate = estimate_attendance(described, priors)
    schema = EventFeatures.polars_schema()
    featured = described.join(estimate, on="event_id", how="left")
    return featured.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort("event_id")


def last_local_day() -> pl.Expr:
    """Last local date an event covers, null without a start date.

    An evening that ends before 06:00 makes no further day: the date of (stated end - 6 h), never before the start.
    Without an end, or of an end known by date only, `ends_on`, else the start.
    """
    evening_end = (pl.col("ends_local") - pl.duration(hours=NIGHT_ENDS_AT_HOUR)).dt.date()
    stated = pl.when(~pl.col("all_day") & pl.col("ends_local").is_not_null()).then(evening_end)
    last_on = stated.otherwise(pl.col("ends_on")).fill_null(pl.col("starts_on"))
    return pl.when(pl.col("starts_on").is_not_null()).then(pl.max_horizontal(last_on, "starts_on"))


def _venue_facts(venues: pl.DataFrame) -> pl.DataFrame:
    """Per venue: its listings, and the capacity of its own or of the venue it is a room of."""
    parents = venues.select(parent_venue_id="venue_id", parent_capacity="capacity")
    return venues.join(parents, on="parent_venue_id", how="left").select(
        "venue_id",
        venue_listing_count="listing_count",
        capacity=pl.coalesce("capacity", "parent_capacity"),
    )


def _time_features(at: datetime) -> dict[str, pl.Expr]:
    return {
        "start_hour": pl.when(_KNOWN_HOUR).then(pl.col("starts_local").dt.hour()),
        "weekday": pl.col("starts_on").dt.weekday(),
        "is_weekend": pl.col("starts_on").dt.weekday() >= 6,
        "lead_days": _days(pl.col("starts_at") - pl.col("first_seen_at")),
        "days_ahead": _days(pl.col("starts_at") - pl.lit(at)),
        "duration_minutes": (pl.col("ends_at") - pl.col("starts_at")).dt.total_seconds() / 60,
        "day_count": (last_local_day() - pl.col("starts_on")).dt.total_days() + 1,
    }


def _knowledge_features() -> dict[str, pl.Expr]:
    return {
        "has_description": pl.col("description").is_not_null(),
        "has_price": pl.any_horizontal(
            pl.col("price_min", "price_max").is_not_null(), pl.col("is_free").fill_null(False)
        ),
        "has_image": pl.col("image_url").is_not_null(),
    }


def _days(span: pl.Expr) -> pl.Expr:
    return (span.dt.total_seconds() / 86_400).round(4)
