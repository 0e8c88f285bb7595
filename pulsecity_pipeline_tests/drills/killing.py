"""Killing: a night ended by SIGKILL at a chosen moment, what it left behind, and the same night run again."""

import contextlib
import random
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable

from pulsecity_pipeline.contracts import STORED_TABLES
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import PARTITION_ENTRY, Lake
from pulsecity_pipeline_tests.drills.nights import Input, kill_group
from pulsecity_pipeline_tests.drills.states import CityState, compare_states, read_published, read_warehouse


@dataclass(frozen=True)
class Bench:
    """One input ready to be disturbed: a folder with night 1, and what night 2 gives when nothing disturbs it."""

    source: Input
    folder: Path
    #: First and last moment of a kill, seconds after the start.
    span: tuple[float, float]
    first: Mapping[str, CityState]
    second: Mapping[str, CityState]
    warehouses: tuple[Mapping[str, tuple[int, int]], Mapping[str, tuple[int, int]]]

    @property
    def base(self) -> Path:
        return self.folder / "base"


@dataclass(frozen=True)
class Kill:
    """One trial: `problems` is empty where nothing was lost, doubled, torn or mixed."""

    moment: float
    phase: str
    published: str
    left_behind: str
    problems: tuple[str, ...]

    def line(self) -> str:
        """The trial as a row of the table that a drill prints."""
        verdict = "equal" if not self.problems else "; ".join(self.problems)
        return f"{self.moment:7.2f} s  {self.published:<10} {self.phase:<44} {self.left_behind:<40} {verdict}"


def prepare(source: Input, folder: Path, *, loading: float) -> Bench:
    """Run night 1, copy it, run night 2 on the copy; kills later fall into as long a time, `loading` seconds later."""
    log, base, undisturbed = folder / "log", folder / "base", folder / "undisturbed"
    source.run(base, source.nights[0], log)
    shutil.copytree(base, undisturbed)
    started = time.perf_counter()
    source.run(undisturbed, source.nights[1], log)
    span = (loading, loading + time.perf_counter() - started)
    states = [read_published(path) for path in (base, undisturbed)]
    assert all(states[0][city] != states[1][city] for city in states[0]), "the two nights must differ"
    return Bench(source, folder, span, states[0], states[1], (read_warehouse(base), read_warehouse(undisturbed)))


def draw_moments(bench: Bench, count: int, seed: int) -> list[float]:
    """Moments over the whole night, in order: one drawn uniformly from each of `count` equal parts of it."""
    chance, (first, last) = random.Random(seed), bench.span
    return [first + (last - first) * (part + chance.random()) / count for part in range(count)]


def run_trials(bench: Bench, count: int, seed: int) -> list[Kill]:
    """All trials, each a line on stdout as it ends."""
    found = []
    for moment in draw_moments(bench, count, seed):
        found.append(try_kill(bench, moment))
        sys.stdout.write(found[-1].line() + "\n")
        sys.stdout.flush()
    return found


def try_kill(bench: Bench, moment: float) -> Kill:
    """One trial on a copy of the base: start night 2, kill it at `moment`, look, run it again, compare."""
    data_dir, log = bench.folder / "trial", bench.folder / "log"
    shutil.copytree(bench.base, data_dir)
    try:
        process = bench.source.start(data_dir, bench.source.nights[1], log)
        time.sleep(moment)
        was_going = process.poll() is None
        kill_group(process)
        phase = find_phase(bench.base, data_dir) if was_going else "over"
        left_behind = describe_leftovers(data_dir)
        published, problems = _check_between(bench, data_dir)
        bench.source.run(data_dir, bench.source.nights[1], log)
        problems += compare_states(read_published(data_dir), bench.second)
        if read_warehouse(data_dir) != bench.warehouses[1]:
            problems.append("the warehouse differs from that of the undisturbed run")
        problems += [f"still there: {path.name}" for path in data_dir.glob("warehouse.duckdb.*")]
        problems += [f"run {run_id} still counts as going" for run_id in list_going(data_dir)]
        return Kill(moment, phase, published, left_behind, tuple(problems))
    finally:
        shutil.rmtree(data_dir)


def find_phase(base: Path, data_dir: Path) -> str:
    """How far the killed run came: per city not yet published the last table it had committed."""
    reached: dict[str, tuple[int, str]] = {}
    for table, before, after in _versions(base, data_dir):
        for commit in after.history(after.version() - before):
            city_id = str(commit.get(PARTITION_ENTRY))
            reached[city_id] = max(reached.get(city_id, (0, "")), (int(commit["timestamp"]), table))
    going = {city: table for city, (_, table) in sorted(reached.items()) if table != "ops.published"}
    if not reached:
        return "loading, fetching"
    return ", ".join(f"{city}: {table}" for city, table in going.items()) or "between cities, or close"


def describe_leftovers(data_dir: Path) -> str:
    """Files that belong to no commit, staged uploads, and half-built warehouses."""
    lake = Settings(data_dir=data_dir).lake_dir
    known = "".join(path.read_text(errors="replace") for path in lake.rglob("_delta_log/*.json"))
    names = set(re.findall(r"part-[\w.-]+\.parquet", known))
    orphans = [path for path in lake.rglob("part-*.parquet") if path.name not in names]
    staged = list(lake.rglob("*#*"))
    building = list(data_dir.glob("warehouse.duckdb.tmp-*"))
    counts = {"orphan files": len(orphans), "staged files": len(staged), "half warehouse files": len(building)}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"


def list_going(data_dir: Path) -> list[str]:
    """Runs that Dagster's own records of a data folder take for going."""
    path = Settings(data_dir=data_dir).dagster_home / "history" / "runs.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [str(row[0]) for row in connection.execute("SELECT run_id FROM runs WHERE status LIKE 'START%'")]


def _check_between(bench: Bench, data_dir: Path) -> tuple[str, list[str]]:
    """How many cities have published night 2; and every city that is neither wholly night 1 nor wholly night 2."""
    found = read_published(data_dir)
    on_second = [city for city, state in found.items() if state == bench.second.get(city)]
    others = [city for city, state in found.items() if city not in on_second and state != bench.first.get(city)]
    problems = [f"after the kill {city} is neither night" for city in others]
    if found.keys() != bench.second.keys():
        problems.append("after the kill a city is missing")
    if read_warehouse(data_dir) not in bench.warehouses:
        problems.append("after the kill the warehouse is neither night")
    return f"{len(on_second)} of {len(bench.second)}", problems


def _versions(base: Path, data_dir: Path) -> Iterator[tuple[str, int, DeltaTable]]:
    lakes = [Lake(Settings(data_dir=path).lake_dir) for path in (base, data_dir)]
    for table in STORED_TABLES.values():
        before, after = lakes[0].version(table), lakes[1].open(table)
        if before is not None and after is not None and after.version() > before:
            yield table.table, before, after
