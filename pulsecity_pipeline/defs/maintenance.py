"""Maintenance in Dagster: an asset whose history shows the lake's size, its job, and a weekly schedule."""

from datetime import UTC, datetime

import dagster as dg

from pulsecity_pipeline.config.retention import load_retention
from pulsecity_pipeline.defs.resources import LakeResource
from pulsecity_pipeline.defs.specs import OWNERS
from pulsecity_pipeline.defs.writing import preview

MAINTENANCE = dg.AssetKey(["maintenance"])
_SHOWN = ["kept_versions", "dropped_rows", "compacted", "log_files_after", "data_files_after", "bytes_after"]


class MaintenanceConfig(dg.Config):
    """For the launchpad: a dry run says what would go and changes nothing."""

    dry_run: bool = False


@dg.asset(key=MAINTENANCE, group_name="ops", owners=OWNERS, kinds={"deltalake"})
def maintenance(
    context: dg.AssetExecutionContext, config: MaintenanceConfig, lake: LakeResource
) -> dg.MaterializeResult[None]:
    """The lake stays small: rows past their retention, small files, unneeded files and old log entries.

    As config/retention.yaml says. Runs and readers may go on beside it.
    """
    # Imported here, as its pieces are needed by this step alone, and definitions load on every run.
    from pulsecity_pipeline.store.maintenance import run_maintenance

    done = run_maintenance(
        lake.open(), load_retention(), now=datetime.now(UTC), dry_run=config.dry_run, report=context.log.info
    )
    problems = done.drop_nulls("problem")
    if problems.height:
        description = "; ".join(f"{name}: {why}" for name, why in problems.select("table_name", "problem").iter_rows())
        raise dg.Failure(description, metadata={"tables": preview(done, done.columns, done.height)})
    totals = done.select(_SHOWN).sum().row(0, named=True)
    return dg.MaterializeResult(metadata={**totals, "tables": preview(done, done.columns[:-1], done.height)})


maintain = dg.define_asset_job(
    "maintain",
    selection=dg.AssetSelection.assets(MAINTENANCE),
    executor_def=dg.in_process_executor,
    description="The lake stays small and fast: what retention lets go is dropped, what nothing needs is removed.",
)

#: Sunday 12:00 UTC: between the nights of most of the world, though it harms none that is going on.
weekly_maintenance = dg.ScheduleDefinition(
    name="maintenance",
    job=maintain,
    cron_schedule="0 12 * * 0",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
