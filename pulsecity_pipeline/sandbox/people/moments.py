"""Moments: when people are awake, wall clocks and UTC, all in whole milliseconds until they are written."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pulsecity_pipeline.sandbox.chance import Keys, draw_share, draw_weighted

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
#: How busy each hour of the wall clock is: a quiet night, lunch, and the sofa after dinner.
HOURS: Final = np.array([4, 2, 1, 1, 1, 2, 6, 12, 18, 20, 22, 25, 33, 28, 22, 21, 24, 30, 36, 44, 52, 48, 30, 12.0])
#: Monday to Sunday: plans are made before the weekend.
WEEKDAYS: Final = np.array([0.85, 0.85, 0.95, 1.15, 1.25, 1.05, 0.9])


def draw_awake(keys: Keys, what: str) -> NDArray[np.int64]:
    """A time of day a key, in milliseconds since midnight, as the hours are busy."""
    hour = draw_weighted(keys, f"{what} hour", HOURS)
    return hour * HOUR + (draw_share(keys, f"{what} within") * HOUR).astype(np.int64)


def draw_within(keys: Keys, what: str, low: float, high: float) -> NDArray[np.int64]:
    """A duration a key between two numbers of seconds, in milliseconds."""
    return ((low + draw_share(keys, what) * (high - low)) * SECOND).astype(np.int64)


def weekday_factor(day: NDArray[np.int64]) -> NDArray[np.float64]:
    """How busy a day is; `day` since 1970, a Thursday."""
    return WEEKDAYS[(day + 3) % 7]


def to_utc(local_ms: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """The moment of a wall clock: of two the earlier, in a gap an hour on."""
    local = pl.Series(local_ms).cast(pl.Datetime("ms"))
    moments = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if moments.null_count():
        later = local.dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        moments = moments.fill_null(later)
    return moments.to_physical().to_numpy()


def as_moments(ms: NDArray[np.int64]) -> pl.Series:
    """Milliseconds since 1970 as moments in UTC."""
    return pl.Series(ms * 1_000).cast(pl.Datetime("us", "UTC"))


def as_dates(day: NDArray[np.int64]) -> pl.Series:
    """Days since 1970 as dates."""
    return pl.Series(day).cast(pl.Int32).cast(pl.Date)
