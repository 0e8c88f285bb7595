"""Two writers publish night after night while four readers ask: no failure, never two nights of a city in one query."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pulsecity_pipeline_tests.drills.nights import REPOSITORY
from pulsecity_pipeline_tests.drills.traffic import CITIES, STOP

MODULE = "pulsecity_pipeline_tests.drills.traffic"
READERS = ("warehouse", "warehouse", "lake", "lake")
#: What of `pulsecity` runs beside the whole form, again and again: the lake is kept small under everybody's eyes.
BESIDE = (("vacuum", "--keep-nights", "3"),)


def start(data_dir: Path, *arguments: str, module: str = MODULE) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PULSECITY_DATA_DIR": str(data_dir), "DAGSTER_HOME": str(data_dir / "dagster")}
    command = [sys.executable, "-m", module, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=pipe, stderr=pipe, text=True)


def finish(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, errors = process.communicate()
    assert process.returncode == 0, errors[-3000:]
    done: dict[str, Any] = json.loads(out.splitlines()[-1])
    return done


def drive(
    data_dir: Path, nights: int, seconds: float, *more: str, beside: Sequence[tuple[str, ...]] = ()
) -> list[dict[str, Any]]:
    """Both cities published once; then two writers for so many nights, and on for `seconds`, beside all readers."""
    for process in [start(data_dir, "write", city_id) for city_id in CITIES]:
        finish(process)
    bounds = ("--first", "1", "--nights", str(nights), "--seconds", str(seconds), *more)
    writers = [start(data_dir, "write", city_id, *bounds) for city_id in CITIES]
    readers = [start(data_dir, "read", what) for what in READERS]
    while beside and any(writer.poll() is None for writer in writers):
        for command in beside:
            ran = start(data_dir, *command, module="pulsecity_pipeline.cli")
            errors = ran.communicate()[1]
            assert ran.returncode == 0, errors
    done = [finish(writer) for writer in writers]
    (data_dir / STOP).touch()
    return done + [finish(reader) for reader in readers]


def check(done: list[dict[str, Any]]) -> None:
    for one in done:
        sys.stdout.write(f"{one['role']:<28} {one['count']:>6}  nights seen {one.get('nights_seen', '–')}\n")
    assert {one["role"]: one["failures"][:3] for one in done if one["failures"]} == {}
    assert all(one["count"] > 0 for one in done)


@pytest.mark.slow
def test_writers_and_readers_for_a_night(tmp_path: Path) -> None:
    done = drive(tmp_path, 1, 0)
    check(done)
    assert max(one.get("nights_seen", 0) for one in done) > len(CITIES), "no reader saw a night being published"


@pytest.mark.drill
def test_writers_and_readers_for_three_minutes(tmp_path: Path) -> None:
    done = drive(tmp_path, 3, 180, "--gated", beside=BESIDE)
    check(done)
    assert all(one["nights_seen"] > 2 * len(CITIES) for one in done if "nights_seen" in one)
