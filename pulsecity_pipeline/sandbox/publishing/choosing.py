"""Who lists what: every pair of a site and a planned happening that the site tells of on some night."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_share, key_of
from pulsecity_pipeline.sandbox.publishing.habits import Habits, habits_of
from pulsecity_pipeline.sandbox.publishing.sites import OwnedSite
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.world.build import World

#: Artists with a site of their own have at least so many dates.
_ARTIST_DATES = 3


def choose_listings(world: World, sites: Sequence[OwnedSite], drawn: pl.DataFrame) -> pl.DataFrame:
    """One row per listing: the plan's columns, those of the site's drawn habits, listing_key, and voice_key, which
    draws how it is put: the same for all days of a weekly series on one site.

    Sites of an organiser list nearly all of its own; platforms what their customers post; the others a share of
    everything. What a site tells of twice has a second row with `copy` 1.
    """
    kinds = world.organisers["kind"]
    owner = world.plan["organiser"].to_numpy()
    plan_keys = world.plan["key"].to_numpy()
    parts = []
    for number, (site, organiser_id) in enumerate(sites):
        habits = habits_of(site)
        site_key = drawn["site_key"][number]
        mask = _by_kind(world.plan, habits)
        share = draw_share(derive_keys(plan_keys, int(site_key)), "listed")
        mask &= share < _shares(world, site, organiser_id, habits, owner, kinds, float(drawn["habit_follows"][number]))
        mask &= _of_artist(world.plan, site)
        rows = np.flatnonzero(mask)
        parts.append(pl.DataFrame({"row": rows, "site": np.full(len(rows), number, dtype=np.int64)}))
    pairs = _double(pl.concat(parts), world, drawn)
    plan = world.plan.with_row_index("row").cast({"row": pl.Int64})
    chosen = pairs.join(plan, on="row", how="left", maintain_order="left").join(
        drawn, on="site", how="left", maintain_order="left"
    )
    of_series = derive_keys(chosen["series_key"].fill_null(0).to_numpy(), chosen["site_key"].to_numpy())
    return chosen.with_columns(
        voice_key=pl.when(pl.col("series_key").is_not_null()).then(pl.Series(of_series)).otherwise("listing_key")
    )


def _by_kind(plan: pl.DataFrame, habits: Habits) -> np.ndarray:
    mask = np.ones(plan.height, dtype=bool)
    if habits.kinds:
        mask &= plan["kind"].is_in(habits.kinds).to_numpy()
    if habits.paid_only:
        mask &= ~plan["is_free"].to_numpy()
    return mask


def _shares(
    world: World,
    site: Site,
    organiser_id: str | None,
    habits: Habits,
    owner: np.ndarray,
    kinds: pl.Series,
    follows: float,
) -> np.ndarray:
    """For every planned row the probability that the site lists it."""
    shares = np.full(world.plan.height, follows)
    if organiser_id is not None:
        mine = world.organisers["organiser_id"].to_list().index(organiser_id)
        return np.where(owner == mine, habits.own_share, 0.0)
    if habits.posts:
        keys = derive_keys(world.organisers["key"].to_numpy(), "posts on", site.source)
        customer = draw_share(keys, "customer") < np.array([habits.posts.get(kind, 0.0) for kind in kinds])
        return np.where(customer[owner], 0.92, follows)
    return shares


def _of_artist(plan: pl.DataFrame, site: Site) -> np.ndarray:
    """For a site of one artist: the rows that this artist plays in, one of those with several dates in the city.

    Chosen by the smallest of the keys of artist and site, so that the choice lasts from night to night.
    """
    if site.source != "bandsintown":
        return np.ones(plan.height, dtype=bool)
    dates = plan.select(pl.col("performer_ids").explode()).drop_nulls().group_by("performer_ids").len()
    artists = dates.filter(pl.col("len") >= _ARTIST_DATES)["performer_ids"].sort()
    if artists.is_empty():
        return np.zeros(plan.height, dtype=bool)
    keys = [int(key_of(site.feed, site.city_id, artist)) for artist in artists]
    return plan["performer_ids"].list.contains(artists[int(np.argmin(keys))]).to_numpy()


def _double(pairs: pl.DataFrame, world: World, drawn: pl.DataFrame) -> pl.DataFrame:
    """The pairs, some of them twice, with listing_key and copy."""
    happening = world.plan["key"].to_numpy()[pairs["row"].to_numpy()]
    site = drawn["site_key"].to_numpy()[pairs["site"].to_numpy()]
    keys = derive_keys(happening, site)
    is_twice = draw_share(keys, "twice") < drawn["habit_twice"].to_numpy()[pairs["site"].to_numpy()]
    once = pairs.with_columns(listing_key=pl.Series(keys), copy=pl.lit(0, dtype=pl.Int32))
    again = once.filter(pl.Series(is_twice))
    copies = again.with_columns(
        listing_key=pl.Series(derive_keys(again["listing_key"].to_numpy(), "copy")), copy=pl.lit(1, dtype=pl.Int32)
    )
    return pl.concat([once, copies])
