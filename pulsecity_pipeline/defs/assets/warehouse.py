"""Warehouse: everything published, through the Great Expectations gate, into the DuckDB file analysts open."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import dagster as dg
import polars as pl

from pulsecity_pipeline.contracts import Body, Published, Table
from pulsecity_pipeline.contracts.base import STORED_TABLES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import OWNERS, asset_key
from pulsecity_pipeline.defs.writing import Outcome, preview
from pulsecity_pipeline.quality.gx_suite import validate_with_gx
from pulsecity_pipeline.quality.outcome import CheckOutcome
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import build_nights, select_build

if TYPE_CHECKING:
    from pulsecity_pipeline.store.holdings import Holdings

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
            description="Every expectation of every contract over what is published and not in the warehouse yet.",
        )
    ],
)
def warehouse(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Validate what is new of all published tables, build the warehouse beside the old one, and swap it in."""
    # Imported here, as Great Expectations is: only this step needs DuckDB, and definitions load on every run.
    from pulsecity_pipeline.store.holdings import read_holdings
    from pulsecity_pipeline.store.warehouse import build_beside

    store, path = lake.open(), lake.settings.warehouse_path
    # Chosen once: what the gate has seen is what the warehouse holds, whoever publishes in between.
    build = select_build(store, up_to=clock.night)
    with ThreadPoolExecutor(1) as pool:
        # DuckDB and Great Expectations leave each other a core; nobody reads the new file before the gate has passed.
        building = pool.submit(build_beside, store, path, build=build)
        try:
            frames = _new_rows(store, build, read_holdings(path))
            outcomes = validate_with_gx(frames)
        except BaseException:
            building.result().discard()
            raise
    gate = _gate_result(frames, outcomes)
    yield gate
    made = building.result()
    if not gate.passed:
        made.discard()
        raise dg.Failure("the warehouse was not replaced: Great Expectations found violations", allow_retries=False)
    made.put_in_place()
    tables = pl.DataFrame([{"table": t.name, "rows": t.rows, "seconds": round(t.seconds, 2)} for t in made.tables])
    context.log.info("warehouse: %s rows in %s tables", tables["rows"].sum(), tables.height)
    yield dg.MaterializeResult(
        asset_key=WAREHOUSE,
        metadata={
            "dagster/row_count": int(tables["rows"].sum()),
            "path": dg.MetadataValue.path(str(path)),
            "tables": preview(tables, tables.columns, 40),
        },
    )


def _new_rows(store: Lake, build: pl.DataFrame, held: "Holdings | None") -> dict[type[Table], pl.DataFrame]:
    """What the gate looks at: the current state whole, of histories what the old warehouse does not hold."""
    from pulsecity_pipeline.store.holdings import scan_new

    nights = build_nights(store, build)
    return {table: scan_new(store, table, build=build, nights=nights, held=held).collect() for table in GATED}


def _gate_result(frames: dict[type[Table], pl.DataFrame], outcomes: list[CheckOutcome]) -> dg.AssetCheckResult:
    broken = [outcome for outcome in outcomes if not outcome.passed]
    per_table = Counter(outcome.table for outcome in outcomes)
    failed = Counter(outcome.table for outcome in broken)
    summary = pl.DataFrame(
        [
            {"table": t.table, "new_rows": f.height, "expectations": per_table[t.table], "broken": failed[t.table]}
            for t, f in frames.items()
        ]
    )
    return dg.AssetCheckResult(
        asset_key=WAREHOUSE,
        check_name="great_expectations",
        passed=not broken,
        description=f"{len(outcomes) - len(broken)} of {len(outcomes)} expectations kept",
        metadata={
            "by_table": preview(summary, summary.columns, 40),
            "broken": dg.MetadataValue.json([f"{o.table}: {o.name}: {o.violation_count}" for o in broken[:40]]),
        },
    )
