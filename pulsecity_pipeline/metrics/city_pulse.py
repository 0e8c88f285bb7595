"""The city pulse: how busy each coming week is against the city's own median week."""

from datetime import date, timedelta

import polars as pl

from pulsecity_pipeline.contracts.metrics import CityPulse

WEEKS = 26


def build_city_pulse(event_days: pl.DataFrame, *, city_id: str, night: date) -> pl.DataFrame:
    """Event-days of one city → metrics.city_pulse: 26 rows, from the week that holds `night`.

    `event_days`: event_id, day_on, attendance_p50, category, as `features.event_days` builds them.
    pulse = 20 * share / (1 + share), share = the week's attendance / the median over those of the 26 weeks with any
    attendance; so 10 is the median week. A week without attendance is a row with pulse 0, not a gap. An event counts
    once in each week it touches. The top category is that of the highest attendance, of equal ones the first by name;
    null without attendance. Far weeks look quiet because much of them is not announced yet.
    """
    weeks = _weeks(night).join(_weekly(event_days), on="week_on", how="left", maintain_order="left")
    filled = weeks.with_columns(pl.col("event_count", "attendance_p50").fill_null(0))
    schema = CityPulse.polars_schema()
    return filled.with_columns(city_id=pl.lit(city_id), night=pl.lit(night), pulse=_pulse()).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )


def _weeks(night: date) -> pl.DataFrame:
    monday = night - timedelta(days=night.weekday())
    return pl.DataFrame({"week_on": pl.date_range(monday, monday + timedelta(weeks=WEEKS - 1), "1w", eager=True)})


def _weekly(event_days: pl.DataFrame) -> pl.DataFrame:
    """week_on (Monday), event_count, attendance_p50, top_category."""
    dated = event_days.sort("day_on", "event_id").with_columns(week_on=pl.col("day_on").dt.truncate("1w"))
    totals = dated.group_by("week_on", maintain_order=True).agg(
        event_count=pl.col("event_id").n_unique(), attendance_p50=pl.col("attendance_p50").sum().round(1)
    )
    categories = dated.group_by("week_on", "category", maintain_order=True).agg(pl.col("attendance_p50").sum())
    top = (
        categories.filter(pl.col("attendance_p50") > 0)
        .sort("week_on", "attendance_p50", "category", descending=[False, True, False])
        .group_by("week_on", maintain_order=True)
        .agg(top_category=pl.col("category").first())
    )
    return totals.join(top, on="week_on", how="left")


def _pulse() -> pl.Expr:
    people = pl.col("attendance_p50")
    share = people / people.filter(people > 0).median()
    return (20 * share / (1 + share)).fill_null(0).round(2)
