"""Resolving: from the listings that take place in a city, and what the night before knew, to the tables that agree."""

from datetime import date, datetime, timedelta

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
from pulsecity_pipeline.identity import hash_ids
from pulsecity_pipeline.metrics.identity import build_identity
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import (
    latest_published,
    scan_all_published,
    scan_neighbours,
    scan_published,
)

#: What a resolution writes; all of it, or nothing.
RESOLVED: tuple[type[Table], ...] = (
    Event, Venue, EventListing, MatchEvidence, PastEvent, Change, LedgerEntry, Identity,
)  # fmt: skip


def resolve_night(
    lake: Lake, *, city_id: str, night: date, at: datetime, matching: Matching
) -> dict[type[Table], pl.DataFrame]:
    """The city's night, resolved from its listings: a frame for each of RESOLVED."""
    listings = gather_listings(lake, city_id=city_id, night=night)
    previous = load_previous(lake, listings, city_id=city_id, night=night)
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
    cities run changes nothing; those of `shared`, which runs before all cities, as of tonight. `online` and `elsewhere`
    run after all cities and see tonight's.
    """
    before, up_to = (None, night) if city_id in PLACELESS else (night, None)
    own = lake.scan(Listing, partitions=[city_id]).filter(pl.col("city_id") == city_id)
    others = scan_neighbours(lake, city_id=city_id, before=before, up_to=up_to, first=night)
    return pl.concat([own, others]).collect().sort("listing_id", "pull_city_id").unique("listing_id", keep="first")


def load_previous(lake: Lake, listings: pl.DataFrame, *, city_id: str, night: date) -> Previous:
    """Events, links, venues, evidence and redirects of the city as published before tonight.

    Of tonight's listings only those that came from another city matter: the events they left behind there.
    """
    links, events, venues, evidence, ledger = (
        scan_published(lake, table, city_id=city_id, before=night)
        for table in (EventListing, Event, Venue, MatchEvidence, LedgerEntry)
    )
    linked = links.collect()
    return Previous(
        event_listings=linked,
        events=events.collect(),
        venues=venues.collect(),
        match_evidence=evidence.collect(),
        redirects=ledger.filter(pl.col("op") == "redirect").collect(),
        lives_elsewhere=_find_left_behind(lake, listings, linked, city_id=city_id, night=night),
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


def _find_left_behind(
    lake: Lake, listings: pl.DataFrame, linked: pl.DataFrame, *, city_id: str, night: date
) -> frozenset[str]:
    """Ids of events that listings of this city founded elsewhere, and that go on there with other listings.

    An event all of whose listings have come here moves with its id; one that stays behind keeps it. Other cities are
    read as published before tonight, and only where a listing that is not new has no event here yet.
    """
    published = latest_published(lake, before=night).filter(
        pl.col("city_id") == city_id, pl.col("table_name") == EventListing.table
    )
    last_night = published["night"].max() or night
    arrived = listings.filter(pl.col("first_seen_at").dt.date() < last_night).join(linked, on="listing_id", how="anti")
    if arrived.is_empty():
        return frozenset()
    up_to = night if city_id in PLACELESS else night - timedelta(days=1)
    founded = hash_ids("evt", arrived, ["pull_city_id", "listing_id"])
    others = (
        scan_all_published(lake, EventListing, up_to=up_to)
        .filter(pl.col("city_id") != city_id, pl.col("event_id").is_in(founded.implode()))
        .collect()
    )
    return frozenset(others.join(listings, on="listing_id", how="anti")["event_id"])
