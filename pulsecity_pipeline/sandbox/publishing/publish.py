"""What all sites of a city say on a night: the truth, chosen, told, written and spoilt, as rows of LISTING."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.config.cities import ELSEWHERE, ONLINE
from pulsecity_pipeline.contracts.base import LOCAL_DATETIME
from pulsecity_pipeline.sandbox.publishing.choosing import choose_listings
from pulsecity_pipeline.sandbox.publishing.habits import draw_habits
from pulsecity_pipeline.sandbox.publishing.leaving_out import bill_by_alias, leave_out, shape_listings, write_clocks
from pulsecity_pipeline.sandbox.publishing.listing import LISTING, MONEY
from pulsecity_pipeline.sandbox.publishing.native_ids import identify
from pulsecity_pipeline.sandbox.publishing.noise import add_noise
from pulsecity_pipeline.sandbox.publishing.sites import OwnedSite
from pulsecity_pipeline.sandbox.publishing.telling import tell_listings
from pulsecity_pipeline.sandbox.publishing.writing import write_briefly, write_places, write_prices, write_titles
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.world.build import World


@dataclass(frozen=True)
class Published:
    """`listings` has the columns of LISTING, sorted by site, start and id; `truth` one row each, in the same order:
    source, feed, site_city_id, listing_key, happening_id, true_title, true_starts_local, true_venue_id, true_city_id,
    true_status, is_online, and what it tells of prices and places in any way (told_…).
    """

    listings: pl.DataFrame
    truth: pl.DataFrame

    def of_site(self, site: Site) -> pl.DataFrame:
        """The LISTING rows of one site."""
        return self.listings.filter(
            pl.col("source") == site.source, pl.col("feed") == site.feed, pl.col("city_id") == site.city_id
        )


def publish_city(world: World, owned: Sequence[OwnedSite]) -> Published:
    """Everything the sites of a city say on the world's night."""
    if not owned:
        return Published(pl.DataFrame(schema=LISTING), pl.DataFrame(schema=_TRUTH))
    sites = [one.site for one in owned]
    stood = tell_listings(choose_listings(world, owned, draw_habits(sites, world.seed)), world, sites)
    placed = _join_places(stood, world, sites)
    true = placed.with_columns(
        true_title="title",
        true_starts_local="starts_local",
        true_venue_id="venue_id",
        true_city_id=pl.when("is_online").then(pl.lit(ONLINE))
        .when("is_in_city").then(pl.lit(world.city.city_id)).otherwise(pl.lit(ELSEWHERE)),
    )  # fmt: skip
    noisy = add_noise(bill_by_alias(true, world), sites)
    written = write_briefly(write_prices(write_places(write_titles(noisy, sites), sites)))
    listed = identify(leave_out(write_clocks(written, sites)))
    # "site" first: rows of one site lie together.
    ordered = listed.sort("site", "starts_local", "native_id", "listing_key")
    told = ordered.rename({name: f"told_{name}" for name in _TOLD})
    return Published(shape_listings(ordered, sites), told.select(_TRUTH.names()).cast(_TRUTH))


_TOLD = ("price_min", "price_max", "currency", "is_free", "geo_precision")
_TRUTH = pl.Schema(
    {
        "source": pl.String(),
        "feed": pl.String(),
        "site_city_id": pl.String(),
        "listing_key": pl.UInt64(),
        "happening_id": pl.String(),
        "true_title": pl.String(),
        "true_starts_local": LOCAL_DATETIME,
        "true_venue_id": pl.String(),
        "true_city_id": pl.String(),
        "true_status": pl.String(),
        "is_online": pl.Boolean(),
        "told_price_min": MONEY,
        "told_price_max": MONEY,
        "told_currency": pl.String(),
        "told_is_free": pl.Boolean(),
        "told_geo_precision": pl.String(),
    }
)


def _name_sites(sites: list[Site]) -> pl.DataFrame:
    rows = [(number, one.source, one.feed, one.city_id, one.host) for number, one in enumerate(sites)]
    return pl.DataFrame(rows, schema=["site", "source", "feed", "site_city_id", "site_host"], orient="row")


def _join_places(told: pl.DataFrame, world: World, sites: list[Site]) -> pl.DataFrame:
    """With the site's names, organizer, and of the told venue venue_label, house_name, room_name, street and so on."""
    venues = world.venues
    houses = venues.select(parent_venue_id="venue_id", house="name", house_nickname="nickname", house_aliases="aliases")
    where = venues.join(houses, on="parent_venue_id", how="left").select(
        "venue_id", "street", "town", "region", "postcode", "latitude", "longitude", "is_in_city",
        house_id=pl.coalesce("parent_venue_id", "venue_id"),
        house_name=pl.coalesce("house", "name"),
        room_name=pl.when(pl.col("parent_venue_id").is_not_null()).then("name"),
        nickname=pl.coalesce("house_nickname", "nickname"),
        alias=pl.coalesce("house_aliases", "aliases").list.first(),
        venue_label=pl.coalesce("house", "name"),
    )  # fmt: skip
    owners = world.organisers.with_row_index("organiser").select("organiser", organizer="name")
    return (
        told.drop("venue_label", "capacity", strict=False)
        .join(where, on="venue_id", how="left", maintain_order="left")
        .join(owners, on="organiser", how="left", maintain_order="left")
        .join(_name_sites(sites), on="site", how="left", maintain_order="left")
        .with_columns(city_name=pl.lit(world.city.name), country=pl.lit(world.city.country))
    )
