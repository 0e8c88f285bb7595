"""Events spread over the local days they cover: the common ground of city-days and the city pulse."""

from datetime import datetime, timedelta

import polars as pl

from pulsecity_pipeline.features.events import last_local_day

#: What takes place in the city; `past` stays, so that the days behind us keep what they held. Not `moved_online`.
ACTIVE_STATUSES = ("scheduled", "tentative", "rescheduled", "past")
#: Longer entries are mostly standing offers; days beyond are dropped and the share is that of 366 days.
MAX_DAYS = 366
DAYS_BEFORE = 30
DAYS_AFTER = 365


def build_event_days(events: pl.DataFrame, event_features: pl.DataFrame, *, at: datetime) -> pl.DataFrame:
    """clean.events and features.events → one row per active, dated event and local day, near `at`.

    Returns event_id, day_on, share (of the event's attendance; 1 / its days, at most 366, so that all its days sum to
    1), attendance_p50 (share * the event's), category, venue_id, is_free, start_hour; sorted by day_on, event_id.
    Only days from 30 before to 365 after the date of `at` are kept; shares are those of the whole event.
    """
    window = pl.lit(at.date() - timedelta(days=DAYS_BEFORE)), pl.lit(at.date() + timedelta(days=DAYS_AFTER))
    return (
        _active_spans(events, event_features)
        .with_columns(
            from_on=pl.max_horizontal("starts_on", window[0]), until_on=pl.min_horizontal("last_on", window[1])
        )
        .filter(pl.col("from_on") <= pl.col("until_on"))
        .with_columns(day_on=pl.date_ranges("from_on", "until_on"))
        .explode("day_on")
        .select(
            "event_id", "day_on", "share", (pl.col("share") * pl.col("attendance_p50")).alias("attendance_p50"),
            "category", "venue_id", "is_free", "start_hour",
        )
        .sort("day_on", "event_id")
    )  # fmt: skip


def _active_spans(events: pl.DataFrame, event_features: pl.DataFrame) -> pl.DataFrame:
    """Active events with a start date: first and last day (at most 366 days), and one day's share."""
    dated = events.filter(pl.col("status").is_in(ACTIVE_STATUSES) & pl.col("starts_on").is_not_null())
    limit = pl.col("starts_on") + pl.duration(days=MAX_DAYS - 1)
    spans = dated.select(
        "event_id", "starts_on", "category", "venue_id", "is_free", last_on=pl.min_horizontal(last_local_day(), limit)
    ).with_columns(share=1 / ((pl.col("last_on") - pl.col("starts_on")).dt.total_days() + 1))
    return spans.join(event_features.select("event_id", "attendance_p50", "start_hour"), on="event_id", how="left")
