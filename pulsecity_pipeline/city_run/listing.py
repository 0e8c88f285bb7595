"""Listing: readings, and what stands as it stood → the tables of one city's pull that must agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.city_run.known import KnownPull
from pulsecity_pipeline.city_run.reading import CityReadings
from pulsecity_pipeline.city_run.rejecting import build_rejects
from pulsecity_pipeline.city_run.reusing import reuse_listings
from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.health import HealthRules
from pulsecity_pipeline.config.taxonomy import Taxonomy
from pulsecity_pipeline.contracts import Listing, Night, PastListing, RecordOutcome, Reject, SourceHealth
from pulsecity_pipeline.history.nights import build_nights
from pulsecity_pipeline.metrics.source_health import build_source_health
from pulsecity_pipeline.normalize.carrying import carry_over, carry_rejects
from pulsecity_pipeline.normalize.listings import NormalizeResult, normalize_readings

_FEED = ["source", "feed"]


@dataclass(frozen=True)
class CityListings:
    """The tables that must agree, each in its contract's schema."""

    listings: pl.DataFrame
    past_listings: pl.DataFrame
    rejects: pl.DataFrame
    records: pl.DataFrame
    source_health: pl.DataFrame
    nights: pl.DataFrame


def list_readings(
    read: CityReadings,
    known: KnownPull,
    *,
    city: City,
    cities: Mapping[str, City],
    night: date,
    at: datetime,
    taxonomy: Taxonomy,
    rules: HealthRules,
    reader: str,
) -> CityListings:
    """Normalise what was read tonight, add what stands as `known`, and carry over what is not seen tonight."""
    reused = reuse_listings(read.records, known.listings).with_columns(
        last_seen_at=pl.lit(at, Listing.polars_schema()["last_seen_at"]), gone_at=pl.lit(None, pl.Datetime("us", "UTC"))
    )
    fresh = normalize_readings(read.readings, pull_city=city, cities=cities, at=at, taxonomy=taxonomy)
    fresh = _refuse_taken(fresh, reused)
    rejects = build_rejects(read.faults, fresh.faults, read.records, read.pages, city_id=city.city_id, at=at)
    tonight = pl.concat([fresh.listings, reused])
    health = build_source_health(
        _less_faulty_expansions(read.page_facts, fresh.faults),
        tonight,
        rejects,
        known.listings,
        known.source_health,
        city_id=city.city_id,
        night=night,
        rules=rules,
    )
    seen_whole = health.filter(pl.col("state").is_in(["healthy", "empty"])).select(_FEED)
    carried = carry_over(tonight, known.listings, seen_whole, at=at, past_after_days=rules.past_after_days)
    settled = settle_records(read.records, fresh.listings, rejects, city_id=city.city_id, reader=reader)
    records = _keep_silent(settled, known.records, carried.listings)
    return CityListings(
        carried.listings,
        carried.past,
        carry_rejects(rejects, known.rejects, records, at=at),
        records,
        health,
        build_nights(carried.listings, known.listings, city_id=city.city_id, night=night, at=at),
    )


def no_listings() -> CityListings:
    """What a place without pages of its own has."""
    tables = (Listing, PastListing, Reject, RecordOutcome, SourceHealth, Night)
    return CityListings(*(table.empty() for table in tables))


def settle_records(
    records: pl.DataFrame, listings: pl.DataFrame, rejects: pl.DataFrame, *, city_id: str, reader: str
) -> pl.DataFrame:
    """What `choose_reused` gives, and what became of the records read → raw.records.

    A record read is a listing or a reject where one points to it, and repeats another where neither does.
    """
    place = ["page_id", "pointer"]
    made = listings.sort("starts_at", "source_event_id").unique(place, keep="first", maintain_order=True)
    found = records.join(made.select(*place, own_id="source_event_id"), on=place, how="left")
    refused = rejects.select(place).unique().with_columns(is_refused=pl.lit(value=True))
    outcome = (
        pl.when("is_reused").then("outcome")
        .when(pl.col("own_id").is_not_null()).then(pl.lit("listing"))
        .when(pl.col("is_refused")).then(pl.lit("reject"))
        .otherwise(pl.lit("repeat"))
    )  # fmt: skip
    settled = found.join(refused, on=place, how="left").with_columns(
        pull_city_id=pl.lit(city_id),
        outcome=outcome,
        source_event_id=pl.coalesce("source_event_id", "own_id"),
        reader=pl.lit(reader),
    )
    return settled.select(RecordOutcome.polars_schema().names()).sort(RecordOutcome.key)


def _keep_silent(tonight: pl.DataFrame, before: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """The records of feeds that gave none tonight stay, as long as a listing of theirs does: the feed may come back."""
    silent = before.join(tonight, on=_FEED, how="anti").join(listings, on=_FEED, how="semi")
    return pl.concat([tonight, silent]).sort(RecordOutcome.key)


def _refuse_taken(fresh: NormalizeResult, reused: pl.DataFrame) -> NormalizeResult:
    """An id that a record not read tonight already has is a repeated id, as it would be had that been read."""
    taken = fresh.listings.join(reused, on="listing_id", how="semi")
    if taken.is_empty():
        return fresh
    refused = taken.with_columns(
        is_expansion=pl.lit(value=False),
        rule=pl.lit("id_repeated"),
        field=pl.lit("source_event_id"),
        reason=pl.format("{} is the id of an earlier reading of this feed", "source_event_id"),
    ).select(fresh.faults.columns)
    kept = fresh.listings.join(taken, on="listing_id", how="anti", maintain_order="left")
    return NormalizeResult(kept, pl.concat([fresh.faults, refused]))


def _less_faulty_expansions(page_facts: pl.DataFrame, normalize_faults: pl.DataFrame) -> pl.DataFrame:
    """An occurrence that could not be normalised is a reject but no record: it leaves the count of expansions."""
    lost = normalize_faults.filter("is_expansion").group_by("page_id").agg(lost=pl.len().cast(pl.Int64))
    counted = page_facts.join(lost, on="page_id", how="left", maintain_order="left")
    return counted.with_columns(expansions=pl.col("expansions") - pl.col("lost").fill_null(0)).drop("lost")
