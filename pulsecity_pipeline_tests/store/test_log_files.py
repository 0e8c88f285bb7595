"""The log: which of its files may go, and that Delta opens every kept version without them."""

from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Venue
from pulsecity_pipeline.store import log_files
from pulsecity_pipeline.store.cleaning import clean_log
from pulsecity_pipeline.store.errors import VersionGone
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.log_files import LOG_FILES, count_listed, list_log, plan_log
from pulsecity_pipeline.store.snapshots import read_changes
from pulsecity_pipeline_tests.store.nights import LATER
from pulsecity_pipeline_tests.store.rows import DAVIS, an_id, rows

HEAD = 40


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Versions 0 to 40 of the venues; version n holds capacity n. Checkpoints at 9, 19, 29 and 39."""
    lake = Lake(tmp_path)
    for number in range(1, HEAD + 1):
        venue = {"venue_id": an_id("ven", 1), "city_id": DAVIS, "capacity": number}
        lake.replace(Venue, rows(Venue, venue), partition=DAVIS)
    return lake


def log_of(*versions: int, checkpoints: tuple[int, ...] = (), young: tuple[int, ...] = ()) -> pl.DataFrame:
    commits = [(v, f"{v:020}.json", "commit", 100.0 if v in young else 1.0) for v in versions]
    points = [(v, f"{v:020}.checkpoint.parquet", "checkpoint", 100.0) for v in checkpoints]
    return pl.DataFrame(commits + points, schema=LOG_FILES, orient="row").sort("version", "name")


def test_everything_below_the_checkpoint_that_the_oldest_needs_goes() -> None:
    plan = plan_log(log_of(*range(30), checkpoints=(9, 19)), [15, 29], young_since=50)
    assert plan.islands == ()
    assert set(plan.dropped) == {f"{version:020}.json" for version in range(9)}


def test_a_young_commit_stays_with_what_it_needs() -> None:
    log = log_of(*range(30), checkpoints=(9, 19), young=(12, 29))
    assert len(plan_log(log, [29], young_since=50).dropped) == 9
    assert len(plan_log(log, [29], young_since=500).dropped) == 20


def test_without_a_checkpoint_nothing_goes() -> None:
    assert plan_log(log_of(*range(8)), [7], young_since=50).dropped == ()


def test_one_version_far_below_does_not_hold_up_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "ISLAND_GAP", 15)
    plan = plan_log(log_of(*range(30), checkpoints=(3, 9, 19)), [3, 5, 24, 29], young_since=50)
    assert plan.islands == (3, 5)
    left = {version: f"{version:020}.checkpoint.parquet" for version in (3, 9)}
    assert left[3] not in plan.dropped
    assert left[9] in plan.dropped
    assert len(plan.dropped) == 19 + 1


def capacity(lake: Lake, version: int) -> int:
    found: int = lake.scan(Venue, version=version).collect()["capacity"][0]
    return found


def test_delta_opens_what_is_kept_and_says_what_is_gone(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "ISLAND_GAP", 15)
    kept = [3, 25, 33, HEAD]
    assert clean_log(lake, Venue, kept, now=LATER, reader_hours=0) == 20
    assert [capacity(lake, version) for version in kept] == kept
    assert capacity(lake, 19) == 19, "from the checkpoint that 25 needs everything is there"
    for version in (2, 4, 12):
        with pytest.raises(VersionGone, match=f"clean.venues: the lake cannot open version {version}"):
            lake.scan(Venue, version=version)
    changes = read_changes(lake, Venue, since=3)
    assert (changes.since, changes.same_until(DAVIS, 30), changes.same_until(DAVIS, 3)) == (18, 30, 3)
    rest = list_log(lake, Venue)
    assert clean_log(lake, Venue, kept, now=LATER, reader_hours=0) == 0
    assert list_log(lake, Venue).equals(rest)
    # An island that is kept no longer goes too.
    assert clean_log(lake, Venue, [25, 33, HEAD], now=LATER, reader_hours=0) == 1
    lake.replace(Venue, rows(Venue, {"city_id": DAVIS, "capacity": 41}), partition=DAVIS)
    assert capacity(lake, HEAD + 1) == 41


def test_entries_of_the_last_hours_stay(lake: Lake) -> None:
    assert clean_log(lake, Venue, [HEAD], now=LATER, reader_hours=1) == 0
    assert clean_log(lake, Venue, [HEAD], now=LATER, reader_hours=0, dry_run=True) > 0
    assert capacity(lake, 1) == 1


def test_a_gap_in_the_log_ends_what_is_known(lake: Lake) -> None:
    assert count_listed(lake, Venue, HEAD) == HEAD + 1
    (Path(lake.root) / "clean/venues/_delta_log" / f"{30:020}.json").unlink()
    assert count_listed(lake, Venue, HEAD) == 10
    changes = read_changes(lake, Venue, since=1)
    assert changes.since == 30
    assert changes.by_partition[DAVIS] == tuple(range(31, 41))
