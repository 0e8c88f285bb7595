"""Places as stated: the distinct ones of a city, and how two of them compare."""

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pulsecity_pipeline.config.matching import VenueMatching
from pulsecity_pipeline.entities.folding import extract_street
from pulsecity_pipeline.entities.preparing import PLACE_TEXT

EARTH_RADIUS_KM = 6371.0088


def list_places(prepared: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prepared listings → (places, prepared with `place_id`); a listing that states no place has none.

    places: `place_id`, the folded texts and coordinates, `street` (house number and street, of address or name).
    """
    stated = pl.any_horizontal(pl.col(*PLACE_TEXT).is_not_null())
    places = (
        prepared.filter(stated)
        .select(PLACE_TEXT)
        .unique()
        .sort(PLACE_TEXT)
        .with_row_index("place_id")
        .with_columns(street=pl.coalesce(extract_street(pl.col("address_fold")), extract_street(pl.col("venue_fold"))))
    )
    keyed = prepared.join(places.drop("street"), on=list(PLACE_TEXT), how="left", nulls_equal=True)
    return places, keyed.sort("row")


def compare_places(pairs: pl.DataFrame, places: pl.DataFrame, limits: VenueMatching) -> pl.DataFrame:
    """Distinct `left_place`, `right_place` → those with `place` (level), `name_likeness` (0-1), `contradicted`.

    same: one street number, or one name and nothing against it; near: alike names, one inside the other, close
    coordinates or one area; different: alike in nothing, and address or coordinates contradict; unlike: names or
    areas differ without proof; unknown: nothing to compare.
    """
    sides = pairs
    for side in ("left", "right"):
        known = places.select(pl.all().name.prefix(f"{side}_"))
        sides = sides.join(known, left_on=f"{side}_place", right_on=f"{side}_place_id")
    sides = sides.with_columns(
        name_likeness=_likeness(sides, "venue_fold"),
        area_likeness=_likeness(sides, "address_fold"),
        distance_km=haversine_km("left_place_", "right_place_"),
    )
    return _set_levels(sides, limits).sort("left_place", "right_place")


def haversine_km(left: str, right: str) -> pl.Expr:
    """Great-circle distance in km of `<left>latitude`… and `<right>latitude`…, by the haversine formula."""
    phi_1, phi_2 = pl.col(f"{left}latitude").radians(), pl.col(f"{right}latitude").radians()
    across = (pl.col(f"{right}longitude") - pl.col(f"{left}longitude")).radians()
    chord = ((phi_2 - phi_1) / 2).sin() ** 2 + phi_1.cos() * phi_2.cos() * (across / 2).sin() ** 2
    return 2 * EARTH_RADIUS_KM * chord.clip(0, 1).sqrt().arcsin()


def _likeness(sides: pl.DataFrame, column: str) -> pl.Series:
    """Token-set ratio of two text columns, 0 to 1, null where either is missing."""
    texts = sides.select(left=f"left_{column}", right=f"right_{column}")
    filled = texts.fill_null("")
    ratio = cpdist(filled["left"].to_list(), filled["right"].to_list(), scorer=fuzz.token_set_ratio) / 100
    known = texts["left"].is_not_null() & texts["right"].is_not_null()
    return pl.select(pl.when(known).then(pl.Series(ratio, dtype=pl.Float64))).to_series()


def _set_levels(sides: pl.DataFrame, limits: VenueMatching) -> pl.DataFrame:
    streets = pl.col("left_street").is_not_null() & pl.col("right_street").is_not_null()
    same_street = (pl.col("left_street") == pl.col("right_street")).fill_null(value=False)
    close = (pl.col("distance_km") <= limits.near_km).fill_null(value=False)
    far = (pl.col("distance_km") > limits.apart_km).fill_null(value=False)
    contradicted = far | (streets & ~same_street & ~close)
    same_name = (pl.col("left_venue_fold") == pl.col("right_venue_fold")).fill_null(value=False)
    alike = (pl.col("name_likeness") >= limits.name_ratio).fill_null(value=False)
    nameless = pl.col("name_likeness").is_null()
    areas = nameless & ~streets & pl.col("area_likeness").is_not_null()
    one_area = areas & (pl.col("area_likeness") >= limits.area_ratio)
    level = (
        pl.when(~contradicted & (same_name | same_street)).then(pl.lit("same"))
        .when(~contradicted & (alike | close | one_area)).then(pl.lit("near"))
        .when(contradicted & ~alike).then(pl.lit("different"))
        .when(contradicted | ~nameless | areas).then(pl.lit("unlike"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip
    return sides.select("left_place", "right_place", "name_likeness", place=level, contradicted=contradicted)
