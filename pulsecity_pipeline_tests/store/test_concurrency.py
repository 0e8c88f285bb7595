"""Two processes write their own city of the same tables while a reader scans: nothing lost, nothing torn."""

import subprocess
import sys
from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import Body, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.rows import DAVIS, ROMA
from pulsecity_pipeline_tests.store.writers import VENUES_A_COMMIT

COMMITS = 20


def start_writer(root: Path, city_id: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pulsecity_pipeline_tests.store.writers", str(root), city_id, str(COMMITS)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def read_state(lake: Lake) -> pl.DataFrame:
    """Per city, in one scan: rows, distinct commits among them, and the newest commit."""
    found = (
        lake.scan(Venue)
        .group_by("city_id")
        .agg(pl.len().alias("rows"), pl.n_unique("capacity").alias("commits"), pl.max("capacity").alias("newest"))
    )
    return found.sort("city_id").collect()


def test_writers_of_two_cities_and_a_reader(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    writers = [start_writer(tmp_path, city_id) for city_id in (DAVIS, ROMA)]
    states = []
    while any(writer.poll() is None for writer in writers):
        states.append(read_state(lake))
    for writer in writers:
        assert writer.wait() == 0, writer.communicate()[1].decode()
    states.append(read_state(lake))

    every = pl.concat(states)
    assert every["rows"].unique().to_list() == [VENUES_A_COMMIT]
    assert every["commits"].unique().to_list() == [1]
    assert every.filter(pl.col("newest") < COMMITS).height > 0, "the reader saw nothing of the writing"
    assert states[-1].rows() == [(ROMA, VENUES_A_COMMIT, 1, COMMITS), (DAVIS, VENUES_A_COMMIT, 1, COMMITS)]
    assert lake.version(Venue) == 2 * COMMITS
    assert lake.scan(Body).group_by("pull_city_id").len().sort("pull_city_id").collect().rows() == [
        (ROMA, COMMITS),
        (DAVIS, COMMITS),
    ]
