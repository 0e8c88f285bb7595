"""Scoring: levels → match probability and the sentence that says why."""

import polars as pl

from pulsecity_pipeline.config.matching import Weights

#: The comparisons; each is a column of levels of a compared pair and a field of the configured weights.
COMPARISONS = ("title", "rarity", "start", "place", "url", "identifier", "performers")
_TOLD = (("url", "page same"), ("identifier", "identifier same"), ("performers", "performers shared"))


def weigh(weights: Weights, *comparisons: str) -> pl.Expr:
    """The sum of the weights of the levels that the columns `comparisons` hold, in natural log-odds."""
    total = pl.lit(0.0)
    for comparison in comparisons:
        by_level = getattr(weights, comparison).model_dump()
        total = total + pl.col(comparison).replace_strict(by_level, return_dtype=pl.Float64)
    return total


def score_pairs(compared: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Compared pairs → the same with `probability` = 1 / (1 + exp(-(prior + sum of weights))) and `evidence`.

    The weights are natural log-odds, as in Fellegi and Sunter (1969) with the comparisons taken as independent.
    """
    log_odds = weights.prior + weigh(weights, *COMPARISONS)
    return compared.with_columns(probability=1 / (1 + (-log_odds).exp()), evidence=_tell_evidence())


def _tell_evidence() -> pl.Expr:
    title = pl.format("title {} ({} words)", pl.col("title_likeness").round(2), "rarity")
    gap = pl.col("start_gap_minutes").cast(pl.Int64)
    sign = pl.when(gap >= 0).then(pl.lit("+")).otherwise(pl.lit(""))
    timed = pl.col("start").is_in(["same", "close", "apart"])
    days = pl.format("start {}", pl.col("start").str.replace_all("_", " "))
    start = pl.when(timed).then(pl.format("start {}{} min", sign, gap)).otherwise(days)
    told = [pl.when(pl.col(name).is_in(["same", "shared"])).then(pl.lit(said)) for name, said in _TOLD]
    return pl.concat_str([title, start, pl.format("venue {}", "place"), *told], separator=", ", ignore_nulls=True)
