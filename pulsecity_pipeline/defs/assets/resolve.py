"""Resolve: listings → canonical events, venues, links, changes and the ledger, one multi-asset: they must agree."""

from collections.abc import Iterator, Mapping

import dagster as dg
import polars as pl

from pulsecity_pipeline.city_run.resolving import RESOLVED, resolve_night
from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.contracts import Change, Event, EventListing, Identity, Listing, MatchEvidence, Table
from pulsecity_pipeline.defs.costs import stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import contract_check, table_spec
from pulsecity_pipeline.defs.writing import Outcome, check_then_write, preview
from pulsecity_pipeline.history.summary import sample_changes


@dg.multi_asset(
    name="resolve",
    specs=[table_spec(table, [Listing]) for table in RESOLVED],
    check_specs=[contract_check(table) for table in RESOLVED],
    partitions_def=CITIES,
)
def resolve(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Block, compare, score, cluster, merge and mint the city's listings; pairs that stand are not judged again."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    with costs.stage("resolve") as stage:
        made = resolve_night(store, city_id=city_id, night=clock.night, at=clock.at, matching=load_matching())
        compared = made[MatchEvidence].filter(pl.col("compared_at") == clock.at).height
        stage.rows = compared
    yield from check_then_write(
        made,
        lake=store,
        context=context,
        clock=costs,
        night=clock.night,
        metadata={
            Event: _describe(made),
            MatchEvidence: {"pairs_compared_tonight": dg.MetadataValue.int(compared)},
            Change: _describe_changes(made[Change], made[Event]),
            Identity: _describe_identity(made[Identity]),
        },
    )


def _describe(made: Mapping[type[Table], pl.DataFrame]) -> dict[str, dg.MetadataValue]:
    merged = made[Event].filter(pl.col("listing_count") > 1).sort("source_count", "event_id", descending=True)
    return {
        "merged_events": dg.MetadataValue.int(merged.height),
        "listings_linked": dg.MetadataValue.int(made[EventListing].height),
        "most_listed": preview(merged, ["title", "starts_local", "venue_name", "source_count", "listing_count"]),
    }


def _describe_changes(changes: pl.DataFrame, events: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    counted = changes.group_by("op", "field").len("rows").sort("rows", "op", "field", descending=[True, False, False])
    samples = sample_changes(changes, events)
    return {"by_field": preview(counted, counted.columns, 40), "samples": preview(samples, samples.columns, 20)}


def _describe_identity(identity: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    """The figures of the night; without a churn where there was no night before."""
    figures = {name: value for name, value in identity.row(0, named=True).items() if isinstance(value, int | float)}
    return {
        name: dg.MetadataValue.float(value) if name == "churn" else dg.MetadataValue.int(int(value))
        for name, value in figures.items()
    }
