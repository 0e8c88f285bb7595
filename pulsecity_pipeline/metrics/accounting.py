"""The account of records: what was found must be what became of it, feed by feed."""

import polars as pl


def check_accounting(source_health: pl.DataFrame) -> pl.DataFrame:
    """metrics.source_health → the feeds whose account does not close; empty when nothing disappeared.

    found = records + expansions, accounted = listings + rejects + repeats, difference = found - accounted: positive
    where records vanished, negative where listings came from nowhere.
    Returns city_id, night, source, feed, found, accounted, difference, sorted by source and feed.
    """
    found = pl.col("records") + pl.col("expansions")
    accounted = pl.col("listings") + pl.col("rejects") + pl.col("repeats")
    account = source_health.select("city_id", "night", "source", "feed", found=found, accounted=accounted)
    return (
        account.with_columns(difference=pl.col("found") - pl.col("accounted"))
        .filter(pl.col("difference") != 0)
        .sort("source", "feed")
    )
