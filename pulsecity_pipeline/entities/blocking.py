"""Blocking: which two listings are compared at all, cheap and exact, one rule a function."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.config.matching import EventMatching

#: What a listing is in a block: a pair takes two of EITHER, or an EARLY and a LATE one.
EITHER, EARLY, LATE = 0, 1, 2


@dataclass(frozen=True)
class Blocks:
    """The blocks of one rule with two rows or more: `rows` of `row`, `feed_key`, `side`, `size` and the `key`.

    Blocks of more rows than `limit` make no pairs: what so many share says nothing. `key` ends with what is shared.
    """

    name: str
    key: tuple[str, ...]
    limit: int
    rows: pl.DataFrame


def list_blocks(firsts: pl.DataFrame, words: pl.DataFrame, matching: EventMatching) -> list[Blocks]:
    """Prepared listings (with `title_id`, `squeezed`) and the words of their titles → the blocks of every rule.

    Two listings meet when they start together and share a word, fall on one date and share a rarer word, the
    beginning of the title, the page or the identifier, or cover overlapping days.
    """
    limits = matching.blocking
    listings = firsts.filter(pl.col("starts_on").is_not_null()).with_columns(side=pl.lit(EITHER))
    worded = listings.select("row", "feed_key", "side", "title_id", "starts_at", "starts_on", "is_dated").join(
        words.select("title_id", "word").unique(), on="title_id"
    )
    prefixed = listings.filter(pl.col("squeezed") != "").with_columns(
        prefix=pl.col("squeezed").str.slice(0, limits.prefix_length)
    )
    long_ids = listings.filter(pl.col("source_event_id").str.len_chars() >= matching.identifier.minimum_length)
    linked = listings.filter(pl.col("url_fold").is_not_null())
    day = limits.same_day_limit
    return [
        _count_rows("start", ("starts_at", "word"), limits.same_start_limit, worded.filter(~pl.col("is_dated"))),
        _count_rows("day", ("starts_on", "word"), day, worded),
        _count_rows("prefix", ("starts_on", "prefix"), day, prefixed),
        _count_rows("page", ("starts_on", "url_fold"), day, linked),
        _count_rows("identifier", ("starts_on", "source_event_id"), day, long_ids),
        *_list_spans(prefixed, limits.span_days, day),
    ]


def find_crowded(blocks: list[Blocks]) -> pl.DataFrame:
    """Blocks → `row`, `crowded`: the blocks over the limit that the row is in, as one text; rows in none are absent.

    With a listing's own words and dates this says which blocks it can meet another in.
    """
    crowded = [
        rule.rows.filter(pl.col("size") > rule.limit).select(
            "row", crowded=pl.format("{} {} {}", pl.lit(rule.name), "side", rule.key[-1])
        )
        for rule in blocks
    ]
    return (
        pl.concat(crowded)
        .sort("row", "crowded")
        .group_by("row", maintain_order=True)
        .agg(pl.col("crowded").str.join("\x1e"))
    )


def pair_blocks(blocks: list[Blocks], listings: pl.DataFrame, changed: pl.Series, limit_minutes: float) -> pl.DataFrame:
    """Blocks and all listings → distinct pairs `left` < `right` (rows) of which `changed` holds one, sorted.

    `changed` is a mask by row. Two listings of one feed are never compared: what a feed lists twice it means twice
    (repeats are found before). Neither are two whose known starts are further apart than the limit.
    """
    found = [_pair_up(rule, changed) for rule in blocks]
    return _drop_far_starts(pl.concat(found).unique(), listings, limit_minutes)


def _count_rows(name: str, key: tuple[str, ...], limit: int, rows: pl.DataFrame) -> Blocks:
    sized = rows.select("row", "feed_key", "side", *key, size=pl.len().over(key))
    return Blocks(name, key, limit, sized.filter(pl.col("size") > 1))


def _list_spans(rows: pl.DataFrame, span_days: int, limit: int) -> Iterator[Blocks]:
    """Listings of several whole days up to `span_days` apart that share the beginning of the title or the page."""
    spans = rows.filter(pl.col("is_dated") & (pl.col("ends_on") > pl.col("starts_on")))
    for what in ("prefix", "url_fold"):
        stated = spans.filter(pl.col(what).is_not_null())
        for days in range(1, span_days + 1):
            early = stated.with_columns(starts_on=pl.col("starts_on") + pl.duration(days=days), side=pl.lit(EARLY))
            both = pl.concat([stated.with_columns(side=pl.lit(LATE)), early])
            met = _count_rows(f"{what}+{days}", ("starts_on", what), limit, both)
            yield Blocks(met.name, met.key, limit, _drop_over(met.rows, rows))


def _drop_over(met: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Without the early ones that are over when the late ones begin."""
    known = met.join(rows.select("row", "ends_on"), on="row", maintain_order="left")
    return known.filter(pl.col("ends_on") >= pl.col("starts_on")).drop("ends_on")


def _pair_up(rule: Blocks, changed: pl.Series) -> pl.DataFrame:
    key = list(rule.key)
    rows = rule.rows.filter(pl.col("size") <= rule.limit).drop("size")
    turned = rows.filter(changed.gather(rows["row"]))
    pairs = turned.join(rows.join(turned, on=key, how="semi"), on=key, suffix="_right")
    sides = (pl.col("side") + pl.col("side_right")).is_in([EITHER + EITHER, EARLY + LATE])
    return pairs.filter(
        (pl.col("row") != pl.col("row_right")) & (pl.col("feed_key") != pl.col("feed_key_right")) & sides
    ).select(left=pl.min_horizontal("row", "row_right"), right=pl.max_horizontal("row", "row_right"))


def _drop_far_starts(pairs: pl.DataFrame, listings: pl.DataFrame, limit_minutes: float) -> pl.DataFrame:
    known = listings.select("row", "starts_at", "is_dated")
    both = pairs.join(known.rename({"row": "left"}), on="left").join(
        known.rename({"row": "right"}), on="right", suffix="_right"
    )
    gap = (pl.col("starts_at") - pl.col("starts_at_right")).dt.total_seconds().abs() / 60
    timed = ~pl.col("is_dated") & ~pl.col("is_dated_right")
    return both.filter(~timed | (gap <= limit_minutes)).select("left", "right").sort("left", "right")
