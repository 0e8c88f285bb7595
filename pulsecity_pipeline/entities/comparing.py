"""Comparing: every candidate pair gets one level per comparison, the same for both orders of the pair."""

from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.config.matching import Matching
from pulsecity_pipeline.entities.places import compare_places
from pulsecity_pipeline.entities.scoring import COMPARISONS, weigh
from pulsecity_pipeline.entities.title_comparing import compare_titles

_COMPARED = (
    "row", "title_id", "bare_id", "place_id", "attendance_mode", "starts_at", "starts_on", "is_dated", "url_fold",
    "is_shared_page", "source_event_id", "performers_fold",
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """What a city's listings are compared by: its titles, their words (see `titles`) and its places (see `places`)."""

    titles: pl.DataFrame
    words: pl.DataFrame
    places: pl.DataFrame


def compare_pairs(
    pairs: pl.DataFrame, prepared: pl.DataFrame, vocabulary: Vocabulary, matching: Matching
) -> pl.DataFrame:
    """`left`, `right` (rows) of listings with `is_shared_page` → with a level per comparison and two measures.

    The measures are `title_likeness` (0 to 1) and `start_gap_minutes` (right less left; null where a start is unknown).

    Titles and places are compared once per distinct pair of them, not once per pair of listings.
    """
    limits = matching.events
    sides = _add_places(_join_sides(pairs, prepared), vocabulary.places, matching)
    sides = _add_titles(sides, vocabulary, matching)
    return (
        sides.with_columns(
            start=_start_level(limits.start.close_minutes),
            url=_url_level(),
            identifier=_identifier_level(limits.identifier.minimum_length),
            performers=_performers_level(),
        )
        .select("left", "right", *COMPARISONS, "title_likeness", "start_gap_minutes")
        .sort("left", "right")
    )


def mark_shared_pages(firsts: pl.DataFrame, shared_titles: int) -> pl.DataFrame:
    """Listings with `url_fold`, `title_id` → with `is_shared_page`: more titles than `shared_titles` link to theirs."""
    linked = firsts.filter(pl.col("url_fold").is_not_null()).group_by("url_fold").agg(pl.col("title_id").n_unique())
    crowded = linked.filter(pl.col("title_id") > shared_titles).select("url_fold", is_shared_page=pl.lit(value=True))
    marked = firsts.join(crowded, on="url_fold", how="left", maintain_order="left")
    return marked.with_columns(pl.col("is_shared_page").fill_null(value=False))


def _join_sides(pairs: pl.DataFrame, prepared: pl.DataFrame) -> pl.DataFrame:
    sides = pairs
    for side in ("left", "right"):
        sides = sides.join(
            prepared.select(pl.col(_COMPARED).name.prefix(f"{side}_")), left_on=side, right_on=f"{side}_row"
        )
    return sides.with_columns(start_gap_minutes=_gap_minutes())


def _add_places(sides: pl.DataFrame, places: pl.DataFrame, matching: Matching) -> pl.DataFrame:
    key = ["left_place", "right_place"]
    ordered = _order(sides, "place_id", key)
    compared = compare_places(ordered.select(key).drop_nulls().unique(), places, matching.venues)
    online = (pl.col("left_attendance_mode") == "online") & (pl.col("right_attendance_mode") == "online")
    without = pl.when(online).then(pl.lit("online")).otherwise(pl.lit("unknown"))
    return ordered.join(compared.select(*key, "place"), on=key, how="left").with_columns(pl.coalesce("place", without))


def _add_titles(sides: pl.DataFrame, vocabulary: Vocabulary, matching: Matching) -> pl.DataFrame:
    """Titles compare whole and without the words of their places; the reading that says more for a match counts.

    Where the places agree and both titles name theirs, only the bare reading counts: the place must not speak twice.
    """
    key = ["left_title", "right_title"]
    named = [pl.col(f"{side}_title_id") != pl.col(f"{side}_bare_id") for side in ("left", "right")]
    told_twice = pl.col("place").is_in(["same", "near"]) & pl.all_horizontal(named)
    whole, bare = _order(sides.filter(~told_twice), "title_id", key), _order(sides, "bare_id", key)
    pairs = pl.concat([whole.select(key), bare.select(key)]).unique()
    compared = compare_titles(pairs, vocabulary.titles, vocabulary.words, matching.events.title)
    compared = compared.with_columns(said=weigh(matching.events.weights, "title", "rarity"))
    readings = pl.concat([side.join(compared, on=key) for side in (whole, bare)])
    order = ["left", "right", "said", "title", "rarity", "title_likeness"]
    best = readings.sort(order, descending=[name in ("said", "title_likeness") for name in order])
    return best.group_by("left", "right", maintain_order=True).first()


def _order(sides: pl.DataFrame, column: str, key: list[str]) -> pl.DataFrame:
    """The pairs with the ids of both sides as `key`, the smaller first; both null where one side has none."""
    pair = [f"left_{column}", f"right_{column}"]
    known = pl.all_horizontal(pl.col(pair).is_not_null())
    return sides.with_columns(
        pl.when(known).then(pl.min_horizontal(pair)).alias(key[0]),
        pl.when(known).then(pl.max_horizontal(pair)).alias(key[1]),
    )


def _gap_minutes() -> pl.Expr:
    return (pl.col("right_starts_at") - pl.col("left_starts_at")).dt.total_seconds() / 60


def _start_level(close_minutes: float) -> pl.Expr:
    gap = pl.col("start_gap_minutes").abs()
    same_day = pl.col("left_starts_on") == pl.col("right_starts_on")
    return (
        pl.when(pl.col("left_is_dated") & pl.col("right_is_dated"))
        .then(pl.when(same_day).then(pl.lit("same_days")).otherwise(pl.lit("overlapping_days")))
        .when(pl.col("left_is_dated") | pl.col("right_is_dated")).then(pl.lit("day_and_time"))
        .when(gap == 0).then(pl.lit("same"))
        .when(gap <= close_minutes).then(pl.lit("close"))
        .otherwise(pl.lit("apart"))
    )  # fmt: skip


def _url_level() -> pl.Expr:
    equal = (pl.col("left_url_fold") == pl.col("right_url_fold")).fill_null(value=False)
    return (
        pl.when(equal & ~pl.col("left_is_shared_page")).then(pl.lit("same"))
        .when(equal).then(pl.lit("shared"))
        .otherwise(pl.lit("differs"))
    )  # fmt: skip


def _identifier_level(minimum_length: int) -> pl.Expr:
    equal = pl.col("left_source_event_id") == pl.col("right_source_event_id")
    long = pl.col("left_source_event_id").str.len_chars() >= minimum_length
    return pl.when(equal & long).then(pl.lit("same")).otherwise(pl.lit("differs"))


def _performers_level() -> pl.Expr:
    billed = (pl.col("left_performers_fold").list.len() > 0) & (pl.col("right_performers_fold").list.len() > 0)
    common = pl.col("left_performers_fold").list.set_intersection("right_performers_fold").list.len() > 0
    return (
        pl.when(~billed).then(pl.lit("unknown"))
        .when(common).then(pl.lit("shared"))
        .otherwise(pl.lit("none_shared"))
    )  # fmt: skip
