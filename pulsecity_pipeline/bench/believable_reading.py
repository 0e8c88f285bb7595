"""Readings of either side → listings, by the one way in which the pipeline itself makes them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

import polars as pl

from pulsecity_pipeline.config.cities import City, load_cities
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Listing, Reading
from pulsecity_pipeline.normalize.listings import normalize_readings
from pulsecity_pipeline.sources.protocol import Window


def normalize_pages(pages: Sequence[pl.DataFrame], pull_city: City, window: Window) -> pl.DataFrame:
    """Frames of contract Reading → listings (contract Listing), one an id of a feed."""
    readings = pl.concat(pages) if pages else Reading.empty()
    if readings.is_empty():
        return Listing.empty()
    at = datetime.combine(window.first_on, time(), UTC)
    made = normalize_readings(readings, pull_city=pull_city, cities=load_cities(), at=at, taxonomy=load_taxonomy())
    return made.listings.unique(["source", "feed", "source_event_id"], keep="first", maintain_order=True)
