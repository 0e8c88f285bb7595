"""Maintenance beside two writing processes and a reader that holds on: nothing lost, nothing torn, nothing missing."""

from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Body, Page, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.maintenance import run_maintenance
from pulsecity_pipeline_tests.store.nights import LATER, POLICY
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, ROMA, an_id, publish, rows
from pulsecity_pipeline_tests.store.test_concurrency import COMMITS, start_writer
from pulsecity_pipeline_tests.store.writers import VENUES_A_COMMIT, write_often


@pytest.mark.slow
def test_maintenance_while_two_cities_write_and_a_reader_holds_on(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for city_id in (DAVIS, ROMA):
        # The pages of all bodies to come: what no page points to would rightly be dropped.
        pages = (
            {"page_id": an_id("pag", n), "pull_city_id": city_id, "body_sha256": f"{n:064x}"} for n in range(COMMITS)
        )
        lake.replace(Page, rows(Page, *pages), partition=city_id, night=NIGHT_1)
        write_often(str(tmp_path), city_id, 12)
        publish(lake, city_id, NIGHT_1, Venue, Body)
    held = lake.scan(Venue)
    before = held.collect().sort("city_id", "venue_id")
    writers = [start_writer(tmp_path, city_id) for city_id in (DAVIS, ROMA)]
    rounds = 0
    while any(writer.poll() is None for writer in writers):
        done = run_maintenance(lake, POLICY.model_copy(update={"reader_hours": 1}), now=LATER)
        assert done.drop_nulls("problem").is_empty()
        assert held.collect().sort("city_id", "venue_id").equals(before)
        assert lake.scan(Venue).collect().height == 2 * VENUES_A_COMMIT
        rounds += 1
    for writer in writers:
        assert writer.wait() == 0, writer.communicate()[1].decode()
    assert rounds > 2, "maintenance and writing did not meet"
    newest = lake.scan(Venue).group_by("city_id").agg(pl.max("capacity"), pl.len()).sort("city_id").collect()
    assert newest.rows() == [(ROMA, COMMITS, VENUES_A_COMMIT), (DAVIS, COMMITS, VENUES_A_COMMIT)]
    assert lake.scan(Body).collect().height == 2 * COMMITS
