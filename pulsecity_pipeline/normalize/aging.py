"""Aging: what the passing of time alone does to listings."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.normalize.wallclock import to_instants

_DAY = pl.duration(days=1)


def age_status(listings: pl.DataFrame, *, at: datetime) -> pl.DataFrame:
    """Listings with `status` `past` where they were scheduled and are over by `at`; all other states stay.

    Columns in and out: Listing.
    """
    is_past = (pl.col("status") == "scheduled") & (pl.col("over_at") < at)
    status = pl.when(is_past.fill_null(value=False)).then(pl.lit("past")).otherwise("status")
    return listings.hstack([over_at(listings)]).with_columns(status=status).drop("over_at")


def over_at(listings: pl.DataFrame) -> pl.Series:
    """When each listing is over, UTC: its stated end, the midnight after its last day, else a day after its start.

    In: starts_on, starts_at, ends_on, ends_at, timezone. Null where no day is known.
    """
    clock = listings.select(clock_zone="timezone", offset_minutes=pl.lit(None, pl.Int32))
    after, first = (
        to_instants(listings.select(wall=day.cast(pl.Datetime("us"))).hstack(clock))["at"]
        for day in (pl.col("ends_on").dt.offset_by("1d"), pl.col("starts_on"))
    )
    known = listings.select("ends_at", "starts_at", after=after, first=first)
    over = pl.coalesce("ends_at", "after", pl.col("starts_at") + _DAY, pl.col("first") + _DAY)
    return known.select(over_at=over)["over_at"]
