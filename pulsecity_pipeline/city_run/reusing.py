"""Reusing: which of tonight's records stand as they stood, so that nobody reads them again."""

import polars as pl

from pulsecity_pipeline.contracts import Listing

#: One row per record of tonight's pages. See contract RecordOutcome for the columns.
RECORDS = pl.Schema(
    {
        "source": pl.String(),
        "feed": pl.String(),
        "page_id": pl.String(),
        "position": pl.Int64(),
        "pointer": pl.String(),
        "record_key": pl.String(),
        "fingerprint": pl.String(),
        "is_windowed": pl.Boolean(),
    }
)
_GROUP = ["source", "feed", "page_id", "record_key"]
_SAME = ["source", "feed", "record_key", "said", "place"]


def choose_reused(records: pl.DataFrame, known: pl.DataFrame, listings: pl.DataFrame, *, reader: str) -> pl.DataFrame:
    """RECORDS of tonight, raw.records and clean.listings of the night before → RECORDS with `is_reused`, `outcome`,
    `source_event_id` (both null where it must be read), sorted by page and position.

    A group (records of one key on one page) is reused when the same fingerprints in the same order were read by the
    same reader, none of them recurs, none was refused, and the listings they became are still known. What is said on
    two pages of a feed is read, so that the second is a repeat.
    """
    tonight = _describe_groups(records).with_row_index("row")
    before = _describe_groups(_readable(known.filter(pl.col("reader") == reader), listings))
    before = before.filter(~pl.col("must_read")).unique(_SAME, keep="none")
    alone = pl.col("page_id").n_unique().over("source", "feed", "record_key") == 1
    met = tonight.join(
        before.select(*_SAME, "outcome", "source_event_id", is_known=pl.lit(value=True)), on=_SAME, how="left"
    ).sort("row")
    is_reused = (pl.col("is_known").fill_null(value=False) & ~pl.col("must_read") & alone).fill_null(value=False)
    return met.with_columns(
        is_reused=is_reused,
        outcome=pl.when(is_reused).then("outcome"),
        source_event_id=pl.when(is_reused).then("source_event_id"),
    ).select(*RECORDS.names(), "is_reused", "outcome", "source_event_id")


def reuse_listings(records: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """Reused records, and clean.listings of the night before → those listings, on tonight's pages."""
    found = records.filter(pl.col("is_reused") & (pl.col("outcome") == "listing"))
    placed = found.select("source", "feed", "source_event_id", new_page="page_id", new_pointer="pointer")
    moved = listings.join(placed, on=["source", "feed", "source_event_id"], how="inner")
    return moved.with_columns(page_id="new_page", pointer="new_pointer").select(Listing.polars_schema().names())


def _describe_groups(records: pl.DataFrame) -> pl.DataFrame:
    """Adds `said` (hash), `place` (order within the group) and `must_read` (somebody in the group has to be read)."""
    ordered = records.sort("page_id", "position")
    must_read = pl.col("is_windowed")
    if "outcome" in records.columns:
        must_read = must_read | (pl.col("outcome") == "reject") | pl.col("is_lost")
    groups = ordered.group_by(_GROUP, maintain_order=True).agg(
        said=pl.col("fingerprint").str.join("|"), must_read=must_read.any()
    )
    return ordered.with_columns(place=pl.int_range(pl.len()).over(_GROUP)).join(
        groups.with_columns(pl.col("said").hash()), on=_GROUP, how="left", maintain_order="left"
    )


def _readable(known: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """raw.records with `is_lost`: it became a listing that is not there any more, or not from this record."""
    held = listings.select("source", "feed", "source_event_id", "fingerprint", is_held=pl.lit(value=True))
    met = known.join(held, on=["source", "feed", "source_event_id", "fingerprint"], how="left")
    return met.with_columns(is_lost=(pl.col("outcome") == "listing") & pl.col("is_held").is_null())
