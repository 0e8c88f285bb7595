"""Resolve: listings → canonical events, venues, links and the ledger, one multi-asset because they must agree."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from pulsecity_pipeline.city_run.resolving import gather_listings, load_previous
from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.contracts import (
    Event,
    EventListing,
    Identity,
    LedgerEntry,
    Listing,
    MatchEvidence,
    PastEvent,
    Venue,
)
from pulsecity_pipeline.defs.costs import stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import contract_check, table_spec
from pulsecity_pipeline.defs.writing import Outcome, check_then_write, preview
from pulsecity_pipeline.entities.resolution import Resolution, resolve_city
from pulsecity_pipeline.metrics.identity import build_identity

TABLES = (Event, Venue, EventListing, MatchEvidence, PastEvent, LedgerEntry, Identity)


@dg.multi_asset(
    name="resolve",
    specs=[table_spec(table, [Listing]) for table in TABLES],
    check_specs=[contract_check(table) for table in TABLES],
    partitions_def=CITIES,
)
def resolve(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Block, compare, score, cluster, merge and mint the city's listings."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    with costs.stage("resolve") as stage:
        listings = gather_listings(store, city_id=city_id, night=clock.night)
        previous = load_previous(store, listings, city_id=city_id, night=clock.night)
        made = resolve_city(
            listings,
            city_id=city_id,
            night=clock.night,
            at=clock.at,
            previous=previous,
            matching=load_matching(),
        )
        identity = build_identity(
            events_before=previous.events,
            events=made.events,
            links_before=previous.event_listings,
            links=made.event_listings,
            ledger=made.ledger,
            city_id=city_id,
            night=clock.night,
        )
        stage.rows = made.events.height
    yield from check_then_write(
        {
            Event: made.events,
            Venue: made.venues,
            EventListing: made.event_listings,
            MatchEvidence: made.match_evidence,
            PastEvent: made.past_events,
            LedgerEntry: made.ledger,
            Identity: identity,
        },
        lake=store,
        context=context,
        clock=costs,
        night=clock.night,
        metadata={
            Event: _describe(made),
            MatchEvidence: {
                "pairs_compared_tonight": dg.MetadataValue.int(
                    made.match_evidence.filter(pl.col("compared_at") == clock.at).height
                )
            },
            Identity: _describe_identity(identity),
        },
    )


def _describe(made: Resolution) -> dict[str, dg.MetadataValue]:
    merged = made.events.filter(made.events["listing_count"] > 1).sort("source_count", "event_id", descending=True)
    return {
        "merged_events": dg.MetadataValue.int(merged.height),
        "listings_linked": dg.MetadataValue.int(made.event_listings.height),
        "most_listed": preview(merged, ["title", "starts_local", "venue_name", "source_count", "listing_count"]),
    }


def _describe_identity(identity: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    """The figures of the night; without a churn where there was no night before."""
    figures = {name: value for name, value in identity.row(0, named=True).items() if isinstance(value, int | float)}
    return {
        name: dg.MetadataValue.float(value) if name == "churn" else dg.MetadataValue.int(int(value))
        for name, value in figures.items()
    }
