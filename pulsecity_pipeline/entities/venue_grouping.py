"""Grouping places: which of the places that listings state are one venue."""

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pulsecity_pipeline.config.matching import VenueMatching
from pulsecity_pipeline.entities.clustering import cluster_rows
from pulsecity_pipeline.entities.places import compare_places


def group_places(places: pl.DataFrame, held: pl.DataFrame, limits: VenueMatching) -> pl.DataFrame:
    """Places, and `place_id`, `listing_count` → `place_id`, `venue_row` for every place with a name.

    Places of one name are one venue unless street number or coordinates contradict; of two names, where the street
    number is the same and the names are alike. A name stated at more places than a venue can be is an area: there
    only identical statements are one. A place without address joins the most used venue of its name.
    """
    named = places.filter(pl.col("venue_fold").is_not_null()).join(held, on="place_id").sort("place_id")
    named = named.with_row_index("row")
    pairs = _pair_by(named, "venue_fold", limits.places_limit)
    pairs = pl.concat([pairs, _pair_by(named.filter(pl.col("street").is_not_null()), "street", limits.places_limit)])
    compared = _compare(pairs.unique(), named, limits).sort(
        "anchored", "both_used", "left", "right", descending=[True, True, False, False]
    )
    edges = compared.filter("one_name").select("left", "right").iter_rows()
    apart = compared.filter("contradicted").select("left", "right").iter_rows()
    rows = cluster_rows(named.height, [None] * named.height, edges, apart)
    return named.select("place_id", venue_row=pl.Series(rows, dtype=pl.Int64))


def _pair_by(named: pl.DataFrame, key: str, limit: int) -> pl.DataFrame:
    blocks = named.select(key, "row").filter(pl.len().over(key).is_between(2, limit))
    return (
        blocks.join(blocks, on=key, suffix="_right")
        .filter(pl.col("row") < pl.col("row_right"))
        .select(left="row", right="row_right")
    )


def _compare(pairs: pl.DataFrame, named: pl.DataFrame, limits: VenueMatching) -> pl.DataFrame:
    known = named.select("row", "place_id", "venue_fold", "listing_count", "street")
    both = pairs.join(known, left_on="left", right_on="row").join(
        known, left_on="right", right_on="row", suffix="_right"
    )
    names = both["venue_fold"].to_list(), both["venue_fold_right"].to_list()
    likeness = pl.Series(cpdist(*names, scorer=fuzz.token_sort_ratio) / 100, dtype=pl.Float64)
    by_place = compare_places(
        both.select(left_place="place_id", right_place="place_id_right").unique(),
        named.drop("row", "listing_count"),
        limits,
    )
    anchored = (pl.col("street") == pl.col("street_right")).fill_null(value=False)
    return both.with_columns(
        one_name=likeness >= limits.name_ratio,
        both_used=pl.max_horizontal("listing_count", "listing_count_right"),
        anchored=anchored,
    ).join(by_place, left_on=["place_id", "place_id_right"], right_on=["left_place", "right_place"])
