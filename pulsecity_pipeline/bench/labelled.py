"""Labelled data sets as listings: the records of each, in the contract's columns, beside their labels."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import Listing
from pulsecity_pipeline.identity import hash_ids

SEEN_AT = datetime(2024, 1, 1, tzinfo=UTC)


def load_conferences(folder: Path, with_url: bool) -> pl.DataFrame:
    """source_a.jsonl and source_b.jsonl of `folder` → listings of one pseudo city plus `record_id`.

    One feed a file; whole days; "City, Country" as the address, no venue; without a city and said to be online they
    are online. `with_url` False hides the page. Raises FileNotFoundError.
    """
    frames = [
        pl.read_ndjson(folder / f"source_{side}.jsonl").with_columns(feed=pl.lit(f"list_{side}")) for side in ("a", "b")
    ]
    stated = pl.concat(frames, how="diagonal_relaxed")
    place = pl.concat_str("city", "country", separator=", ", ignore_nulls=True)
    starts, ends = pl.col("start_date").str.to_date(), pl.col("end_date").str.to_date()
    return as_listings(
        stated.select(
            "feed",
            record_id="id",
            title="name",
            starts_on=starts,
            ends_on=pl.when(ends >= starts).then(ends),
            starts_at=starts.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            is_dated=pl.lit(value=True),
            address=pl.when(place != "").then(place),
            is_online=pl.col("online") & pl.col("city").is_null(),
            url=pl.when(pl.lit(with_url)).then(pl.col("url")),
        ),
        city_id="conferences",
    )


def load_city_records(folder: Path, with_url: bool) -> pl.DataFrame:
    """records.jsonl of `folder` → listings plus `record_id`, one pseudo city a city; one feed a stated source.

    A record whose source is not stated is a feed of its own. Raises FileNotFoundError.
    """
    stated = pl.read_ndjson(folder / "records.jsonl")
    starts = pl.Series([parsedate_to_datetime(text) for text in stated["start"]], dtype=pl.Datetime("us", "UTC"))
    local = pl.Series([parsedate_to_datetime(text).date() for text in stated["start"]], dtype=pl.Date)
    frames = stated.select(
        city_id="city",
        record_id="id",
        title=pl.col("title").str.strip_chars(),
        feed=pl.coalesce("source", pl.format("unstated {}", "id")),
        starts_on=local,
        ends_on=pl.lit(None, pl.Date),
        starts_at=starts,
        is_dated=~pl.col("when_text").str.contains(r"\d:\d\d"),
        venue_name="venue",
        is_online=pl.lit(value=False),
        url=pl.when(pl.lit(with_url)).then(pl.col("link")),
    )
    parts = [as_listings(part, str(city)) for (city,), part in frames.group_by("city_id", maintain_order=True)]
    return pl.concat(parts)


def as_listings(stated: pl.DataFrame, city_id: str) -> pl.DataFrame:
    """Stated records → `clean.listings` plus `record_id`: what is not stated is null or the neutral word."""
    named = stated.with_columns(city_id=pl.lit(city_id), pull_city_id=pl.lit(city_id), source=pl.lit("labelled"))
    filled = named.with_columns(
        listing_id=hash_ids("lst", named, ["source", "feed", "record_id"]),
        source_event_id=pl.col("record_id"),
        starts_local=pl.col("starts_at").dt.replace_time_zone(None),
        timezone=pl.lit("UTC"),
        time_precision=pl.when("is_dated").then(pl.lit("day")).otherwise(pl.lit("minute")),
        all_day=pl.col("is_dated"),
        status=pl.lit("scheduled"),
        sale_status=pl.lit("unknown"),
        attendance_mode=pl.when("is_online").then(pl.lit("online")).otherwise(pl.lit("offline")),
        category=pl.lit("other"),
        performers=pl.lit([], dtype=pl.List(pl.String)),
        city_evidence=pl.lit("stated"),
        time_evidence=pl.lit("stated"),
        listing_class=pl.lit("event"),
        fingerprint=pl.col("record_id"),
        page_id=pl.lit("pag_aaaaaaaaaaaaaaaa"),
        pointer=pl.col("record_id"),
        **{name: pl.lit(SEEN_AT) for name in ("first_seen_at", "last_seen_at", "changed_at")},
    )
    schema = Listing.polars_schema()
    absent = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in filled.columns]
    whole = filled.with_columns(absent)
    return whole.select(pl.col(name).cast(kind) for name, kind in schema.items()).with_columns(whole["record_id"])
