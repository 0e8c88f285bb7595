"""Matching: which listings meet and how probably they are one event; what stands from last night is not redone."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.config.matching import Matching
from pulsecity_pipeline.contracts import MatchEvidence
from pulsecity_pipeline.entities.blocking import find_crowded, list_blocks, pair_blocks
from pulsecity_pipeline.entities.comparing import Vocabulary, compare_pairs, mark_shared_pages
from pulsecity_pipeline.entities.preparing import find_repeats
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.scoring import COMPARISONS, score_pairs
from pulsecity_pipeline.entities.signing import sign_listings
from pulsecity_pipeline.entities.titles import split_titles, strip_places

#: What is known of a scored pair beside its rows, in the order of `clean.match_evidence`.
JUDGED = (*COMPARISONS, "title_likeness", "start_gap_minutes", "probability", "evidence", "compared_at")


def match_listings(
    prepared: pl.DataFrame, places: pl.DataFrame, previous: Previous, matching: Matching, at: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prepared listings with places → (they with `first_row` and `signature`, all scored pairs of rows).

    Only pairs of which one listing is new or has another signature than the night before are compared; the others are
    what they were. Scored pairs have `left`, `right` and JUDGED, sorted by both.
    """
    stripped = strip_places(prepared, places)
    titles, words = split_titles(stripped, matching.events.title)
    vocabulary = Vocabulary(titles, words, places)
    keyed = _name_titles(stripped, titles).join(find_repeats(prepared), on="row", how="left")
    keyed = keyed.with_columns(pl.coalesce("first_row", "row")).sort("row")
    firsts = mark_shared_pages(keyed.filter(pl.col("first_row") == pl.col("row")), matching.events.url.shared_titles)
    blocks = list_blocks(firsts, words, matching.events)
    known = firsts.select("row", "is_shared_page", is_first=pl.lit(value=True))
    signed = keyed.join(known, on="row", how="left").join(find_crowded(blocks), on="row", how="left").sort("row")
    signed = sign_listings(signed, vocabulary, matching)
    changed = _find_changed(signed, previous.event_listings)
    pairs = pair_blocks(blocks, firsts, changed, matching.events.start.limit_minutes)
    compared = score_pairs(compare_pairs(pairs, firsts, vocabulary, matching), matching.events.weights)
    fresh = compared.with_columns(compared_at=pl.lit(at).cast(pl.Datetime("us", "UTC"))).select(
        "left", "right", *JUDGED
    )
    scored = pl.concat([fresh, _recall_pairs(signed, changed, previous.match_evidence)])
    return signed.drop("is_shared_page", "is_first", "crowded"), scored.sort("left", "right")


def write_evidence(scored: pl.DataFrame, prepared: pl.DataFrame, city_id: str) -> pl.DataFrame:
    """Scored pairs of rows → `clean.match_evidence`."""
    named = prepared.select("row", "listing_id")
    schema = MatchEvidence.polars_schema()
    return (
        scored.join(named.rename({"listing_id": "left_id"}), left_on="left", right_on="row")
        .join(named.rename({"listing_id": "right_id"}), left_on="right", right_on="row")
        .with_columns(city_id=pl.lit(city_id))
        .select(schema.names())
        .match_to_schema(schema)
        .sort(MatchEvidence.key)
    )


def _find_changed(signed: pl.DataFrame, linked_before: pl.DataFrame) -> pl.Series:
    """A mask by row: the listing is new, or is matched by something else than the night before."""
    before = linked_before.select("listing_id", was="signature")
    both = signed.select("listing_id", "signature").join(before, on="listing_id", how="left", maintain_order="left")
    return both.select(pl.col("signature").ne_missing(pl.col("was"))).to_series()


def _recall_pairs(signed: pl.DataFrame, changed: pl.Series, evidence: pl.DataFrame) -> pl.DataFrame:
    """The pairs of the night before of which both listings are there and unchanged."""
    standing = signed.select("listing_id", "row").filter(~changed)
    return (
        evidence.join(standing.rename({"row": "left"}), left_on="left_id", right_on="listing_id")
        .join(standing.rename({"row": "right"}), left_on="right_id", right_on="listing_id")
        .select("left", "right", *JUDGED)
    )


def _name_titles(stripped: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Listings with `title_fold`, `bare_fold` → the same with `title_id`, `bare_id` and `squeezed`."""
    whole = titles.select("title_id", "title_fold", "year", "squeezed")
    bare = titles.select("year", bare_id="title_id", bare_fold="title_fold")
    named = stripped.join(whole, on=["title_fold", "year"], nulls_equal=True)
    return named.join(bare, on=["bare_fold", "year"], nulls_equal=True).sort("row")
