"""Alerts: a failed run becomes one line in a file that people and machines can follow."""

import json

import dagster as dg

from pulsecity_pipeline.defs.resources import LakeResource


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def alert_on_failure(context: dg.RunFailureSensorContext, lake: LakeResource) -> None:
    """Append the failure to alerts.jsonl in the data folder: job, city, night, step and first error line."""
    run, event = context.dagster_run, context.failure_event
    alert = {
        "run_id": run.run_id,
        "job": run.job_name,
        "city_id": run.tags.get("dagster/partition"),
        "error": (event.message or "").splitlines()[0] if event.message else "run failed",
        "steps": sorted({step.step_key or "" for step in context.get_step_failure_events()}),
    }
    path = lake.settings.data_dir / "alerts.jsonl"
    with path.open("a", encoding="utf-8") as sink:
        sink.write(json.dumps(alert, sort_keys=True) + "\n")
    context.log.error("alert: %s", alert)
