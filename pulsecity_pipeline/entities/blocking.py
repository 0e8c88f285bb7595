"""Blocking: which two listings are compared at all, cheap and exact, one rule a function."""

from collections.abc import Iterable

import polars as pl

from pulsecity_pipeline.config.matching import EventMatching


def block_listings(prepared: pl.DataFrame, words: pl.DataFrame, matching: EventMatching) -> pl.DataFrame:
    """Prepared listings (with `title_id`) and their words → distinct pairs `left` < `right` (rows).

    Two listings are compared when they start together and share a word, fall on one date and share a rarer word, the
    beginning of the title, the page or the identifier, or cover overlapping days. Two listings of one feed are never
    compared: what a feed lists twice it means twice (repeats are found before). Blocks over the configured size are
    skipped: what so many share says nothing.
    """
    limits = matching.blocking
    listings = prepared.filter(pl.col("starts_on").is_not_null())
    worded = listings.join(words.select("title_id", "word").unique(), on="title_id")
    prefixed = listings.filter(pl.col("squeezed") != "").with_columns(
        prefix=pl.col("squeezed").str.slice(0, limits.prefix_length)
    )
    long_ids = listings.filter(pl.col("source_event_id").str.len_chars() >= matching.identifier.minimum_length)
    found = [
        _pair_up(worded.filter(~pl.col("is_dated")), ["starts_at", "word"], limits.same_start_limit),
        _pair_up(worded, ["starts_on", "word"], limits.same_day_limit),
        _pair_up(prefixed, ["starts_on", "prefix"], limits.same_day_limit),
        _pair_up(listings.filter(pl.col("url_fold").is_not_null()), ["starts_on", "url_fold"], limits.same_day_limit),
        _pair_up(long_ids, ["starts_on", "source_event_id"], limits.same_day_limit),
        *_pair_spans(prefixed, limits.span_days, limits.same_day_limit),
    ]
    pairs = pl.concat(found).unique().sort("left", "right")
    return _drop_far_starts(pairs, listings, matching.start.limit_minutes)


def _pair_up(rows: pl.DataFrame, key: list[str], limit: int) -> pl.DataFrame:
    """All pairs of different feeds within the blocks of `key` that hold 2 to `limit` rows."""
    blocks = rows.select(*key, "row", "feed_key").unique()
    blocks = blocks.filter(pl.len().over(key).is_between(2, limit))
    pairs = blocks.join(blocks, on=key, suffix="_right")
    return pairs.filter(
        (pl.col("row") < pl.col("row_right")) & (pl.col("feed_key") != pl.col("feed_key_right"))
    ).select(left="row", right="row_right")


def _pair_spans(rows: pl.DataFrame, span_days: int, limit: int) -> Iterable[pl.DataFrame]:
    """Pairs of listings over several whole days that begin up to `span_days` apart and share a title's beginning."""
    spans = rows.filter(pl.col("is_dated") & (pl.col("ends_on") > pl.col("starts_on")))
    for key in ("prefix", "url_fold"):
        for days in range(1, span_days + 1):
            later = spans.with_columns(starts_on=pl.col("starts_on") + pl.duration(days=days), turn=pl.lit(1))
            both = pl.concat([spans.with_columns(turn=pl.lit(0)), later])
            within = both.filter(pl.col(key).is_not_null() & (pl.len().over("starts_on", key) <= limit))
            early, late = within.filter(pl.col("turn") == 1), within.filter(pl.col("turn") == 0)
            pairs = early.join(late, on=["starts_on", key], suffix="_right")
            pairs = pairs.filter(
                (pl.col("feed_key") != pl.col("feed_key_right")) & (pl.col("ends_on") >= pl.col("starts_on"))
            )
            yield pairs.select(left=pl.min_horizontal("row", "row_right"), right=pl.max_horizontal("row", "row_right"))


def _drop_far_starts(pairs: pl.DataFrame, listings: pl.DataFrame, limit_minutes: float) -> pl.DataFrame:
    known = listings.select("row", "starts_at", "is_dated")
    both = pairs.join(known.rename({"row": "left"}), on="left").join(
        known.rename({"row": "right"}), on="right", suffix="_right"
    )
    gap = (pl.col("starts_at") - pl.col("starts_at_right")).dt.total_seconds().abs() / 60
    timed = ~pl.col("is_dated") & ~pl.col("is_dated_right")
    return both.filter(~timed | (gap <= limit_minutes)).select("left", "right").sort("left", "right")
