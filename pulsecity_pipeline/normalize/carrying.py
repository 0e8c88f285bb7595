"""Carrying over: what earlier nights knew of a listing, brought onto tonight's."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.contracts import Listing


def carry_over(
    tonight: pl.DataFrame, previous: pl.DataFrame, seen_whole: pl.DataFrame, *, at: datetime
) -> pl.DataFrame:
    """Listings of tonight with the dates of `previous` ones, plus those that are missing tonight.

    first_seen_at stays; changed_at moves only with the fingerprint. A listing missing from a feed that came
    whole (`seen_whole`: source, feed) gets gone_at = `at` the first time; one of any other feed stays as it was, and so
    does one that is over: feeds drop what is past, and the window of recurrences moves on. Columns in and out: Listing.
    """
    schema = Listing.polars_schema()
    before = previous.select("listing_id", first="first_seen_at", changed="changed_at", known_fingerprint="fingerprint")
    same = pl.col("known_fingerprint") == pl.col("fingerprint")
    seen = tonight.join(before, on="listing_id", how="left").with_columns(
        first_seen_at=pl.coalesce("first", "first_seen_at"),
        changed_at=pl.when(same).then("changed").otherwise("changed_at"),
    )
    missing = previous.join(tonight, on="listing_id", how="anti")
    is_over = (pl.coalesce("ends_on", "starts_on") < at.date()).fill_null(False)
    gone = missing.join(seen_whole, on=["source", "feed"], how="semi").with_columns(
        gone_at=pl.when(is_over).then("gone_at").otherwise(pl.coalesce("gone_at", pl.lit(at, schema["gone_at"])))
    )
    unknown = missing.join(seen_whole, on=["source", "feed"], how="anti")
    frames = [frame.select(schema.names()).cast(schema) for frame in (seen, gone, unknown)]
    return pl.concat(frames).sort(Listing.key)
