"""Listings as numbers that can be set beside others': lengths, hours, fill, repeats; no text of them is kept."""

from typing import Final

import polars as pl

from pulsecity_pipeline.bench.believable_repeats import mark_near_duplicates

#: Fields of which it is counted how many listings state them → when a listing does.
FIELDS: Final = {
    "end": pl.col("ends_on").is_not_null() | pl.col("ends_at").is_not_null(),
    "venue": pl.col("venue_name").is_not_null(),
    "address": pl.col("address").is_not_null(),
    "coordinates": pl.col("latitude").is_not_null(),
    "price": pl.col("price_min").is_not_null() | pl.col("is_free").fill_null(value=False),
    "image": pl.col("image_url").is_not_null(),
    "url": pl.col("url").is_not_null(),
    "organizer": pl.col("organizer").is_not_null(),
    "performers": pl.col("performers").list.len() > 0,
    "description": pl.col("description").is_not_null(),
}
#: One row a listing; null where nothing is known, whole columns where the data says nothing of the kind.
PROFILE: Final = pl.Schema(
    {
        "population": pl.String(),
        "title_chars": pl.Float64(),
        "title_words": pl.Float64(),
        "description_chars": pl.Float64(),
        **{f"states_{name}": pl.Boolean() for name in FIELDS},
        "weekday": pl.String(),  # Mon … Sun
        "hour": pl.String(),  # 00 … 23, of what has a time
        "duration_minutes": pl.Float64(),
        "lead_days": pl.Float64(),  # from the night to the start, of what is to come
        "is_over": pl.Boolean(),  # began before the night
        "is_repeated": pl.Boolean(),  # of a series
        "is_all_day": pl.Boolean(),
        "status": pl.String(),
        "price_low": pl.Float64(),
        "price_high": pl.Float64(),
        "is_free": pl.Boolean(),
        "listings_per_event": pl.Float64(),  # at the first listing of each event
        "is_near_duplicate": pl.Boolean(),
        "is_first_of_title": pl.Boolean(),
        "is_non_ascii": pl.Boolean(),
        "is_shouted": pl.Boolean(),
        "has_digits": pl.Boolean(),
        "has_marks": pl.Boolean(),  # colon, bar, dash, bracket or slash
        "performer_count": pl.Float64(),
        "attendance": pl.Float64(),
    }
)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Money whose amounts are taken as they stand: about a US dollar each.
_DOLLARS: Final = ("USD", "CAD", "AUD", "NZD", "EUR", "GBP", "CHF", "SGD")
#: What is null where a frame of listings has no such column.
_KNOWN: Final = pl.Schema(
    {
        "starts_at": pl.Datetime("us"),
        "ends_at": pl.Datetime("us"),
        "description": pl.String(),
        "price_min": pl.Float64(),
        "price_max": pl.Float64(),
        "currency": pl.String(),
        "is_free": pl.Boolean(),
        "event": pl.String(),
        "night": pl.Date(),
        "attendance": pl.Float64(),
        "pull_city_id": pl.String(),
        "feed": pl.String(),
    }
)
#: One feed speaks for so many listings at most, or a few endless calendars would be all there is to see.
_MOST_OF_FEED: Final = 300
#: Sources of so many feeds are thinned so.
_MANY_FEEDS: Final = 20


def profile_listings(listings: pl.DataFrame) -> pl.DataFrame:
    """PROFILE rows of listings: those columns of contract Listing that are known, beside population, night (may be
    null), `event` (what they stand for, may be null) and attendance. Rows keep their order.

    What hangs on other listings is told of all; of a population of many feeds evenly spread rows of long ones remain.
    """
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in _KNOWN.items() if name not in listings.columns]
    known = listings.with_columns(missing)
    marked = mark_near_duplicates(known)
    columns = {**_title_columns(), **_time_columns(), **_price_columns(), **_fill_columns(listings)}
    found = _thin(marked.with_columns(**columns))
    absent = [pl.lit(None).alias(name) for name in PROFILE.names() if name not in found.columns]
    return found.with_columns(absent).select(PROFILE.names()).cast(PROFILE)


def _thin(listings: pl.DataFrame) -> pl.DataFrame:
    scope = ["population", "pull_city_id", "feed"]
    step = (pl.len().over(scope) / _MOST_OF_FEED).ceil().cast(pl.Int64)
    is_many = pl.col("feed").n_unique().over("population") > _MANY_FEEDS
    return listings.filter(~is_many | (pl.int_range(pl.len()).over(scope) % step == 0))


def _fill_columns(listings: pl.DataFrame) -> dict[str, pl.Expr]:
    """Fields whose columns the listings have at all, and counts over the frame."""
    has = set(listings.columns)
    columns = {f"states_{name}": said for name, said in FIELDS.items() if set(said.meta.root_names()) <= has}
    if "performers" in has:
        columns["performer_count"] = pl.when(pl.col("performers").list.len() > 0).then(pl.col("performers").list.len())
    if "series_key" in has:
        columns["is_repeated"] = pl.col("series_key").is_not_null()
    if "all_day" in has:
        columns["is_all_day"] = pl.col("all_day")
    if "status" in has:
        columns["status"] = pl.col("status").replace("past", "scheduled")
    event, scope = pl.col("event"), ["population", "event"]
    columns["listings_per_event"] = pl.when(event.is_not_null() & event.is_first_distinct().over("population")).then(
        pl.len().over(scope)
    )
    return columns


def _title_columns() -> dict[str, pl.Expr]:
    title = pl.col("title")
    letters = title.str.replace_all(r"[^\p{L}]", "")
    return {
        "title_chars": title.str.len_chars(),
        "title_words": title.str.split(" ").list.len(),
        "description_chars": pl.col("description").str.len_chars(),
        "is_first_of_title": title.str.to_lowercase().is_first_distinct().over("population"),
        "is_non_ascii": title.str.contains(r"[^\x00-\x7F]"),
        "is_shouted": (letters.str.len_chars() > 3) & (letters == letters.str.to_uppercase()),
        "has_digits": title.str.contains(r"\d"),
        "has_marks": title.str.contains(r"[:|/()\[\]–—]| - "),
    }


def _time_columns() -> dict[str, pl.Expr]:
    start, timed = pl.col("starts_on"), pl.col("starts_local").is_not_null()
    minutes = (pl.col("ends_at") - pl.col("starts_at")).dt.total_minutes()
    lead = (start - pl.col("night")).dt.total_days()
    return {
        "weekday": start.dt.weekday().cast(pl.Int64).replace_strict(dict(enumerate(_WEEKDAYS, 1)), default=None),
        "hour": pl.when(timed).then(pl.col("starts_local").dt.strftime("%H")),
        "duration_minutes": pl.when(timed & (minutes > 0)).then(minutes),
        "lead_days": pl.when(lead >= 0).then(lead),
        "is_over": lead < 0,
    }


def _price_columns() -> dict[str, pl.Expr]:
    is_dollar = pl.col("currency").is_in(_DOLLARS)
    low, high = (pl.col(name).cast(pl.Float64) for name in ("price_min", "price_max"))
    is_free = pl.col("is_free")
    return {
        "price_low": pl.when(is_dollar & (low > 0)).then(low),
        "price_high": pl.when(is_dollar & (high > 0)).then(high),
        "is_free": pl.when(is_free.is_not_null() | low.is_not_null()).then(is_free.fill_null(value=False) | (low == 0)),
    }
