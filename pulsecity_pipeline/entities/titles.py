"""Titles: their words, and how much each word says in this city."""

from math import log2

import polars as pl

from pulsecity_pipeline.config.matching import TitleLimits

#: Steps to a bit in which the number of titles is counted, and that of those with a word, up to FINE_COUNT.
BIT_STEPS = 4
#: Words in more titles than this are counted by whole bits: how common exactly changes nearly every night.
FINE_COUNT = 8
#: Steps to a unit of weight: powers of two, so that sums are exact in any order.
WEIGHT_STEPS = 1024


def strip_places(prepared: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Prepared listings with `place_id` → the same with `bare_fold`: the title without the words of its own place.

    "Open Day Utrecht" in Utrecht is an "Open Day"; a title made of nothing else keeps its words.
    """
    held = prepared.select("title_fold", "place_id").unique().with_row_index("held")
    said = places.select(
        "place_id", word=_split(pl.concat_str("venue_fold", "address_fold", separator=" ", ignore_nulls=True))
    )
    said = said.explode("word").unique().with_columns(is_said=pl.lit(value=True))
    worded = held.with_columns(word=_split(pl.col("title_fold")), position=pl.lit(0)).explode("word")
    worded = worded.with_columns(position=pl.int_range(pl.len()).over("held"))
    own = (
        worded.join(said, on=["place_id", "word"], how="left")
        .filter(pl.col("is_said").is_null())
        .sort("held", "position")
        .group_by("held", maintain_order=True)
        .agg(bare_fold=pl.col("word").str.join(" "))
    )
    bare = held.join(own, on="held", how="left").with_columns(pl.coalesce("bare_fold", "title_fold")).drop("held")
    return prepared.join(bare, on=["title_fold", "place_id"], how="left", nulls_equal=True).sort("row")


def _split(text: pl.Expr) -> pl.Expr:
    return text.str.split(" ")


def split_titles(prepared: pl.DataFrame, limits: TitleLimits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prepared listings, with `title_fold` and `bare_fold` → (titles, words) of both.

    titles: `title_id`, `title_fold`, `year`, `squeezed` (its words without spaces and leading article), `bits` and
    `weight` (of its words), `places` (distinct places, or feeds where no place is stated, at which the title is held),
    `feed_places` (the most places at which one feed holds it), `is_widespread` (either reaches its limit, so that the
    title names none of them).
    words: `title_id`, `position`, `word`, `word_bits` = log2((titles + 1) / titles with the word), `word_weight` = the
    part of it beyond `common_share`, in units of log2(titles + 1), which names one title among all: common words add
    nothing to a title's weight, however many stand together. Both counts go in steps, so that a night's few new
    titles leave nearly all words as they were.
    The year of the start is no word of a title that has others, alone or glued to a word ("conf22").
    """
    both = pl.concat([prepared.with_columns(title_fold=name) for name in ("title_fold", "bare_fold")])
    titles = both.select("title_fold", "year").unique().sort("title_fold", "year").with_row_index("title_id")
    words = _weigh_words(_split_words(titles), limits.common_share)
    is_article = (pl.col("position") == 0) & (pl.col("word") == "the")
    held = words.group_by("title_id").agg(
        bits=pl.col("word_bits").sum(),
        weight=pl.col("word_weight").sum(),
        squeezed=pl.col("word").filter(~is_article).str.join(""),
    )
    titles = titles.join(held, on="title_id", how="left").with_columns(
        pl.col("bits", "weight").fill_null(0.0), pl.col("squeezed").fill_null("")
    )
    counted = _count_places(titles, both).with_columns(
        is_widespread=(pl.col("places") >= limits.generic_places)
        | (pl.col("feed_places") >= limits.generic_feed_places)
    )
    return counted.sort("title_id"), words


def _count_places(titles: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """Titles with `places`, over all feeds, and `feed_places`, the most that one feed tells apart."""
    said = listings.select("title_fold", "year", "feed_key", "venue_fold").unique()
    said = said.join(titles.select("title_fold", "year", "squeezed"), on=["title_fold", "year"], nulls_equal=True)
    place = pl.coalesce("venue_fold", pl.lit("feed ") + pl.col("feed_key"))
    by_feed = said.group_by("squeezed", "feed_key").agg(own=pl.col("venue_fold").drop_nulls().n_unique())
    widest = by_feed.group_by("squeezed").agg(feed_places=pl.col("own").max().cast(pl.Int64))
    counted = said.group_by("squeezed").agg(places=place.n_unique().cast(pl.Int64)).join(widest, on="squeezed")
    return titles.join(counted, on="squeezed", how="left")


def _split_words(titles: pl.DataFrame) -> pl.DataFrame:
    full, short = pl.col("year").cast(pl.String), pl.col("year").cast(pl.String).str.slice(2)
    glued = pl.col("word").str.contains(r"^\p{L}{3,}\d+$")
    number = pl.col("word").str.extract(r"(\d+)$")
    words = titles.select("title_id", "year", word=_split(pl.col("title_fold"))).explode("word")
    words = words.with_columns(
        word=pl.when(glued & ((number == full) | (number == short)))
        .then(pl.col("word").str.replace(r"\d+$", ""))
        .otherwise("word"),
        is_year=(pl.col("word") == full).fill_null(value=False),
    )
    only_year = pl.col("is_year").all().over("title_id")
    words = words.filter(~pl.col("is_year") | only_year)
    return words.with_columns(position=pl.int_range(pl.len()).over("title_id")).select("title_id", "position", "word")


def _weigh_words(words: pl.DataFrame, common_share: float) -> pl.DataFrame:
    distinct = words.group_by("title_id").agg(key=pl.col("word").str.join(" "))
    total = distinct["key"].n_unique()
    counted = words.join(distinct, on="title_id").group_by("word").agg(count=pl.col("key").n_unique()).sort("word")
    total_bits = round(log2(total + 1) * BIT_STEPS) / BIT_STEPS
    exact = pl.col("count").log(2)
    fine = pl.col("count") <= FINE_COUNT
    count_bits = pl.when(fine).then((exact * BIT_STEPS).round() / BIT_STEPS).otherwise(exact.round())
    weight = (pl.col("word_bits") / total_bits - common_share).clip(lower_bound=0.0)
    weighed = counted.with_columns(word_bits=(total_bits - count_bits).clip(lower_bound=1 / BIT_STEPS)).with_columns(
        word_weight=(weight * WEIGHT_STEPS).round() / WEIGHT_STEPS
    )
    return words.join(weighed.drop("count"), on="word").sort("title_id", "position")
