"""Executing: one run of a job in this process, and what it says of itself."""

import os
import socket
import time
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
from filelock import FileLock

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome, count_city
from pulsecity_pipeline.contracts import InteractionDrop
from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.defs.assets.pull import KEYS
from pulsecity_pipeline.defs.resources import LakeResource, PagesResource
from pulsecity_pipeline.defs.selecting import select_assets
from pulsecity_pipeline.defs.specs import asset_key
from pulsecity_pipeline.store.processes import is_alive

#: Tags of a run: the machine and the process that execute it.
HOST_TAG, PROCESS_TAG = "pulsecity/host", "pulsecity/process"


def run_city(city_id: str, request: NightRequest) -> RunOutcome:
    """One city's night as the job `city`."""
    started = time.perf_counter()
    result = _execute("city", request, partition_key=city_id, keys=_selected_keys(city_id, request))
    problems, warnings = describe_failures(result)
    is_counted = result.success and request.part != "pull"
    counts = count_city(request.data_dir, city_id, request.night) if is_counted else {}
    return RunOutcome(city_id, result.success, time.perf_counter() - started, counts, problems, warnings)


def run_close(request: NightRequest) -> RunOutcome:
    """The job `close`."""
    started = time.perf_counter()
    result = _execute("close", request)
    problems, warnings = describe_failures(result)
    return RunOutcome("close", result.success, time.perf_counter() - started, {}, problems, warnings)


def run_interactions(data_dir: Path, as_of: date | None, drops: list[Path]) -> RunOutcome:
    """The job `interactions`, of the files named or of everything there is; `counts` are the figures of the run."""
    started = time.perf_counter()
    config: dict[str, Any] = {
        "resources": _resources(data_dir, as_of),
        "ops": {"take_in": {"config": {"drops": [str(path.resolve()) for path in drops]}}},
    }
    result = _launch("interactions", config)
    problems, warnings = describe_failures(result)
    made = [event.materialization for event in result.get_asset_materialization_events()]
    told = [one.metadata for one in made if one.asset_key == asset_key(InteractionDrop)]
    counts = {
        name: found.value
        for metadata in told
        for name, found in metadata.items()
        if isinstance(found, dg.IntMetadataValue) and found.value is not None
    }
    return RunOutcome("interactions", result.success, time.perf_counter() - started, counts, problems, warnings)


def describe_failures(result: dg.ExecuteInProcessResult) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(problems, warnings): failed blocking checks and steps; failed checks that do not block."""
    checks = [check for check in result.get_asset_check_evaluations() if not check.passed]
    blocked = [check for check in checks if check.blocking]
    warned = [check for check in checks if not check.blocking]
    failed = [event for event in result.all_node_events if event.is_step_failure]
    problems = (*map(_check_line, blocked), *map(_step_line, failed))
    return problems, tuple(map(_check_line, warned))


def open_instance() -> dg.DagsterInstance:
    """The instance of DAGSTER_HOME; one process at a time, for the first one creates its SQLite tables."""
    with FileLock(Path(os.environ["DAGSTER_HOME"]) / "instance.lock"):
        return dg.DagsterInstance.get()


def fail_abandoned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Ids of runs that still count as going though their process, of this machine, is gone: they become failures.

    A killed process leaves its run STARTED for ever, and the close waits until no city is running.
    """
    going = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    runs = instance.get_runs(dg.RunsFilter(tags={HOST_TAG: socket.gethostname()}, statuses=going))
    abandoned = [run for run in runs if not is_alive(int(run.tags[PROCESS_TAG]))]
    for run in abandoned:
        instance.report_run_failed(run, f"process {run.tags[PROCESS_TAG]} was killed before the run had ended")
    return [run.run_id for run in abandoned]


def _check_line(check: dg.AssetCheckEvaluation) -> str:
    return f"{check.asset_key.to_user_string()}: {check.check_name}: {check.description or 'failed'}"


def _step_line(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    cause = error.cause if error is not None and error.cause is not None else error
    lines = cause.message.strip().splitlines() if cause is not None else []
    return f"{event.step_key}: {lines[0] if lines else 'failed'}"


def _selected_keys(city_id: str, request: NightRequest) -> list[dg.AssetKey]:
    """The city's assets of the part and the sources asked for."""
    lake = LakeResource(data_dir=str(request.data_dir))
    pages = None
    if request.part != "after_pull":
        pages = PagesResource(mode=request.mode, seed=request.seed, sandbox_scale=request.sandbox_scale).open(
            lake, request.night
        )
    return select_assets(defs.resolve_job_def("city"), city_id, pages, request.sources, part=request.part)


def _execute(
    job: str, request: NightRequest, partition_key: str | None = None, keys: list[dg.AssetKey] | None = None
) -> dg.ExecuteInProcessResult:
    resources = _resources(request.data_dir, request.night)
    if job == "city" and set(KEYS.values()) & set(keys or ()):
        resources["pages"] = {
            "config": {"mode": request.mode, "seed": request.seed, "sandbox_scale": request.sandbox_scale}
        }
    return _launch(job, {"resources": resources}, partition_key=partition_key, asset_selection=keys)


def _resources(data_dir: Path, as_of: date | None) -> dict[str, Any]:
    return {
        "lake": {"config": {"data_dir": str(data_dir)}},
        "clock": {"config": {"as_of": as_of.isoformat() if as_of else ""}},
    }


def _launch(job: str, config: dict[str, Any], **more: Any) -> dg.ExecuteInProcessResult:
    with open_instance() as instance:
        fail_abandoned_runs(instance)
        return defs.resolve_job_def(job).execute_in_process(
            run_config={**config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            instance=instance,
            tags={HOST_TAG: socket.gethostname(), PROCESS_TAG: str(os.getpid())},
            raise_on_error=False,
            **more,
        )
