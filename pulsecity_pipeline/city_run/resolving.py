"""Resolving: from the listings that take place in a city, and what the night before knew, to the tables that agree."""

from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.config.cities import PLACELESS
from pulsecity_pipeline.config.matching import Matching
from pulsecity_pipeline.contracts import (
    Change,
    Event,
    EventListing,
    Identity,
    LedgerEntry,
    Listing,
    MatchEvidence,
    PastEvent,
    Table,
    Venue,
)
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import Resolution, resolve_city
from pulsecity_pipeline.history.changes import build_changes
from pulsecity_pipeline.metrics.identity import build_identity
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_neighbours, scan_published

#: What a resolution writes; all of it, or nothing.
RESOLVED: tuple[type[Table], ...] = (
    Event, Venue, EventListing, MatchEvidence, PastEvent, Change, LedgerEntry, Identity,
)  # fmt: skip


def resolve_night(
    lake: Lake, *, city_id: str, night: date, at: datetime, matching: Matching
) -> dict[type[Table], pl.DataFrame]:
    """The city's night, resolved from its listings: a frame for each of RESOLVED."""
    previous = load_previous(lake, city_id=city_id, night=night)
    listings = gather_listings(lake, city_id=city_id, night=night)
    made = resolve_city(listings, city_id=city_id, night=night, at=at, previous=previous, matching=matching)
    changes = build_changes(
        made.events,
        previous.events,
        event_listings=made.event_listings,
        listings=listings,
        city_id=city_id,
        night=night,
        at=at,
        archived=made.past_events,
    )
    return {
        Event: made.events,
        Venue: made.venues,
        EventListing: made.event_listings,
        MatchEvidence: made.match_evidence,
        PastEvent: made.past_events,
        Change: changes,
        LedgerEntry: made.ledger,
        Identity: _count_identity(made, previous, city_id, night),
    }


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


def _count_identity(made: Resolution, previous: Previous, city_id: str, night: date) -> pl.DataFrame:
    return build_identity(
        events_before=previous.events,
        events=made.events,
        links_before=previous.event_listings,
        links=made.event_listings,
        ledger=made.ledger,
        city_id=city_id,
        night=night,
    )
