"""The feeds bench: a folder of saved calendars run whole, against the icalendar library parsing them alone."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import polars as pl

from pulsecity_pipeline.contracts import RunCost, SourceHealth
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake

_PARSE_ALONE = """
import json, pathlib, sys, time
import icalendar
files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.ics"))]
started, refused, found = time.perf_counter(), 0, 0
for body in files:
    try:
        found += len(icalendar.Calendar.from_ical(body).walk("VEVENT"))
    except Exception:
        refused += 1
print(json.dumps({"seconds": time.perf_counter() - started, "files": len(files), "refused": refused, "vevents": found}))
"""


@dataclass(frozen=True)
class FeedsFigures:
    """Seconds and MiB; `ratio` is the whole run over the library alone; `stages` sums over all runs' processes."""

    library: dict[str, float]
    run_seconds: float
    peak_rss_mib: float
    ratio: float
    totals: dict[str, int]
    stages: dict[str, float]


def bench_feeds(folder: Path, as_of: str) -> FeedsFigures:
    """Parse alone in one process, then run `pulsecity run --from replay:folder` in a fresh data folder."""
    alone = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", _PARSE_ALONE, str(folder)], check=True, capture_output=True, text=True
    )
    library = json.loads(alone.stdout)
    with tempfile.TemporaryDirectory() as data_dir:
        seconds, peak, printed = run_measured(["run", "--from", f"replay:{folder}", "--as-of", as_of], Path(data_dir))
        lake = Lake(Settings(data_dir=Path(data_dir)).lake_dir)
        stages = lake.scan(RunCost).group_by("stage").agg(pl.col("seconds").sum()).sort("stage").collect()
        names = ["records", "expansions", "listings", "rejects", "repeats", "located_elsewhere"]
        totals = lake.scan(SourceHealth).select(pl.col(names).sum()).collect().to_dicts()[0]
    closing = re.search(r"close\s+done\s+([\d.]+) s", printed)
    split = {**dict(stages.iter_rows()), "close (gate and warehouse)": float(closing[1]) if closing else 0.0}
    return FeedsFigures(library, seconds, peak, seconds / library["seconds"], totals, split)


def run_measured(arguments: list[str], data_dir: Path) -> tuple[float, float, str]:
    """Run the command line in a data folder; (wall seconds, peak MiB resident over all its processes, what it printed).

    Raises RuntimeError with the command's last lines if it fails.
    """
    environment = {**os.environ, "PULSECITY_DATA_DIR": str(data_dir)}
    environment.pop("DAGSTER_HOME", None)
    started = time.perf_counter()
    command = [sys.executable, "-m", "pulsecity_pipeline.cli", *arguments]
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        done, peak = Event(), [0.0]
        watcher = Thread(target=_watch_memory, args=(process.pid, done, peak), daemon=True)
        watcher.start()
        code = process.wait()
        done.set()
        watcher.join()
        seconds = time.perf_counter() - started
        output.seek(0)
        printed = output.read()
    if code:
        raise RuntimeError(f"pulsecity {' '.join(arguments)} ended with {code}: {printed[-2000:]}")
    return seconds, peak[0], printed


def _watch_memory(session: int, done: Event, peak: list[float]) -> None:
    page_mib = os.sysconf("SC_PAGE_SIZE") / 2**20
    while not done.wait(0.2):
        pages = sum(
            _resident_pages(process) for process in Path("/proc").glob("[0-9]*") if _in_session(process, session)
        )
        peak[0] = max(peak[0], pages * page_mib)


def _in_session(process: Path, session: int) -> bool:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(fields[3]) == session


def _resident_pages(process: Path) -> int:
    try:
        return int((process / "statm").read_text().split()[1])
    except OSError:
        return 0
