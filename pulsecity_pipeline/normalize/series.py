"""Which recurring series a listing belongs to, as its publisher says."""

import polars as pl

from pulsecity_pipeline.identity import hash_ids
from pulsecity_pipeline.normalize.distinct import derive_distinct

_KEYS = ["source", "feed", "series_uid"]


def key_series(frame: pl.DataFrame) -> pl.Series:
    """In: source, feed, series_uid. Out: series_key, a hash of the three; null where series_uid is null or empty."""
    return derive_distinct(frame, _KEYS, _hash_distinct)["series_key"]


def _hash_distinct(distinct: pl.DataFrame) -> pl.DataFrame:
    has_uid = pl.col("series_uid").fill_null("") != ""
    return distinct.with_columns(hash_ids("ser", distinct, _KEYS).alias("series_key")).with_columns(
        series_key=pl.when(has_uid).then("series_key")
    )
