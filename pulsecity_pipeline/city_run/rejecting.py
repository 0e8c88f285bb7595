"""Rejecting: faults of every step as rows of clean.rejects, under ids that last from night to night."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.contracts import Reject
from pulsecity_pipeline.identity import hash_ids


def build_rejects(
    faults: pl.DataFrame,
    normalize_faults: pl.DataFrame,
    records: pl.DataFrame,
    pages: pl.DataFrame,
    *,
    city_id: str,
    at: datetime,
) -> pl.DataFrame:
    """Faults of split and read, and readings that could not be normalised → rows of clean.rejects seen first `at`.

    `records` (page_id, pointer, fingerprint) and `pages` (raw.pages) say what a fault is about: the id hangs on the
    record's fingerprint, of a torn record on its beginning, of a whole page on its address.
    """
    refused = normalize_faults.with_columns(
        stage=pl.lit("normalize"), payload=pl.lit(None, pl.String), is_record=~pl.col("is_expansion")
    ).select(faults.columns)
    rejects = (
        pl.concat([faults, refused])
        .join(records.select("page_id", "pointer", "fingerprint"), on=["page_id", "pointer"], how="left")
        .join(pages.select("page_id", "url"), on="page_id", how="left")
        .with_columns(
            pull_city_id=pl.lit(city_id),
            first_seen_at=pl.lit(at, Reject.polars_schema()["first_seen_at"]),
            replayed_at=pl.lit(None, Reject.polars_schema()["replayed_at"]),
            subject=pl.coalesce("fingerprint", "payload", "url"),
        )
    )
    about = ["source", "feed", "subject", "rule", "field"]
    # The occurrences of one record, and records that say the same, share all of these.
    ordered = rejects.sort("page_id", "pointer", *about)
    numbered = ordered.with_columns(number=pl.int_range(pl.len()).over(about))
    ids = hash_ids("rej", numbered, [*about, "number"])
    return numbered.with_columns(reject_id=ids).select(Reject.polars_schema().names()).sort(Reject.key)
