"""On which day and at which hour something takes place, until when, and since when people are told."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, draw_index, draw_normal, draw_weighted
from pulsecity_pipeline.sandbox.world.slots import EPOCH
from pulsecity_pipeline.sandbox.world.vocabulary import Kind

_MINUTES: Final = (0, 0, 0, 0, 0, 0, 0, 30, 30, 30, 15, 45)
#: No wall clock is put between one and three: there are nights that have no such hour, or have it twice.
_GAP_HOURS: Final = (1, 3)


def add_clocks(slots: pl.DataFrame, kind: Kind, *, is_run: bool) -> pl.DataFrame:
    """`slots` of one kind with starts_local, ends_local, doors_local, all_day, announced_local and days (their number).

    Weekday, hour and length hang on subject_key, so that all occurrences of a series share them; a run (`is_run`) takes
    a day a slot, and at weekends a matinee and an evening.
    """
    subject, keys = slots["subject_key"].to_numpy(), slots["key"].to_numpy()
    of_hour = keys if is_run else subject
    weekday = draw_weighted(of_hour, "weekday", np.array(kind.weekdays))
    hours = np.array(list(kind.hours))[draw_weighted(of_hour, "hour", np.array(list(kind.hours.values())))]
    minutes = np.array(_MINUTES)[draw_index(subject, "minute", len(_MINUTES))]
    length = np.array(kind.minutes)[draw_index(subject, "length", len(kind.minutes))]
    days = _days_long(subject, kind)
    frame = slots.with_columns(
        day=pl.lit(EPOCH) + pl.duration(days=pl.col("week") * 7 + pl.Series(weekday)),
        hour=pl.Series(hours),
        minute=pl.Series(minutes),
        length=pl.Series(length),
        days=pl.Series(days),
        lead=pl.Series(_lead_days(keys, subject, slots, kind)),
    )
    midnight = pl.col("day").cast(pl.Datetime("us"))
    is_long = pl.col("days") > 0
    starts = midnight + pl.when(is_long).then(pl.duration(hours=0)).otherwise(
        pl.duration(hours="hour", minutes="minute")
    )
    ends = (
        pl.when(is_long)
        .then(midnight + pl.duration(days="days"))
        .otherwise(_avoid_gap(starts + pl.duration(minutes="length")))
    )
    return frame.with_columns(
        starts_local=starts,
        ends_local=ends,
        doors_local=pl.when(~is_long & (kind.doors > 0)).then(starts - pl.duration(minutes=kind.doors)),
        all_day=is_long,
        announced_local=_told_of(midnight) - pl.duration(days="lead") + pl.duration(hours=8 + pl.col("minute") % 7),
    ).drop("day", "hour", "minute", "length", "lead")


def _days_long(subject: Keys, kind: Kind) -> np.ndarray:
    if not kind.days_long:
        return np.zeros(len(subject), dtype=np.int64)
    return np.array(kind.days_long)[draw_index(subject, "days", len(kind.days_long))]


def _lead_days(keys: Keys, subject: Keys, slots: pl.DataFrame, kind: Kind) -> np.ndarray:
    """Log-normal around the kind's median, between 1 and 240 days; one for all of a series."""
    of_what = np.where(slots["series_key"].is_not_null().to_numpy(), subject, keys)
    lead = kind.lead_days * np.exp(0.7 * draw_normal(of_what, "lead"))
    return np.clip(np.round(lead), 1, 240).astype(np.int64)


def _told_of(midnight: pl.Expr) -> pl.Expr:
    """The day that people are told before: of a series its first, so that the whole season is told at once."""
    first_monday = (pl.lit(EPOCH) + pl.duration(days=pl.col("series_from") * 7)).cast(pl.Datetime("us"))
    return pl.when(pl.col("series_from").is_not_null()).then(first_monday).otherwise(midnight)


def _avoid_gap(ends: pl.Expr) -> pl.Expr:
    low, high = _GAP_HOURS
    in_gap = (ends.dt.hour() >= low) & (ends.dt.hour() < high)
    return pl.when(in_gap).then(ends.dt.truncate("1d") + pl.duration(hours=high)).otherwise(ends)
