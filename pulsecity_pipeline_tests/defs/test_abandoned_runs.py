"""Runs whose process was killed: failures, so that the close no longer waits for them; living ones stay."""

import os
import socket
import subprocess
import sys

import dagster as dg

from pulsecity_pipeline.defs.executing import HOST_TAG, PROCESS_TAG, fail_abandoned_runs


def start_run(instance: dg.DagsterInstance, process_id: int, host: str) -> str:
    """A run that an instance takes for going."""

    @dg.job
    def city() -> None:
        pass

    tags = {HOST_TAG: host, PROCESS_TAG: str(process_id)}
    run = instance.create_run_for_job(city, status=dg.DagsterRunStatus.STARTED, tags=tags)
    return run.run_id


def test_only_runs_of_dead_processes_of_this_machine_become_failures() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with dg.DagsterInstance.ephemeral() as instance:
        dead = start_run(instance, ended.pid, socket.gethostname())
        living = start_run(instance, os.getpid(), socket.gethostname())
        elsewhere = start_run(instance, ended.pid, "another-machine")
        assert fail_abandoned_runs(instance) == [dead]
        statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses[dead] is dg.DagsterRunStatus.FAILURE
    assert statuses[living] is statuses[elsewhere] is dg.DagsterRunStatus.STARTED
