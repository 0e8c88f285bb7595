"""Resolving: which listings a city's events are resolved from, and what the night before knew."""

from datetime import date

import polars as pl

from pulsecity_pipeline.config.cities import PLACELESS
from pulsecity_pipeline.contracts import Event, EventListing, LedgerEntry, Listing, MatchEvidence, Venue
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_neighbours, scan_published


def gather_listings(lake: Lake, *, city_id: str, night: date) -> pl.DataFrame:
    """All listings of events that take place in the city.

    Its own as just written; those that neighbours pulled as published before tonight, so that the order in which
    cities run changes nothing. `online` and `elsewhere` run after all cities and see tonight's.
    """
    before, up_to = (None, night) if city_id in PLACELESS else (night, None)
    own = lake.scan(Listing, partitions=[city_id]).filter(pl.col("city_id") == city_id)
    others = scan_neighbours(lake, city_id=city_id, before=before, up_to=up_to)
    return pl.concat([own, others]).collect().sort("listing_id", "pull_city_id").unique("listing_id", keep="first")


def load_previous(lake: Lake, *, city_id: str, night: date) -> Previous:
    """Events, links, venues, evidence and redirects of the city as published before tonight."""
    links, events, venues, evidence, ledger = (
        scan_published(lake, table, city_id=city_id, before=night)
        for table in (EventListing, Event, Venue, MatchEvidence, LedgerEntry)
    )
    return Previous(
        event_listings=links.collect(),
        events=events.collect(),
        venues=venues.collect(),
        match_evidence=evidence.collect(),
        redirects=ledger.filter(pl.col("op") == "redirect").collect(),
    )
