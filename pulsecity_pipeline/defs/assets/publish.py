"""Publish: what the run cost, and then the city's tables, by version."""

from collections.abc import Iterator

import dagster as dg

from pulsecity_pipeline.contracts import (
    CityDay,
    CityPulse,
    EventListing,
    Identity,
    LedgerEntry,
    PastListing,
    MatchEvidence,
    PastEvent,
    Published,
    RankedEvent,
    RecordOutcome,
    Reject,
    RunCost,
    SourceHealth,
)
from pulsecity_pipeline.contracts.base import STORED_TABLES
from pulsecity_pipeline.defs.costs import drop_clock, stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import contract_check, table_spec
from pulsecity_pipeline.defs.writing import Outcome, check_then_write, preview
from pulsecity_pipeline.store.published import count_rows, publish_city

#: What nothing else of a city's night is made from: with these, everything is there.
LAST_TABLES = (
    PastListing,
    Reject,
    RecordOutcome,
    SourceHealth,
    EventListing,
    LedgerEntry,
    MatchEvidence,
    PastEvent,
    Identity,
    CityDay,
    CityPulse,
    RankedEvent,
)


@dg.multi_asset(
    name="publish",
    specs=[table_spec(RunCost, [RankedEvent]), table_spec(Published, LAST_TABLES)],
    check_specs=[contract_check(RunCost)],
    partitions_def=CITIES,
)
def publish(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Record the versions that hold this city's night; only these are read by the warehouse and the next night."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    spent = costs.frame(city_id=city_id, night=clock.night, run_id=context.run.run_id)
    yield from check_then_write({RunCost: spent}, lake=store, context=context, clock=costs, night=clock.night)
    tables = [table for table in STORED_TABLES.values() if table is not Published]
    versions = {table: version for table in tables if (version := store.version(table)) is not None}
    publish_city(
        store,
        city_id=city_id,
        night=clock.night,
        versions={table.table: version for table, version in versions.items()},
        row_counts=count_rows(store, versions, city_id=city_id),
        run_id=context.run.run_id,
        at=clock.at,
    )
    drop_clock(context)
    rows = store.scan(Published, partitions=[city_id], night=clock.night).collect().sort("table_name")
    yield dg.MaterializeResult(
        asset_key=dg.AssetKey(["ops", "published"]),
        metadata={"tables": preview(rows, ["table_name", "version", "row_count"], 30)},
    )
