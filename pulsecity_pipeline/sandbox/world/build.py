"""Building a city's fiction: the same arguments give the same world, whatever other cities or nights exist."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.world.artists import build_artists
from pulsecity_pipeline.sandbox.world.changes import known_of, list_history
from pulsecity_pipeline.sandbox.world.frames import HAPPENING, HISTORY, ORGANISER
from pulsecity_pipeline.sandbox.world.money import build_tiers
from pulsecity_pipeline.sandbox.world.organisers import build_organisers
from pulsecity_pipeline.sandbox.world.places import build_venues
from pulsecity_pipeline.sandbox.world.planning import Cast, plan_city
from pulsecity_pipeline.sandbox.world.sizes import size_of

#: How many artists the fiction knows, in all cities.
ARTIST_COUNT = 12_000


@dataclass(frozen=True)
class World:
    """A city's fiction around one night. `plan` holds the future too: what will change, and when that is known."""

    city: City
    seed: int
    night: date
    scale: float
    venues: pl.DataFrame
    artists: pl.DataFrame
    organisers: pl.DataFrame
    plan: pl.DataFrame

    @property
    def at(self) -> datetime:
        """The moment of the pull: the night's first in UTC."""
        return datetime.combine(self.night, time(), UTC)

    def happenings(self) -> pl.DataFrame:
        """HAPPENING rows as they stand at the night; what nobody has announced yet is not among them."""
        known = known_of(self.plan.filter(pl.col("announced_at") <= self.at), pl.lit(self.at))
        attended = pl.when(pl.col("status").is_in(["cancelled", "postponed"])).then(0).otherwise("attendance")
        return known.with_columns(attendance=attended).select(HAPPENING.names()).cast(HAPPENING)

    def tiers(self) -> pl.DataFrame:
        """PRICE_TIER rows of what is not free."""
        return build_tiers(self.plan, self.plan["subject_key"].to_numpy())

    def history(self) -> pl.DataFrame:
        """HISTORY rows up to the night."""
        return list_history(self.plan).filter(pl.col("known_at") <= self.at).select(HISTORY.names())


def build_world(
    city: City, *, seed: int, night: date, scale: float = 1.0, kinds: Collection[str] | None = None
) -> World:
    """The fiction of one city around a night; `scale` multiplies how many organisers and venues there are.

    With `kinds` only happenings of these kinds, which are those that the whole world has of them.
    """
    size = size_of(city, scale)
    venues = build_venues(city, seed=seed, size=size)
    organisers = build_organisers(city, venues, seed=seed, size=size)
    artists = build_artists(seed, ARTIST_COUNT)
    plan = plan_city(Cast(city, organisers, venues, artists), night=night, kinds=kinds)
    return World(city, seed, night, scale, venues, artists, organisers.select("key", *ORGANISER.names()), plan)
