"""`pulsecity run` on the sandbox: merges, rejects and dead feeds, and the same rows whatever the number of processes."""

from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Event, Listing, Page, RankedEvent, SourceHealth
from pulsecity_pipeline.contracts.base import STORED_TABLES
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.commands.test_bad_input import pulsecity

pytestmark = pytest.mark.slow

CITIES = ("us-tx-austin", "de-berlin")
#: What a run cost and who published it differ from run to run; everything else is a function of the input.
NOT_REPRODUCIBLE = ("metrics.run_costs", "ops.published")


def run(data_dir: Path, *arguments: str) -> str:
    chosen = [part for city in CITIES for part in ("--city", city)]
    ran = pulsecity(data_dir, "run", "--as-of", "2027-03-01", *chosen, *arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_sandbox_shows_everything_and_is_reproducible(tmp_path: Path) -> None:
    printed = run(tmp_path / "two", "--jobs", "2")
    run(tmp_path / "one", "--jobs", "1")
    two, one = (Lake(tmp_path / name / "lake") for name in ("two", "one"))
    for city in CITIES:
        assert city in printed
        health = two.scan(SourceHealth, partitions=[city]).collect()
        assert health["rejects"].sum() > 0
        assert "failing" in health["state"]
        events = two.scan(Event, partitions=[city]).collect()
        assert events.filter(pl.col("source_count") > 1).height > 50
        assert two.scan(RankedEvent, partitions=[city]).collect().height > 50
    for table in STORED_TABLES.values():
        if table.table not in NOT_REPRODUCIBLE:
            frames = [
                lake.scan(table).collect().sort(*dict.fromkeys((table.partition, *table.key))) for lake in (one, two)
            ]
            assert frames[0].equals(frames[1]), table.table


def test_a_second_night_asks_politely_and_keeps_what_has_not_changed(tmp_path: Path) -> None:
    run(tmp_path / "d")
    chosen = [part for city in CITIES for part in ("--city", city)]
    assert pulsecity(tmp_path / "d", "run", "--as-of", "2027-03-02", *chosen).returncode == 0
    lake = Lake(tmp_path / "d" / "lake")
    pages = lake.scan(Page, partitions=["us-tx-austin"]).collect()
    bodies = pages.filter(pl.col("night") == pl.date(2027, 3, 2))["body_sha256"].drop_nulls()
    assert bodies.len() > 15
    listings = lake.scan(Listing, partitions=["us-tx-austin"]).collect()
    known = listings.filter(pl.col("first_seen_at") < pl.col("last_seen_at")).height
    assert known > 0.8 * listings.height
