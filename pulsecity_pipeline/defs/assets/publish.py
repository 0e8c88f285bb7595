"""Publish: what the run cost, and then the city's tables, by version."""

from collections.abc import Iterator

import dagster as dg

from pulsecity_pipeline.city_run.diffing import diff_publish
from pulsecity_pipeline.contracts import (
    CITYLESS_TABLES,
    Change,
    CityDay,
    CityPulse,
    EventListing,
    Identity,
    LedgerEntry,
    MatchEvidence,
    Night,
    PastEvent,
    PastListing,
    PublishDiff,
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
from pulsecity_pipeline.history.summary import tabulate_diffs
from pulsecity_pipeline.store.published import count_rows, publish_city

#: What nothing else of a city's night is made from: with these, everything is there.
LAST_TABLES = (
    Night,
    PastListing,
    Reject,
    RecordOutcome,
    SourceHealth,
    EventListing,
    Change,
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
    specs=[
        table_spec(RunCost, [RankedEvent]),
        table_spec(PublishDiff, LAST_TABLES),
        table_spec(Published, [RunCost, PublishDiff]),
    ],
    check_specs=[contract_check(RunCost), contract_check(PublishDiff)],
    partitions_def=CITIES,
)
def publish(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Record the versions that hold this city's night; only these are read by the warehouse and the next night."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    with costs.stage("diff"):
        diffs = diff_publish(store, city_id=city_id, night=clock.night, at=clock.at)
    told = tabulate_diffs(diffs)
    spent = costs.frame(city_id=city_id, night=clock.night, run_id=context.run.run_id)
    yield from check_then_write(
        {RunCost: spent, PublishDiff: diffs},
        lake=store,
        context=context,
        clock=costs,
        night=clock.night,
        metadata={PublishDiff: {"since_the_last_publish": preview(told, told.columns, 40)}},
    )
    tables = [table for table in STORED_TABLES.values() if table not in (Published, *CITYLESS_TABLES)]
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
