"""Retrying: what would become of a city's open rejects if its kept pages were read by today's code."""

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.city_run.reading import KnownRecords, read_pages
from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.taxonomy import Taxonomy
from pulsecity_pipeline.normalize.listings import normalize_readings
from pulsecity_pipeline.sources.protocol import Source, Window

_PLACE = ["page_id", "pointer"]


def retry_rejects(
    rejects: pl.DataFrame,
    pages: pl.DataFrame,
    bodies: Mapping[str, bytes],
    *,
    sources: Mapping[str, Source],
    city: City,
    cities: Mapping[str, City],
    night: date,
    at: datetime,
    taxonomy: Taxonomy,
) -> pl.DataFrame:
    """Open rows of clean.rejects, the night's rows of raw.pages and their bodies → one row a rule, most rejects first.

    Columns: rule, open, and of these become_listings (what is at their place reads as a listing now; of a whole page:
    nothing speaks against it any more), repeat (says what another record says) and stay (refused still, or on a page
    of another night).
    """
    held = pages.join(rejects, on="page_id", how="semi")
    read = read_pages(held, bodies, sources, Window.around(night), KnownRecords.nothing())
    made = normalize_readings(read.readings, pull_city=city, cities=cities, at=at, taxonomy=taxonomy)
    refused = pl.concat([read.faults.select(_PLACE), made.faults.select(_PLACE)]).unique()
    listed = made.listings.select(_PLACE).unique()
    fate = (
        rejects.select(*_PLACE, "rule")
        .join(refused.with_columns(is_refused=True), on=_PLACE, how="left")
        .join(listed.with_columns(is_listed=True), on=_PLACE, how="left")
        .join(held.select("page_id", is_held=True), on="page_id", how="left")
        .with_columns(pl.col("is_refused", "is_listed", "is_held").fill_null(value=False))
        .with_columns(is_free=pl.col("is_held") & ~pl.col("is_refused"))
        .with_columns(is_listed=pl.col("is_free") & (pl.col("is_listed") | (pl.col("pointer") == "page")))
    )
    counts = {
        "open": pl.len(),
        "become_listings": pl.col("is_listed").sum(),
        "repeat": (pl.col("is_free") & ~pl.col("is_listed")).sum(),
        "stay": (~pl.col("is_free")).sum(),
    }
    counted = fate.group_by("rule").agg(**{name: count.cast(pl.Int64) for name, count in counts.items()})
    return counted.sort(["open", "rule"], descending=[True, False])
