"""What it costs: price levels of kinds of happening as tiers, in the city's money."""

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, draw_index, draw_normal, draw_share, draw_weighted
from pulsecity_pipeline.sandbox.world.frames import MONEY


class _Level(NamedTuple):
    """Shares of free and of a single price; the median of the lowest price in US dollars, and of highest to lowest."""

    free: float
    single: float
    median: float
    spread: float


LEVELS: Final = {
    "free": _Level(1.0, 1.0, 0, 1),
    "unknown": _Level(0.9, 1.0, 5, 1),
    "small": _Level(0.55, 0.8, 9, 2.0),
    "entry": _Level(0.1, 0.4, 15, 3.0),
    "class": _Level(0.15, 0.4, 16, 4.0),
    "door": _Level(0.12, 0.5, 16, 1.35),
    "club": _Level(0.04, 0.7, 13, 1.3),
    "stage": _Level(0.08, 0.3, 28, 2.6),
    "dinner": _Level(0.2, 0.4, 26, 3.0),
    "arena": _Level(0.0, 0.05, 49, 4.0),
    "festival": _Level(0.25, 0.3, 60, 3.5),
    "conference": _Level(0.05, 0.2, 290, 3.0),
}
#: About how many units of the money a US dollar buys, and what prices are rounded to.
_MONEY: Final = {
    "USD": (1, 0.5), "CAD": (1.3, 0.5), "AUD": (1.5, 1), "NZD": (1.6, 1), "GBP": (0.8, 0.5), "EUR": (0.9, 0.5),
    "MXN": (17, 10), "BRL": (5, 5), "ARS": (900, 100), "JPY": (140, 100), "KRW": (1300, 1000), "SGD": (1.35, 1),
    "INR": (80, 50), "ZAR": (18, 10),
}  # fmt: skip
#: Currencies without minor units.
WHOLE: Final = frozenset({"JPY", "KRW"})


def add_prices(slots: pl.DataFrame, level: str, currency: str) -> pl.DataFrame:
    """`slots` of one kind with price_min, price_max (major units, fees left out), currency, is_free.

    What is free costs 0.000; the truth always knows.
    """
    chosen = LEVELS[level]
    keys = slots["subject_key"].to_numpy()
    rate, step = _MONEY.get(currency, (1, 0.5))
    is_free = draw_share(keys, "free") < chosen.free
    low = np.maximum(step, _round(chosen.median * rate * np.exp(0.45 * draw_normal(keys, "price")), step))
    is_single = draw_share(keys, "single") < chosen.single
    spread = 1 + (chosen.spread - 1) * (0.4 + 1.2 * draw_share(keys, "spread"))
    high = np.where(is_single, low, np.maximum(low + step, _round(low * spread, step)))
    ends = draw_share(keys, "odd")
    odd = 0.0 if currency in WHOLE else np.where(ends < 0.12, -0.01, np.where(ends < 0.2, 0.25, 0.0))
    return slots.with_columns(
        price_min=pl.Series(np.where(is_free, 0.0, low + odd)).round(2).cast(MONEY),
        price_max=pl.Series(np.where(is_free, 0.0, high + odd)).round(2).cast(MONEY),
        currency=pl.lit(currency),
        is_free=pl.Series(is_free),
    )


def _round(amounts: np.ndarray, step: float) -> np.ndarray:
    rounded: np.ndarray = np.round(amounts / step) * step
    return rounded


_TIERS: Final = {
    1: ("General admission",),
    2: ("Early bird", "General admission"),
    3: ("Balcony", "Floor", "VIP"),
    4: ("Early bird", "Advance", "Door", "VIP"),
}


def build_tiers(happenings: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """PRICE_TIER rows: one for a single price, two to four between the lowest and the highest otherwise.

    A fee of 10 to 24 % is put on top by half of the sellers. Sales open when it is announced and close at the start.
    """
    count = 2 + draw_weighted(keys, "tiers", np.array([3.0, 2.0, 1.0]))
    is_single = (happenings["price_min"] == happenings["price_max"]).to_numpy()
    tiers = happenings.with_columns(
        tiers=pl.Series(np.where(is_single, 1, count)),
        fee_share=pl.Series(np.where(draw_share(keys, "fees") < 0.5, 0.1 + 0.02 * draw_index(keys, "fee", 8), 0.0)),
    ).filter(~pl.col("is_free"))
    spread = tiers.with_columns(number=pl.int_ranges(0, "tiers")).explode("number")
    part = pl.col("number") / (pl.col("tiers") - 1).clip(1)
    low, high = pl.col("price_min").cast(pl.Float64), pl.col("price_max").cast(pl.Float64)
    price = (low + (high - low) * part).round(2)
    names = pl.DataFrame(
        [(count, number, name) for count, names in _TIERS.items() for number, name in enumerate(names)],
        schema={"tiers": pl.Int64(), "number": pl.Int64(), "tier": pl.String()},
        orient="row",
    )
    return (
        spread.join(names, on=["tiers", "number"], how="left")
        .select(
            "happening_id",
            "tier",
            price=price.cast(MONEY),
            fee=(price * pl.col("fee_share")).round(2).cast(MONEY),
            currency="currency",
            opens_at="announced_at",
            closes_at=pl.col("starts_at"),
        )
        .sort("happening_id", "price", "tier")
    )
