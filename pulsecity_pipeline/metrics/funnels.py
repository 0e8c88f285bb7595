"""Funnels: how far the users of a day come, from impression to signup."""

import polars as pl

from pulsecity_pipeline.contracts.interactions import SIGNAL, Funnel

#: The steps in order, as interactions are named, and what they are called in the plural.
STEPS = {"impression": "impressions", "click": "clicks", "save": "saves", "purchase": "purchases", "signup": "signups"}


def build_funnels(interactions: pl.DataFrame) -> pl.DataFrame:
    """Interactions (user_key, name, happened_on, received_at) of whole days → metrics.funnels, one row a day.

    A rate is the share of a step's users who also took the next on that day, 0-1; null where the step had none.
    """
    by_user = interactions.group_by("happened_on", "user_key").agg(
        *((pl.col("name") == name).sum().alias(name) for name in STEPS), known_at=pl.col("received_at").max()
    )
    days = by_user.group_by("happened_on").agg(
        *(pl.col(name).sum().alias(plural) for name, plural in STEPS.items()),
        *((pl.col(name) > 0).sum().alias(f"{name}_users") for name in STEPS),
        *(_rate(name, following) for name, following in zip(STEPS, list(STEPS)[1:], strict=False)),
        pl.col("known_at").max(),
    )
    return days.select(
        (pl.lit(SIGNAL) if name == "signal" else pl.col(name)).cast(kind).alias(name)
        for name, kind in Funnel.polars_schema().items()
    ).sort("happened_on")


def _rate(name: str, following: str) -> pl.Expr:
    took, went_on = pl.col(name) > 0, (pl.col(name) > 0) & (pl.col(following) > 0)
    return pl.when(took.any()).then(went_on.sum() / took.sum()).alias(f"{following}_rate")
