"""From readings to listings: every canonical value with its evidence; what cannot be a listing becomes a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.taxonomy import Taxonomy
from pulsecity_pipeline.contracts import Listing, Reading
from pulsecity_pipeline.identity import hash_ids
from pulsecity_pipeline.normalize.category import categorize
from pulsecity_pipeline.normalize.city import locate_cities
from pulsecity_pipeline.normalize.listing_class import classify_titles
from pulsecity_pipeline.normalize.place import read_places
from pulsecity_pipeline.normalize.price import resolve_prices
from pulsecity_pipeline.normalize.series import key_series
from pulsecity_pipeline.normalize.status import resolve_status
from pulsecity_pipeline.normalize.structured import (
    compose_locations,
    prefer_stated_places,
    prefer_stated_prices,
    prefer_stated_sales,
)
from pulsecity_pipeline.normalize.text import clean_line, clean_paragraphs
from pulsecity_pipeline.normalize.time import in_years, resolve_times

_KEY = ["source", "feed", "source_event_id"]
_FAULT_COLUMNS = ["source", "feed", "page_id", "pointer", "is_expansion"]
_LINES = ["title", "organizer", "price", "venue_name", "address", "locality", "region", "country"]
_REFUSED = ["rule", "field", "reason"]


@dataclass(frozen=True)
class NormalizeResult:
    """`listings`: columns of contract Listing.

    `faults`: source, feed, page_id, pointer, is_expansion, rule, field, reason.
    Every reading is in exactly one of the two.
    """

    listings: pl.DataFrame
    faults: pl.DataFrame


def normalize_readings(
    readings: pl.DataFrame, *, pull_city: City, cities: Mapping[str, City], at: datetime, taxonomy: Taxonomy
) -> NormalizeResult:
    """Readings (contract Reading) that one city's run pulled, as listings seen for the first time `at` (aware).

    Listings and faults keep the order of the readings. Raises polars.exceptions.SchemaError for missing columns.
    """
    typed = readings.match_to_schema(Reading.polars_schema(), missing_columns="raise", extra_columns="ignore")
    refused = _find_faults(_clean(typed))
    faults = refused.filter(pl.col("rule").is_not_null()).select(_FAULT_COLUMNS + _REFUSED)
    sound = refused.filter(pl.col("rule").is_null()).drop(_REFUSED)
    return NormalizeResult(_to_listings(sound, pull_city, cities, at, taxonomy), faults)


def _clean(readings: pl.DataFrame) -> pl.DataFrame:
    lines = [clean_line(readings[column]) for column in _LINES]
    paragraphs = [clean_paragraphs(readings[column]) for column in ("description", "location")]
    links = pl.col("url", "image_url", "online_url").str.strip_chars()
    lists = pl.col("categories", "performers").fill_null([])
    empty_to_null = pl.when(links != "").then(links)
    return readings.with_columns(*lines, *paragraphs, empty_to_null, lists)


def _find_faults(readings: pl.DataFrame) -> pl.DataFrame:
    """Adds rule, field and reason; null where the reading can be a listing."""
    start = pl.col("start_wall")
    year = start.dt.year().cast(pl.String)
    rules = (
        (pl.col("title").is_null(), "title_empty", "title", pl.lit("nothing is left of the title after cleaning")),
        (start.is_null(), "start_missing", "start_wall", pl.lit("no start is stated")),
        (
            ~in_years(start),
            "start_out_of_range",
            "start_wall",
            pl.format("start in year {}, expected 1900 to 2200", year),
        ),
        (
            ~pl.struct(_KEY).is_first_distinct(),
            "id_repeated",
            "source_event_id",
            pl.format("{} is the id of an earlier reading of this feed", "source_event_id"),
        ),
    )
    return readings.with_columns(
        rule=pl.coalesce(pl.when(broken).then(pl.lit(rule)) for broken, rule, _, _ in rules),
        field=pl.coalesce(pl.when(broken).then(pl.lit(field)) for broken, _, field, _ in rules),
        reason=pl.coalesce(pl.when(broken).then(reason) for broken, _, _, reason in rules),
    )


def _to_listings(
    sound: pl.DataFrame, pull_city: City, cities: Mapping[str, City], at: datetime, taxonomy: Taxonomy
) -> pl.DataFrame:
    sound = compose_locations(sound)
    places = prefer_stated_places(read_places(sound), sound)
    located = sound.drop(name for name in places.columns if name in sound.columns).hstack(places)
    cities_found = locate_cities(located, pull_city=pull_city, cities=cities)
    held = [
        pl.when(~pl.col("is_refuted")).then(name).alias(name) for name in ("latitude", "longitude", "geo_precision")
    ]
    located = located.hstack(cities_found).with_columns(held)
    times = resolve_times(located)
    states = prefer_stated_sales(resolve_status(sound.select("title", "status")), sound)
    prices = prefer_stated_prices(resolve_prices(located), located)
    derived = pl.concat([times, states, prices, categorize(located, taxonomy)], how="horizontal")
    whole = located.drop(name for name in derived.columns if name in located.columns).hstack(derived)
    return _with_identity(whole, pull_city.city_id, at)


def _with_identity(listings: pl.DataFrame, pull_city_id: str, at: datetime) -> pl.DataFrame:
    schema = Listing.polars_schema()
    seen = {name: pl.lit(at, schema[name]) for name in ("first_seen_at", "last_seen_at", "changed_at")}
    complete = listings.with_columns(
        hash_ids("lst", listings, _KEY).alias("listing_id"),
        key_series(listings),
        pull_city_id=pl.lit(pull_city_id),
        listing_class=classify_titles(pl.col("title")),
        gone_at=pl.lit(None, schema["gone_at"]),
        **seen,
    )
    return complete.select(pl.col(name).cast(kind) for name, kind in schema.items())
