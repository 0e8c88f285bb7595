"""Purchases and saves: which click becomes one, at which of the prices that are open at that moment."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_share, draw_weighted
from pulsecity_pipeline.sandbox.people.browsing import RING, Clicks
from pulsecity_pipeline.sandbox.people.experiments import lifts
from pulsecity_pipeline.sandbox.people.items import Items, lead_days
from pulsecity_pipeline.sandbox.people.liking import SAVES, purchase_chance
from pulsecity_pipeline.sandbox.people.moments import draw_within
from pulsecity_pipeline.sandbox.people.population import is_person
from pulsecity_pipeline.sandbox.people.scene import Floats, Ints, Scene
from pulsecity_pipeline.sandbox.world.frames import MONEY, PRICE_TIER

#: How many go together, 1 to 6.
PARTY: Final = np.array([0.32, 0.45, 0.08, 0.11, 0.02, 0.02])


@dataclass(frozen=True)
class Bought:
    """One entry a purchase: its click's entry, tier's row, how many, and when."""

    keys: Keys
    click: Ints
    tier: Ints
    quantity: Ints
    ms: Ints


def list_tiers(scene: Scene, items: Items, held: dict[int, int]) -> pl.DataFrame:
    """PRICE_TIER rows of the items with `item`, its row, and `opens_ms`, `closes_ms`; none sells before `held`."""
    rows = items.frame.select("happening_id", item=pl.int_range(pl.len(), dtype=pl.Int64))
    tiers = plain_tiers(items.frame) if scene.tiers is None else scene.tiers
    later = pl.DataFrame(
        {"item": [*held], "held_ms": [*held.values()]}, schema=dict.fromkeys(("item", "held_ms"), pl.Int64)
    )
    joined = tiers.join(rows, on="happening_id").join(later, on="item", how="left").sort("item", "price", "tier")
    opens, closes = (pl.col(name).dt.epoch("ms") for name in ("opens_at", "closes_at"))
    return joined.with_columns(
        pl.col("fee").fill_null(0),
        opens_ms=pl.max_horizontal(opens.fill_null(0), "held_ms"),
        closes_ms=pl.min_horizontal(closes, pl.Series(items.starts_ms).gather(joined["item"])),
    )


def plain_tiers(happenings: pl.DataFrame) -> pl.DataFrame:
    """PRICE_TIER of HAPPENING where nobody says more: advance at price_min, premium at price_max, a fee of a tenth."""
    advance = happenings.select(
        "happening_id", pl.lit("advance").alias("tier"), "currency", "announced_at", price="price_min"
    )
    premium = happenings.filter(pl.col("price_max") > pl.col("price_min")).select(
        "happening_id", pl.lit("premium").alias("tier"), "currency", "announced_at", price="price_max"
    )
    both = pl.concat([advance, premium]).filter(pl.col("price") > 0)
    fee = (pl.col("price").cast(pl.Float64) * 0.1).round(2).cast(MONEY)
    both = both.with_columns(fee=fee, opens_at="announced_at", closes_at=pl.lit(None))
    return both.select(PRICE_TIER.names()).cast(PRICE_TIER)


def choose_tiers(keys: Keys, item: Ints, ms: Ints, sensitivity: Floats, tiers: pl.DataFrame) -> Ints:
    """For each the row of `tiers` (list_tiers) it would take of those open then, the dear ones less often; else -1."""
    wanted = pl.DataFrame({"at": np.arange(len(item)), "item": item, "ms": ms, "sensitivity": sensitivity})
    numbered = tiers.with_columns(pl.col("price").cast(pl.Float64)).with_row_index("tier_row")
    cheapest = pl.col("price").min().over("item")
    numbered = numbered.select("tier_row", "item", "opens_ms", "closes_ms", dear=pl.col("price") / cheapest - 1.0)
    offers = wanted.join(numbered, on="item", maintain_order="left_right")
    offers = offers.filter((pl.col("opens_ms") <= pl.col("ms")) & (pl.col("ms") < pl.col("closes_ms")))
    drawn = draw_share(derive_keys(keys[offers["at"].to_numpy()], offers["tier_row"].cast(pl.Int64).to_numpy()), "tier")
    weight = np.exp(-1.5 * offers["dear"].to_numpy() * (0.3 + offers["sensitivity"].to_numpy()))
    offers = offers.with_columns(arrives=pl.Series(-np.log1p(-drawn) / weight))
    taken = offers.group_by("at").agg(pl.col("tier_row").sort_by("arrives").first())
    rows = np.full(len(item), -1)
    rows[taken["at"].to_numpy()] = taken["tier_row"].cast(pl.Int64).to_numpy()
    return rows


def purchase_probability(clicks: Clicks, users: pl.DataFrame, items: Items, day: Ints, tier: Ints) -> Floats:
    """Of each click, the lift of the experiments in it; 0 for bots, and where nothing is sold."""
    can_buy = is_person(users).to_numpy()[clicks.user] & (tier >= 0) & items.is_sold[clicks.item]
    lead = lead_days(items, clicks.item, day)
    chance = purchase_chance(users, items, clicks.user, clicks.item, lead) * lifts(users)[clicks.user]
    return np.where(can_buy, chance, 0.0)


def buy(clicks: Clicks, chance: Floats, tier: Ints) -> Bought:
    """The purchases of clicks, some minutes after each."""
    at = np.flatnonzero(draw_share(clicks.keys, "buys") < chance)
    keys = derive_keys(clicks.keys[at], "purchase")
    after = draw_within(keys, "pays", 40, 600)
    return Bought(keys, at, tier[at], draw_weighted(keys, "party", PARTY) + 1, clicks.ms[at] + after)


def save(clicks: Clicks) -> tuple[Ints, Keys, Ints]:
    """The clicks that are followed by a save, the keys of the saves, and when."""
    share = SAVES.ring if clicks.origin == RING else SAVES.base
    at = np.flatnonzero(draw_share(clicks.keys, "saves") < share)
    keys = derive_keys(clicks.keys[at], "save")
    return at, keys, clicks.ms[at] + draw_within(keys, "saves", 1, 30)
