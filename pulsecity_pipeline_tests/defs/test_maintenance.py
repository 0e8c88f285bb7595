"""Maintenance as Dagster shows it: an asset with its figures, and a schedule that is off until somebody wants it."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pulsecity_pipeline.contracts import Published, Venue
from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.defs.maintenance import MAINTENANCE, maintain, maintenance, weekly_maintenance
from pulsecity_pipeline.defs.resources import LakeResource
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.nights import night_of, put_night
from pulsecity_pipeline_tests.store.rows import DAVIS


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    put_night(lake, 1)
    return lake


def test_the_asset_tells_the_size_of_the_lake(lake: Lake, tmp_path: Path) -> None:
    result = dg.materialize([maintenance], resources={"lake": LakeResource(data_dir=str(tmp_path))})
    (event,) = result.asset_materializations_for_node("maintenance")
    assert event.metadata["data_files_after"].value == 5
    assert event.metadata["kept_versions"].value == 5


def test_a_table_left_alone_fails_the_run(lake: Lake, tmp_path: Path) -> None:
    rows = lake.scan(Published).collect()
    version = pl.when(pl.col("table_name") == Venue.table).then(99).otherwise("version")
    lake.replace(Published, rows.with_columns(version=version), partition=DAVIS, night=night_of(1))
    result = dg.materialize(
        [maintenance], resources={"lake": LakeResource(data_dir=str(tmp_path))}, raise_on_error=False
    )
    assert not result.success
    assert "clean.venues: ops.published names version 99" in str(result.all_events)


def test_it_is_no_part_of_a_citys_night() -> None:
    assert defs.resolve_job_def("maintain").asset_layer.selected_asset_keys == {MAINTENANCE}
    assert MAINTENANCE not in defs.resolve_job_def("city").asset_layer.selected_asset_keys


def test_the_schedule_is_off() -> None:
    assert weekly_maintenance.default_status == dg.DefaultScheduleStatus.STOPPED
    assert defs.resolve_schedule_def("maintenance").job_name == maintain.name
