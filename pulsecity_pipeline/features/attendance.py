"""The attendance estimate: a log-normal prior moved by what is known of the event, limited by what the venue holds."""

import polars as pl

from pulsecity_pipeline.config.attendance import AttendancePriors, Factors

#: 90th percentile of the standard normal distribution.
_Z90 = 1.2815515655446004
#: Statuses and modes of events that draw nobody to a place.
_NOBODY = pl.col("status").is_in(["cancelled", "moved_online"]) | (pl.col("attendance_mode") == "online")


def estimate_attendance(described: pl.DataFrame, priors: AttendancePriors) -> pl.DataFrame:
    """People expected over all days of each event, as quantiles of a log-normal distribution.

    `described`: event_id, category, subcategory, status, attendance_mode, source_count, is_series, price_min,
    weekday (1 Monday … 7 Sunday, null), start_hour (null), day_count (null counts as 1), capacity (null).
    Returns event_id, attendance_p10, attendance_p50, attendance_p90 (one decimal), attendance_basis, model_version.

    p50 = prior median * factors; p10 and p90 = p50 * exp(-/+ 1.2816 * spread); each at most capacity * days
    (basis `capacity_cap` where that limits any); all 0, basis `none`, where nobody comes to a place.
    """
    expected = _with_priors(described, priors).with_columns(
        median=pl.col("median") * _factor(priors.factors), ceiling=pl.col("capacity") * _days()
    )
    quantiles = {f"attendance_p{percent}": _quantile(z) for percent, z in ((10, -_Z90), (50, 0.0), (90, _Z90))}
    return expected.select(
        "event_id", **quantiles, attendance_basis=_basis(), model_version=pl.lit(priors.model_version)
    )


def _with_priors(described: pl.DataFrame, priors: AttendancePriors) -> pl.DataFrame:
    """Adds median and spread: of the subcategory, else of the category, else of `other`."""
    table = pl.DataFrame(priors.rows(), schema=["category", "subcategory", "median", "spread"], orient="row").cast(
        {"subcategory": pl.String}
    )
    tops = table.filter(pl.col("subcategory").is_null()).drop("subcategory")
    fallback = priors.categories["other"]
    joined = described.join(
        table.drop_nulls("subcategory"), on=["category", "subcategory"], how="left", maintain_order="left"
    ).join(tops, on="category", how="left", suffix="_top", maintain_order="left")
    return joined.with_columns(
        median=pl.coalesce("median", "median_top", pl.lit(fallback.median)),
        spread=pl.coalesce("spread", "spread_top", pl.lit(fallback.spread)),
    )


def _factor(factors: Factors) -> pl.Expr:
    evening = pl.col("weekday").is_in([5, 6]) & (pl.col("start_hour") >= 17)
    feeds = pl.col("source_count").clip(1, factors.feeds_cap).cast(pl.Float64).pow(factors.feeds_exponent)
    days = _days().clip(1, factors.day_cap).cast(pl.Float64).pow(factors.day_exponent)
    return (
        feeds
        * days
        * _where(pl.col("is_series"), factors.series)
        * _where(evening, factors.weekend_evening)
        * _where(pl.col("price_min") > 0, factors.priced)
    )


def _days() -> pl.Expr:
    return pl.col("day_count").fill_null(1)


def _where(condition: pl.Expr, factor: float) -> pl.Expr:
    """`factor` where the condition is known to hold, else 1."""
    return pl.when(condition).then(factor).otherwise(1.0)


def _quantile(z: float) -> pl.Expr:
    people = pl.min_horizontal(pl.col("median") * (z * pl.col("spread")).exp(), "ceiling")
    return pl.when(_NOBODY).then(0.0).otherwise(people).round(1)


def _basis() -> pl.Expr:
    limited = pl.col("median") * (_Z90 * pl.col("spread")).exp() > pl.col("ceiling")
    return pl.when(_NOBODY).then(pl.lit("none")).when(limited).then(pl.lit("capacity_cap")).otherwise(pl.lit("prior"))
