"""Comparing titles: the level at which two are alike, and how rare what they share is in the city."""

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pulsecity_pipeline.config.matching import TitleLimits


def compare_titles(pairs: pl.DataFrame, titles: pl.DataFrame, words: pl.DataFrame, limits: TitleLimits) -> pl.DataFrame:
    """Distinct `left_title`, `right_title` (left <= right) → those with `title`, `rarity` (levels), `title_likeness`.

    The words that only one title has decide: alike, they are one word written in two ways; none on one side, that
    title is contained; some on both sides, one was put in the other's stead ("JV" and "Varsity").
    `title_likeness` is shared over all information, 0 to 1, 1 for level `same`.
    """
    compared = pl.concat([pairs.select(title_id=f"{side}_title") for side in ("left", "right")]).unique()
    said = words.join(compared, on="title_id", how="semi")
    sides = pairs
    for side, other in (("left", "right"), ("right", "left")):
        sides = sides.join(_own_words(pairs, said, side, other), on=["left_title", "right_title"], how="left")
    for side in ("left", "right"):
        known = titles.select(pl.col("title_id", "squeezed", "bits", "weight", "is_widespread").name.prefix(f"{side}_"))
        sides = sides.join(known, left_on=f"{side}_title", right_on=f"{side}_title_id")
    own = {side: sides[f"{side}_own"].fill_null("") for side in ("left", "right")}
    ratio = cpdist(own["left"].to_list(), own["right"].to_list(), scorer=fuzz.ratio) / 100
    measured = sides.with_columns(own_ratio=pl.Series(ratio, dtype=pl.Float64))
    return _set_levels(measured, limits).sort("left_title", "right_title")


def _own_words(pairs: pl.DataFrame, words: pl.DataFrame, side: str, other: str) -> pl.DataFrame:
    """Per pair: the words only `side` has, in order and joined, and the information of those both have."""
    pair = ["left_title", "right_title"]
    theirs = words.select(pl.col("title_id").alias(f"{other}_title"), "word", shared=pl.lit(value=True)).unique()
    return (
        pairs.select(pair)
        .join(words.rename({"title_id": f"{side}_title"}), on=f"{side}_title")
        .join(theirs, on=[f"{other}_title", "word"], how="left")
        .sort(*pair, "position")
        .group_by(*pair, maintain_order=True)
        .agg(
            pl.col("word").filter(pl.col("shared").is_null()).str.join("").alias(f"{side}_own"),
            pl.col("word_bits").filter(pl.col("shared").is_not_null()).sum().alias(f"{side}_shared"),
            pl.col("word_weight").filter(pl.col("shared").is_not_null()).sum().alias(f"{side}_shared_weight"),
        )
    )


def _set_levels(measured: pl.DataFrame, limits: TitleLimits) -> pl.DataFrame:
    left_in, right_in = pl.col("left_own").fill_null("") == "", pl.col("right_own").fill_null("") == ""
    near = (pl.col("own_ratio") >= limits.near_ratio) & ~left_in & ~right_in
    smaller, larger = pl.min_horizontal("left_bits", "right_bits"), pl.max_horizontal("left_bits", "right_bits")
    shared = pl.when(near).then(smaller).otherwise(pl.min_horizontal("left_shared", "right_shared"))
    union = pl.col("left_bits") + pl.col("right_bits") - shared
    likeness = pl.when(union > 0).then(shared / union).otherwise(0.0)
    same = (pl.col("left_squeezed") == pl.col("right_squeezed")) | (left_in & right_in)
    contained = (left_in | right_in) & (shared > 0)
    level = (
        pl.when(same).then(pl.lit("same"))
        .when(near).then(pl.lit("near"))
        .when(contained & (shared >= limits.mostly_share * larger)).then(pl.lit("contained_mostly"))
        .when(contained).then(pl.lit("contained_partly"))
        .when(likeness >= limits.overlap_high).then(pl.lit("overlap_high"))
        .when(likeness >= limits.overlap_some).then(pl.lit("overlap_some"))
        .when(shared > 0).then(pl.lit("overlap_low"))
        .otherwise(pl.lit("different"))
    )  # fmt: skip
    whole = near | same
    weight = (
        pl.when(whole)
        .then(pl.min_horizontal("left_weight", "right_weight"))
        .otherwise(pl.min_horizontal("left_shared_weight", "right_shared_weight"))
    )
    # A title that is wholly in the other and held at so many places that it names none.
    generic = ((left_in | whole) & pl.col("left_is_widespread")) | ((right_in | whole) & pl.col("right_is_widespread"))
    rarity = (
        pl.when(shared <= 0).then(pl.lit("usual"))
        .when(generic | (weight < limits.generic_weight)).then(pl.lit("generic"))
        .when(weight >= limits.rare_weight).then(pl.lit("rare"))
        .otherwise(pl.lit("usual"))
    )  # fmt: skip
    likeness = pl.when(same).then(1.0).otherwise(likeness)
    return measured.select("left_title", "right_title", title=level, rarity=rarity, title_likeness=likeness)
