"""Nights to be disturbed: an input, two nights of it, and how each is started as a process group of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
#: Recorded nights, public data that is not part of the repository.
ARCHIVE = REPOSITORY.parent / "shared" / "data" / "nights-ca-toronto.tar.xz"
SANDBOX_NIGHTS = (date(2027, 3, 1), date(2027, 3, 2))
TORONTO_NIGHTS = (date(2026, 3, 9), date(2026, 3, 10))


@dataclass(frozen=True)
class Input:
    """What runs read: `arguments` of `pulsecity run`, or of the module that runs the toy city."""

    name: str
    module: str
    arguments: tuple[str, ...]
    nights: tuple[date, date]

    def start(self, data_dir: Path, night: date, log: Path) -> "subprocess.Popen[bytes]":
        """Start the night with all its workers in a process group of its own, which `kill_group` ends."""
        environment = {**os.environ, "PULSECITY_DATA_DIR": str(data_dir), "DAGSTER_HOME": str(data_dir / "dagster")}
        command = [sys.executable, "-m", self.module, *self.arguments, "--as-of", str(night)]
        with log.open("wb") as sink:
            return subprocess.Popen(
                command, cwd=REPOSITORY, env=environment, stdout=sink, stderr=sink, start_new_session=True
            )

    def run(self, data_dir: Path, night: date, log: Path) -> None:
        """The night from beginning to end; an AssertionError with its output where it failed."""
        code = self.start(data_dir, night, log).wait()
        assert code == 0, f"{self.name} {night}: exit code {code}\n{log.read_text(errors='replace')[-3000:]}"


def sandbox() -> Input:
    """Six cities of the sandbox."""
    return Input("sandbox", "pulsecity_pipeline.cli", ("run", "--from", "sandbox"), SANDBOX_NIGHTS)


def toronto(folder: Path) -> Input | None:
    """Real nights of Toronto, unpacked into `folder`; None where the recording is absent."""
    if not ARCHIVE.exists():
        return None
    with tarfile.open(ARCHIVE) as archive:
        wanted = [m for m in archive if m.name.removeprefix("./")[:10] in map(str, TORONTO_NIGHTS)]
        archive.extractall(folder, members=wanted)
    return Input("toronto", "pulsecity_pipeline.cli", ("run", "--from", f"replay:{folder}"), TORONTO_NIGHTS)


def pulsecity(data_dir: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line on a data folder, as long as it takes."""
    environment = {**os.environ, "PULSECITY_DATA_DIR": str(data_dir), "DAGSTER_HOME": str(data_dir / "dagster")}
    command = [sys.executable, "-m", "pulsecity_pipeline.cli", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to a started night and its workers, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
