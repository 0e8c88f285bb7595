"""Venues: canonical venues of a city, with aliases and one id each."""

from datetime import date

import polars as pl

from pulsecity_pipeline.config.matching import VenueMatching
from pulsecity_pipeline.contracts import Venue
from pulsecity_pipeline.entities.folding import extract_street, fold_text, fold_venue
from pulsecity_pipeline.entities.minting import FOUNDERS_SCHEMA, VOTES_SCHEMA, Minted, mint_ids, settle_votes
from pulsecity_pipeline.entities.places import haversine_km
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.identity import hash_ids


def resolve_venues(
    stated: pl.DataFrame, previous: Previous, city_id: str, night: date, limits: VenueMatching
) -> tuple[pl.DataFrame, pl.DataFrame, Minted]:
    """Listings with `venue_row`, and what was known → (`clean.venues`, `venue_row`→`venue_id`, Minted).

    A new venue's id is the hash of city, its first listing (by first_seen_at, then listing_id) and its folded name: a
    listing that moves on to another venue can then never found a second venue of the same id. A venue keeps the id of
    the previous venue that has one of its names and is not contradicted by street number or coordinates. A venue that
    nobody names tonight stays as it was, with listing_count 0, so that its id awaits it.
    """
    venues = _describe(stated).with_columns(city_id=pl.lit(city_id), night=pl.lit(night))
    settled, contested = settle_votes(_vote(stated, venues, previous.venues, limits))
    taken = previous.redirected("venue") | frozenset(previous.venues["venue_id"])
    minted = mint_ids(_list_founders(venues, settled), contested, taken)
    ids = minted.join_ids(settled).rename({"cluster": "venue_row", "id": "venue_id"})
    schema = Venue.polars_schema()
    table = venues.join(ids, on="venue_row").with_columns(
        capacity=pl.lit(None, pl.Int64), parent_venue_id=pl.lit(None, pl.String)
    )
    named = table.select(schema.names()).cast(schema)
    resting = previous.venues.join(named, on="venue_id", how="anti").filter(
        ~pl.col("venue_id").is_in(minted.redirected())
    )
    both = pl.concat([named, resting.with_columns(listing_count=pl.lit(0, pl.Int64))])
    return both.sort("venue_id"), ids, minted


def _list_founders(venues: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    open_ones = venues.join(settled, left_on="venue_row", right_on="cluster", how="anti")
    named = ["city_id", "founder_id", "name_fold"]
    return open_ones.select(
        cluster=pl.col("venue_row"),
        fresh_id=hash_ids("ven", open_ones, named),
        split_id=hash_ids("ven", open_ones, [*named, "night"]),
        reason=pl.format("first listing {}", "founder_id"),
    ).match_to_schema(FOUNDERS_SCHEMA)


def _most_used(column: str) -> pl.Expr:
    """The most frequent value of a group, the smallest of several; null where the group has none."""
    return pl.col(column).drop_nulls().sort().mode().sort().first()


def _describe(stated: pl.DataFrame) -> pl.DataFrame:
    founder = pl.col("listing_id").sort_by("first_seen_at", "listing_id").first()
    described = stated.group_by("venue_row").agg(
        name=_most_used("venue_name"),
        names=pl.col("venue_name").unique().sort(),
        address=_most_used("address"),
        latitude=pl.col("place_latitude").median(),
        longitude=pl.col("place_longitude").median(),
        listing_count=pl.len().cast(pl.Int64),
        founder_id=founder,
    )
    return described.with_columns(
        aliases=pl.col("names").list.set_difference(pl.concat_list("name")).list.sort(),
        name_fold=fold_venue(pl.col("name")),
        street=extract_street(fold_text(pl.col("address"))),
    ).sort("venue_row")


def _vote(stated: pl.DataFrame, venues: pl.DataFrame, previous: pl.DataFrame, limits: VenueMatching) -> pl.DataFrame:
    """Previous venues and clusters that share a folded name and do not contradict; weighed by listings of that name.

    One street number outweighs any count of listings.
    """
    before = previous.select(
        pl.col("venue_id").alias("previous_id"),
        pl.concat_list("name", "aliases").alias("fold"),
        street_before=extract_street(fold_text(pl.col("address"))),
        before_latitude="latitude",
        before_longitude="longitude",
    ).explode("fold")
    before = before.with_columns(fold=fold_venue(pl.col("fold"))).unique()
    now = stated.group_by("venue_row", fold="venue_fold").agg(count=pl.len().cast(pl.Int64))
    now = now.join(venues.select("venue_row", "street", "latitude", "longitude"), on="venue_row")
    met = now.join(before, on="fold")
    met = met.filter(~_contradicts(limits))
    same = (pl.col("street") == pl.col("street_before")).fill_null(value=False)
    return (
        met.group_by("venue_row", "previous_id")
        .agg(weight=pl.col("count").sum() + pl.when(same.any()).then(stated.height).otherwise(0))
        .select(
            cluster="venue_row",
            previous_id="previous_id",
            weight="weight",
            since=pl.lit(None, pl.Datetime("us", "UTC")),
        )
        .cast(VOTES_SCHEMA)
    )


def _contradicts(limits: VenueMatching) -> pl.Expr:
    far = haversine_km("", "before_") > limits.apart_km
    streets = pl.col("street") != pl.col("street_before")
    return far.fill_null(value=False) | streets.fill_null(value=False)
