"""Marks on the listings of a tried source: what each states, when and where it is, whether it says something again."""

from datetime import date

import polars as pl

from pulsecity_pipeline.config.cities import PLACELESS

#: Field → whether a listing states it.
FILLED: dict[str, pl.Expr] = {
    "title": pl.col("title").str.strip_chars() != "",
    "start": pl.col("starts_at").is_not_null(),
    "end": pl.col("ends_on").is_not_null() | pl.col("ends_at").is_not_null(),
    "venue": pl.col("venue_name").is_not_null(),
    "address": pl.col("address").is_not_null(),
    "coordinates": pl.col("latitude").is_not_null() & (pl.col("geo_precision") != "city").fill_null(value=True),
    "price": pl.col("price_min").is_not_null() | pl.col("is_free").is_not_null(),
    "url": pl.col("url").is_not_null(),
    "image": pl.col("image_url").is_not_null(),
    "description": pl.col("description").is_not_null(),
    "category": pl.col("category") != "other",
}
_SAID = ["said_title", "starts_on", "starts_local", "venue_name"]
_OFFSET = r"(?i)^(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d{2})?$"
_NIGHT_HOURS = (pl.time(2), pl.time(6))


def mark_listings(listings: pl.DataFrame, *, city_id: str, night: date, far_days: int) -> pl.DataFrame:
    """clean.listings → the same rows with `said_title` (folded) and these marks, none of them null.

    is_in_city, is_upcoming, is_past, is_far (by the local dates, against `night`); is_timed (has a time of day),
    is_small_hours (from 02:00, before 06:00); is_zoned (a zone or offset is stated, other than UTC, of something that
    has a place), is_foreign_zone (and it shows another wall clock than the place's), is_unknown_zone (nobody knows it);
    is_again (title, start and venue of an earlier row of its feed), is_again_elsewhere (of an earlier row of another).
    """
    is_over = pl.coalesce("ends_on", "starts_on") < night
    ahead = (pl.col("starts_on") - pl.lit(night)).dt.total_days()
    marked = listings.with_columns(
        said_title=_fold(pl.col("title")),
        is_in_city=pl.col("city_id") == city_id,
        is_past=is_over.fill_null(value=False),
        is_far=(ahead > far_days).fill_null(value=False),
        is_timed=pl.col("starts_local").is_not_null() & ~pl.col("all_day"),
        **_mark_zones(),
    )
    small = pl.col("is_timed") & pl.col("starts_local").dt.time().is_between(*_NIGHT_HOURS, closed="left")
    in_feed, anywhere = (~pl.struct(*keys, *_SAID).is_first_distinct() for keys in (["source", "feed"], []))
    return marked.with_columns(
        is_upcoming=~pl.col("is_past"),
        is_small_hours=small.fill_null(value=False),
        is_again=in_feed,
        is_again_elsewhere=anywhere & ~in_feed,
    )


def _mark_zones() -> dict[str, pl.Expr]:
    """Read from `time_evidence`: `zone: stated Asia/Tokyo` is a zone whose clock was not the place's."""
    stated = pl.col("time_evidence").str.extract(r"^zone: ([^;]*)").fill_null("city")
    is_named = stated.str.contains(r"^(?:stated|feed)\b")
    is_offset = stated.str.contains(_OFFSET)
    has_place = ~pl.col("city_id").is_in(PLACELESS)
    here = (pl.col("starts_local") - pl.col("starts_at").dt.replace_time_zone(None)).dt.total_minutes()
    minutes = pl.coalesce(
        60 * stated.str.extract(_OFFSET, 2).cast(pl.Int64) + stated.str.extract(_OFFSET, 3).cast(pl.Int64).fill_null(0),
        pl.lit(0),
    )
    signed = pl.when(stated.str.extract(_OFFSET, 1) == "-").then(-minutes).otherwise(minutes)
    is_moved = stated.str.contains(r"^(?:stated|feed) \S") | (is_offset & (signed != here))
    return {
        "is_zoned": has_place & (is_named | is_offset),
        "is_foreign_zone": has_place & is_moved.fill_null(value=False),
        "is_unknown_zone": pl.col("time_evidence").str.contains("unknown zone", literal=True).fill_null(value=False),
    }


def _fold(title: pl.Expr) -> pl.Expr:
    """`Qu'Appelle–São` → `quappelle sao`, the same for everybody's quotes, dashes and accents."""
    bare = title.str.replace_all("['’]", "").str.normalize("NFKD").str.to_lowercase()
    return bare.str.replace_all(r"\p{M}+", "").str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
