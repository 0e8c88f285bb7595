"""Check, then write: frames are checked in memory, and written only if every blocking check passes."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import dagster as dg
import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.defs.specs import asset_key
from pulsecity_pipeline.metrics.run_costs import StageClock
from pulsecity_pipeline.quality.outcome import summarize
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline.store.lake import Lake

#: Tables written at the same time: each commit waits for the disk more than it works.
WRITERS = 4

Outcome = dg.AssetCheckResult | dg.MaterializeResult[None]


def contract_result(table: type[Table], frame: pl.DataFrame) -> dg.AssetCheckResult:
    """The contract check of one frame."""
    outcomes = evaluate(frame, table)
    broken = [outcome for outcome in outcomes if not outcome.passed]
    return dg.AssetCheckResult(
        asset_key=asset_key(table),
        check_name="contract",
        passed=not broken,
        description=f"{len(outcomes) - len(broken)} of {len(outcomes)} expectations kept by {frame.height:,} rows",
        metadata={"expectations": dg.MetadataValue.md(summarize(outcomes))},
    )


def check_then_write(
    frames: Mapping[type[Table], pl.DataFrame],
    *,
    lake: Lake,
    context: dg.AssetExecutionContext,
    clock: StageClock,
    night: date,
    checks: tuple[dg.AssetCheckResult, ...] = (),
    metadata: Mapping[type[Table], Mapping[str, dg.MetadataValue]] | None = None,
) -> Iterator[Outcome]:
    """Yield the checks of all frames; raise Failure if a blocking one failed; else write all and materialize."""
    with clock.stage("check"):
        results = [contract_result(table, frame) for table, frame in frames.items()]
    results += checks
    yield from results
    blocking = {spec.key for spec in context.assets_def.check_specs if spec.blocking}
    broken = [result for result in results if not result.passed and _key(result) in blocking]
    if broken:
        names = ", ".join(f"{key.name} of {'.'.join(key.asset_key.path)}" for key in map(_key, broken))
        raise dg.Failure(f"{context.partition_key}: nothing written: {names} failed", allow_retries=False)
    with clock.stage("write") as stage, ThreadPoolExecutor(WRITERS, thread_name_prefix="write") as pool:
        written = pool.map(lambda table: _write(lake, table, frames[table], context.partition_key, night), frames)
        versions = dict(zip(frames, written, strict=True))
        stage.rows = sum(frame.height for frame in frames.values())
    for table, frame in frames.items():
        described = _describe(frame, versions[table]) | dict((metadata or {}).get(table, {}))
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata=described)


def _write(lake: Lake, table: type[Table], frame: pl.DataFrame, partition: str, night: date) -> int:
    return lake.replace(table, frame, partition=partition, night=night if table.history else None)


def preview(frame: pl.DataFrame, columns: list[str], rows: int = 8) -> dg.MetadataValue:
    """The first rows as a table of text, for the people who look."""
    records = [
        dg.TableRecord({name: None if value is None else str(value)[:80] for name, value in row.items()})
        for row in frame.select(columns).head(rows).to_dicts()
    ]
    schema = dg.TableSchema(columns=[dg.TableColumn(name) for name in columns])
    return dg.MetadataValue.table(records=records, schema=schema)


def show_chart(svg: str) -> dg.MetadataValue:
    """An SVG drawing as Markdown: as an image, for the UI strips drawings that stand in the text itself."""
    return dg.MetadataValue.md(f"![chart](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})")


def _describe(frame: pl.DataFrame, version: int) -> dict[str, dg.MetadataValue]:
    return {
        "dagster/partition_row_count": dg.MetadataValue.int(frame.height),
        "delta_version": dg.MetadataValue.int(version),
    }


def _key(result: dg.AssetCheckResult) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(result.asset_key or dg.AssetKey([]), result.check_name or "")
