"""The ranking of a city's upcoming events by impact."""

from datetime import UTC, date, datetime

import polars as pl

from pulsecity_pipeline.contracts.rankings import RankedEvent
from pulsecity_pipeline.rankings.impact import impact, impact_level

#: Statuses of events that will not take place when they say.
_NOT_COMING = ("cancelled", "postponed", "past")


def rank_events(
    events: pl.DataFrame, features: pl.DataFrame, *, city_id: str, night: date, at: datetime
) -> pl.DataFrame:
    """clean.events and features.events of a city → rankings.events, positions 1 … n in that order.

    Ranked is what has a start date, is neither cancelled nor postponed and not over at `at` (UTC). Order: impact and
    attendance downwards, then start (unknown last), then id; it does not depend on the order of the rows.
    An event without features keeps its row with null impact, which the contract then refuses.
    """
    upcoming = events.filter(~pl.col("status").is_in(_NOT_COMING) & _not_over(at)).select("event_id", "starts_at")
    people = features.select("event_id", "attendance_p10", "attendance_p50", "attendance_p90", "model_version")
    scored = upcoming.join(people, on="event_id", how="left").with_columns(
        impact=impact(pl.col("attendance_p50")),
        impact_low=impact(pl.col("attendance_p10")),
        impact_high=impact(pl.col("attendance_p90")),
    )
    ordered = scored.sort(
        "impact", "attendance_p50", "starts_at", "event_id", descending=[True, True, False, False], nulls_last=True
    ).with_row_index("position", offset=1)
    schema = RankedEvent.polars_schema()
    return ordered.with_columns(
        city_id=pl.lit(city_id), night=pl.lit(night), impact_level=impact_level(pl.col("impact"))
    ).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _not_over(at: datetime) -> pl.Expr:
    """The stated end lies ahead; without one, the last known local day has not passed where the event is.

    No end is invented: an event of today without an end stays until its day is over. Where no wall clock is known the
    date is that of UTC; without any date nothing says that it lies ahead.
    """
    clock_offset = pl.col("starts_local") - pl.col("starts_at").dt.replace_time_zone(None)
    today_there = (
        pl.lit(at.astimezone(UTC).replace(tzinfo=None)) + clock_offset.fill_null(pl.duration(seconds=0))
    ).dt.date()
    last_on = pl.coalesce("ends_on", "starts_on")
    by_day = pl.col("starts_on").is_not_null() & (last_on >= today_there)
    return pl.when(pl.col("ends_at").is_not_null()).then(pl.col("ends_at") > at).otherwise(by_day)
