"""Estimators as a textbook has them, which know nothing of how the people were made."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats  # type: ignore[import-untyped]

#: Two-sided 99 %.
Z = 2.576


@dataclass(frozen=True)
class Estimate:
    value: float
    error: float

    def holds(self, truth: float) -> bool:
        return abs(self.value - truth) <= Z * self.error

    def __str__(self) -> str:
        return f"{self.value:.4f} ± {Z * self.error:.4f}"


def chi_square_p(counted: pl.Series, wanted: pl.Series) -> float:
    """How likely counts as odd as these are where `wanted` are the shares, whatever their sum."""
    shares = wanted.to_numpy() / wanted.to_numpy().sum()
    return float(stats.chisquare(counted.to_numpy(), shares * counted.to_numpy().sum()).pvalue)


def share_of(holds: pl.Series) -> float:
    """Of booleans, those that are true."""
    return float(holds.to_numpy().mean())


def ratio(rows: pl.DataFrame, above: str, below: str, *, unit: str = "user_id") -> Estimate:
    """Sum ÷ sum over units, whose rows hang together; its error by the delta method."""
    units = rows.group_by(unit, maintain_order=True).agg(pl.col(above).sum(), pl.col(below).sum())
    up, down = (units[name].cast(pl.Float64).to_numpy() for name in (above, below))
    value = up.sum() / down.sum()
    return Estimate(float(value), float(np.sqrt(((up - value * down) ** 2).sum()) / down.sum()))


def weigh(impressions: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """`weight` = propensity by `wanted` (PROPENSITY) ÷ that logged."""
    keys = ["context_id", "happening_id", "position"]
    other = wanted.rename({"propensity": "wanted"})
    joined = impressions.join(other, on=keys, how="left", maintain_order="left")
    assert joined["wanted"].null_count() == 0
    return joined.with_columns(weight=pl.col("wanted") / pl.col("propensity"))
