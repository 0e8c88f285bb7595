"""How far two populations of listings are apart, distribution by distribution: pure, profiles in, numbers out."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pulsecity_pipeline.bench.believable_profile import FIELDS

#: One row a population and distribution; `distance` is 0 for the same and 1 for nothing in common.
COMPARED: Final = pl.Schema(
    {
        "population": pl.String(),
        "distribution": pl.String(),
        "real_count": pl.Int64(),
        "sandbox_count": pl.Int64(),
        "real": pl.String(),
        "sandbox": pl.String(),
        "distance": pl.Float64(),
    }
)
#: Of fewer real values nothing is said.
_LEAST: Final = 15


@dataclass(frozen=True)
class Distribution:
    """A column of PROFILE: `numbers` are compared by Kolmogorov and Smirnov, `shares` of words and `rate`s of yes by
    total variation.
    """

    name: str
    column: str
    kind: Literal["numbers", "shares", "rate"]
    top: int = 0


DISTRIBUTIONS: Final = (
    Distribution("title, characters", "title_chars", "numbers"),
    Distribution("title, words", "title_words", "numbers"),
    Distribution("description, characters", "description_chars", "numbers"),
    *(Distribution(f"states {name}", f"states_{name}", "rate") for name in FIELDS),
    Distribution("weekday", "weekday", "shares", 7),
    Distribution("start hour", "hour", "shares", 6),
    Distribution("duration, minutes", "duration_minutes", "numbers"),
    Distribution("night to start, days", "lead_days", "numbers"),
    Distribution("already begun", "is_over", "rate"),
    Distribution("of a series", "is_repeated", "rate"),
    Distribution("all day", "is_all_day", "rate"),
    Distribution("status", "status", "shares", 5),
    Distribution("lowest price", "price_low", "numbers"),
    Distribution("highest price", "price_high", "numbers"),
    Distribution("free, where anything is said", "is_free", "rate"),
    Distribution("listings per happening", "listings_per_event", "numbers"),
    Distribution("near duplicates", "is_near_duplicate", "rate"),
    Distribution("distinct titles", "is_first_of_title", "rate"),
    Distribution("titles beyond ASCII", "is_non_ascii", "rate"),
    Distribution("titles in capitals", "is_shouted", "rate"),
    Distribution("titles with digits", "has_digits", "rate"),
    Distribution("titles with colon, dash, bracket", "has_marks", "rate"),
    Distribution("performers, where any", "performer_count", "numbers"),
    Distribution("attendance", "attendance", "numbers"),
)


def compare_profiles(real: pl.DataFrame, sandbox: pl.DataFrame) -> pl.DataFrame:
    """COMPARED rows of every population of `real` (both PROFILE) that has enough values; populations by name."""
    rows = [
        (population, *row)
        for population in real["population"].unique().sort().to_list()
        for one in DISTRIBUTIONS
        if (row := _compare(one, *(side.filter(pl.col("population") == population)[one.column].drop_nulls()
                                   for side in (real, sandbox))))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COMPARED, orient="row")


def summarize_populations(compared: pl.DataFrame) -> pl.DataFrame:
    """One row a population: listings, distributions, mean and greatest distance, and the share within a tenth."""
    return compared.group_by("population", maintain_order=True).agg(
        pl.max("real_count", "sandbox_count"),
        pl.len().alias("distributions"),
        pl.mean("distance").alias("mean distance"),
        pl.max("distance").alias("greatest"),
        (pl.col("distance") <= 0.1).mean().alias("within 0.1"),
    )


def _compare(one: Distribution, real: pl.Series, sandbox: pl.Series) -> tuple[object, ...] | None:
    if len(real) < _LEAST:
        return None
    if sandbox.is_empty():
        return one.name, len(real), 0, _tell(one, real), "nothing", 1.0
    if one.kind == "numbers":
        distance = ks_distance(real.to_numpy(), sandbox.to_numpy())
    else:
        distance = total_variation(real, sandbox)
    return one.name, len(real), len(sandbox), _tell(one, real), _tell(one, sandbox), distance


def ks_distance(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """The greatest difference of the two shares of values up to any number."""
    points = np.union1d(left, right)
    shares = [np.searchsorted(np.sort(side), points, side="right") / len(side) for side in (left, right)]
    return float(np.max(np.abs(shares[0] - shares[1])))


def total_variation(left: pl.Series, right: pl.Series) -> float:
    """Half the sum of the differences of shares."""
    shares = [dict(side.value_counts(normalize=True).rows()) for side in (left, right)]
    words = sorted({word for side in shares for word in side}, key=str)
    return float(sum(abs(shares[0].get(word, 0.0) - shares[1].get(word, 0.0)) for word in words)) / 2


def _tell(one: Distribution, values: pl.Series) -> str:
    """Three quantiles, the commonest shares, or one share."""
    if one.kind == "rate":
        return f"{_mean(values):.1%}"
    if one.kind == "numbers":
        return " / ".join(f"{np.quantile(values.to_numpy(), at):,.3g}" for at in (0.1, 0.5, 0.9))
    counts = values.value_counts(normalize=True, name="share").sort("share", values.name, descending=[True, False])
    return ", ".join(f"{word} {share:.0%}" for word, share in counts.head(one.top).rows())


def _mean(values: pl.Series) -> float:
    return float(values.cast(pl.Float64).to_numpy().mean())
