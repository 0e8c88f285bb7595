"""Venues: canonical venues of a city, with aliases and one id each."""

import polars as pl

from pulsecity_pipeline.config.matching import VenueMatching
from pulsecity_pipeline.contracts import Venue
from pulsecity_pipeline.entities.folding import extract_street, fold_text, fold_venue
from pulsecity_pipeline.entities.minting import FOUNDERS_SCHEMA, VOTES_SCHEMA, Minted, mint_ids
from pulsecity_pipeline.entities.places import haversine_km
from pulsecity_pipeline.identity import hash_ids


def resolve_venues(
    stated: pl.DataFrame, previous: pl.DataFrame, city_id: str, limits: VenueMatching
) -> tuple[pl.DataFrame, pl.DataFrame, Minted]:
    """Listings with `venue_row`, and the venues of the night before → (`clean.venues`, `venue_row`→`venue_id`, Minted).

    A new venue's id is the hash of city, its first listing (by first_seen_at, then listing_id) and its folded name: a
    listing that moves on to another venue can then never found a second venue of the same id. A venue keeps the id of
    the previous venue that has one of its names and is not contradicted by street number or coordinates.
    """
    venues = _describe(stated).with_columns(city_id=pl.lit(city_id))
    founders = venues.select(
        cluster=pl.col("venue_row"),
        fresh_id=hash_ids("ven", venues, ["city_id", "founder_id", "name_fold"]),
        split_id=hash_ids(
            "ven", venues.with_columns(again=pl.lit("split")), ["city_id", "founder_id", "name_fold", "again"]
        ),
        reason=pl.format("first listing {}", "founder_id"),
    ).match_to_schema(FOUNDERS_SCHEMA)
    minted = mint_ids(founders, _vote(stated, venues, previous, limits))
    ids = pl.DataFrame(list(minted.ids.items()), schema={"venue_row": pl.Int64, "venue_id": pl.String}, orient="row")
    table = venues.join(ids, on="venue_row").with_columns(
        capacity=pl.lit(None, pl.Int64), parent_venue_id=pl.lit(None, pl.String)
    )
    return table.select(Venue.polars_schema().names()).cast(Venue.polars_schema()).sort("venue_id"), ids, minted


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
