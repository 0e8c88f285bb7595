"""Listing: readings → clean.listings, clean.rejects and metrics.source_health of one city and night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.city_run.reading import CityReadings
from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.taxonomy import Taxonomy
from pulsecity_pipeline.contracts import Listing, Reject, SourceHealth
from pulsecity_pipeline.identity import hash_ids
from pulsecity_pipeline.metrics.source_health import build_source_health
from pulsecity_pipeline.normalize.carrying import carry_over
from pulsecity_pipeline.normalize.listings import normalize_readings


@dataclass(frozen=True)
class CityListings:
    """The three tables that must agree: `listings`, `rejects`, `source_health`."""

    listings: pl.DataFrame
    rejects: pl.DataFrame
    source_health: pl.DataFrame


def list_readings(
    read: CityReadings,
    *,
    city: City,
    cities: Mapping[str, City],
    night: date,
    at: datetime,
    taxonomy: Taxonomy,
    previous: pl.DataFrame,
) -> CityListings:
    """Normalise tonight's readings; `previous` are the city's listings as last published."""
    normalized = normalize_readings(read.readings, pull_city=city, cities=cities, at=at, taxonomy=taxonomy)
    rejects = build_rejects(read.faults, normalized.faults, city_id=city.city_id, at=at)
    facts = _less_faulty_expansions(read.page_facts, normalized.faults)
    health = build_source_health(facts, normalized.listings, rejects, city_id=city.city_id, night=night)
    seen_whole = health.filter(pl.col("state").is_in(["healthy", "empty"])).select("source", "feed")
    listings = carry_over(normalized.listings, previous, seen_whole, at=at)
    return CityListings(listings.sort(Listing.key), rejects, health)


def no_listings() -> CityListings:
    """What a place without pages of its own has."""
    return CityListings(Listing.empty(), Reject.empty(), SourceHealth.empty())


def build_rejects(faults: pl.DataFrame, normalize_faults: pl.DataFrame, *, city_id: str, at: datetime) -> pl.DataFrame:
    """Faults of split and read, and readings that could not be normalised → rows of clean.rejects."""
    refused = normalize_faults.with_columns(
        stage=pl.lit("normalize"), payload=pl.lit(None, pl.String), is_record=~pl.col("is_expansion")
    ).select(faults.columns)
    rejects = pl.concat([faults, refused]).with_columns(
        pull_city_id=pl.lit(city_id),
        first_seen_at=pl.lit(at, Reject.polars_schema()["first_seen_at"]),
        replayed_at=pl.lit(None, Reject.polars_schema()["replayed_at"]),
    )
    place = ["page_id", "pointer", "rule", "field"]
    # The occurrences of one record share all of these.
    numbered = rejects.with_columns(number=pl.int_range(pl.len()).over(place))
    ids = hash_ids("rej", numbered, [*place, "number"])
    return rejects.with_columns(reject_id=ids).select(Reject.polars_schema().names()).sort(Reject.key)


def _less_faulty_expansions(page_facts: pl.DataFrame, normalize_faults: pl.DataFrame) -> pl.DataFrame:
    """An occurrence that could not be normalised is a reject but no record: it leaves the count of expansions."""
    lost = normalize_faults.filter("is_expansion").group_by("page_id").agg(lost=pl.len().cast(pl.Int64))
    counted = page_facts.join(lost, on="page_id", how="left", maintain_order="left")
    return counted.with_columns(expansions=pl.col("expansions") - pl.col("lost").fill_null(0)).drop("lost")
