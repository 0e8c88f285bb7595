"""What a site knows and still tells on a night: late news, withdrawn listings, cancellations in its own way."""

import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_index, draw_share
from pulsecity_pipeline.sandbox.publishing.habits import draw_of_site
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.world.build import World
from pulsecity_pipeline.sandbox.world.changes import known_of

#: Of what vanishes although it takes place, the share that comes back after some nights.
_RETURN_SHARE = 0.3


def tell_listings(chosen: pl.DataFrame, world: World, sites: list[Site]) -> pl.DataFrame:
    """The chosen listings that stand on the site tonight, in the state the site knows of.

    A site knows `lag_days` later than the truth, lists a thing up to `delay_days` after it is announced, drops what is
    over after `days_back`, and shows what begins within `days_ahead`. Adds listed_at, updated_at, revision, way (how
    it tells a cancellation), true_status.
    """
    keys = chosen["listing_key"].to_numpy()
    at = pl.lit(world.at) - pl.duration(hours=(pl.col("habit_lag_days") * 24).floor())
    delay = pl.duration(hours=(pl.col("habit_delay_days") * pl.Series(draw_share(keys, "delay")) * 24).floor())
    listed = chosen.with_columns(
        listed_at=pl.min_horizontal(pl.col("announced_at") + delay, pl.col("starts_at") - pl.duration(hours=6)),
        site_at=at,
    ).filter(pl.col("listed_at") <= world.at)
    known = known_of(listed, pl.col("site_at"))
    today = pl.lit(world.night).cast(pl.Datetime("us"))
    is_shown = (
        pl.when(pl.col("habit_days_back") < 1).then("starts_local").otherwise(pl.coalesce("ends_local", "starts_local"))
        >= today - pl.duration(days=pl.col("habit_days_back").floor())
    ) & (pl.col("starts_local") <= today + pl.duration(days=pl.col("habit_days_ahead").floor()))
    known = known.filter(is_shown | (pl.col("keeps_series") & pl.col("series_id").is_not_null()))
    known = known.filter(~_is_vanished(known, world))
    known = known.with_columns(way=draw_of_site(known, sites, "cancelled"), true_status=pl.col("status"))
    return _date_changes(_tell_state(known), world)


def _is_vanished(frame: pl.DataFrame, world: World) -> pl.Expr:
    """Taken off the site although it takes place: from some moment before the start on, or for two to nine nights."""
    keys = frame["listing_key"].to_numpy()
    lead = (pl.col("starts_at") - pl.col("listed_at")).dt.total_hours()
    gone_at = pl.col("listed_at") + pl.duration(hours=lead * pl.Series(0.2 + 0.7 * draw_share(keys, "gone")))
    returns = pl.Series(draw_share(keys, "returns") < _RETURN_SHARE)
    away = pl.duration(days=pl.lit(pl.Series(2 + draw_index(keys, "away", 7))))
    is_away = (gone_at <= world.at) & ~(returns & (gone_at + away <= world.at))
    return pl.lit(pl.Series(draw_share(keys, "vanishes"))) < pl.when(is_away).then("habit_vanishing").otherwise(0.0)


def _tell_state(frame: pl.DataFrame) -> pl.DataFrame:
    """Cancelled and postponed as the site puts it: in a field, in the title, not at all, or by taking it down."""
    is_off = pl.col("status").is_in(["cancelled", "postponed"])
    told = frame.filter(~(is_off & (pl.col("way") == "removed")))
    in_title = is_off & (pl.col("way") == "title")
    word = pl.when(pl.col("status") == "cancelled").then(pl.lit("CANCELLED: ")).otherwise(pl.lit("POSTPONED: "))
    in_field = (pl.col("way") == "status") & (pl.col("status") != "scheduled")
    return told.with_columns(
        title=pl.when(in_title).then(word + pl.col("title")).otherwise("title"),
        status=pl.when(in_field | in_title).then("status").otherwise(pl.lit("scheduled")),
        is_told_in_title=in_title,
    )


def _date_changes(frame: pl.DataFrame, world: World) -> pl.DataFrame:
    """updated_at, the last change that the site knows of, and revision, how many there were."""
    moments = [
        pl.when(pl.col(name) <= pl.col("site_at")).then(name)
        for name in ("retitled_at", "moved_at", "rescheduled_at", "cancelled_at", "back_at", "postponed_at")
    ]
    return frame.with_columns(
        updated_at=pl.max_horizontal("listed_at", *moments),
        revision=pl.sum_horizontal(moment.is_not_null() for moment in moments).cast(pl.Int32),
        seen_for=pl.lit(world.at) - pl.col("listed_at"),
    )
