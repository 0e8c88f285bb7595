"""Warehouse: everything published, through the Great Expectations gate, into the DuckDB file analysts open."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg
import polars as pl

from pulsecity_pipeline.contracts import Body, Published, Table
from pulsecity_pipeline.contracts.base import STORED_TABLES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import OWNERS, asset_key
from pulsecity_pipeline.defs.writing import Outcome, preview
from pulsecity_pipeline.quality.gx_suite import validate_with_gx
from pulsecity_pipeline.store.published import scan_all_published, select_build

WAREHOUSE = dg.AssetKey(["warehouse"])
#: Bodies are bytes: nothing to expect of them that the write has not checked, and not in the warehouse.
GATED: tuple[type[Table], ...] = tuple(table for table in STORED_TABLES.values() if table is not Body)


@dg.asset(
    key=WAREHOUSE,
    deps=[asset_key(Published)],
    group_name="warehouse",
    owners=OWNERS,
    kinds={"duckdb", "great-expectations"},
    check_specs=[
        dg.AssetCheckSpec(
            "great_expectations",
            asset=WAREHOUSE,
            blocking=True,
            description="Every expectation of every contract over all that is published, in Great Expectations.",
        )
    ],
)
def warehouse(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Validate all published tables, then build the warehouse beside the old one and swap it in."""
    # Imported here, as Great Expectations is: only this step needs DuckDB, and definitions load on every run.
    from pulsecity_pipeline.store.warehouse import build_warehouse

    store = lake.open()
    # Chosen once: what the gate has seen is what the warehouse holds, whoever publishes in between.
    build = select_build(store, up_to=clock.night)
    frames = {table: scan_all_published(store, table, build=build).collect() for table in GATED}
    outcomes = validate_with_gx(frames)
    broken = [outcome for outcome in outcomes if not outcome.passed]
    per_table = Counter(outcome.table for outcome in outcomes)
    failed = Counter(outcome.table for outcome in broken)
    summary = pl.DataFrame(
        [
            {"table": t.table, "rows": f.height, "expectations": per_table[t.table], "broken": failed[t.table]}
            for t, f in frames.items()
        ]
    )
    yield dg.AssetCheckResult(
        asset_key=WAREHOUSE,
        check_name="great_expectations",
        passed=not broken,
        description=f"{len(outcomes) - len(broken)} of {len(outcomes)} expectations kept",
        metadata={
            "by_table": preview(summary, summary.columns, 40),
            "broken": dg.MetadataValue.json([f"{o.table}: {o.name}: {o.violation_count}" for o in broken[:40]]),
        },
    )
    if broken:
        raise dg.Failure("the warehouse was not replaced: Great Expectations found violations", allow_retries=False)
    built = build_warehouse(store, lake.settings.warehouse_path, build=build)
    tables = pl.DataFrame([{"table": t.name, "rows": t.rows, "seconds": round(t.seconds, 2)} for t in built])
    context.log.info("warehouse: %s rows in %s tables", tables["rows"].sum(), tables.height)
    yield dg.MaterializeResult(
        asset_key=WAREHOUSE,
        metadata={
            "dagster/row_count": int(tables["rows"].sum()),
            "path": dg.MetadataValue.path(str(lake.settings.warehouse_path)),
            "tables": preview(tables, tables.columns, 40),
        },
    )
