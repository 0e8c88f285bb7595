"""Maintenance of a whole lake: what is kept can be read, what nothing needs is gone, and nobody notices."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import Body, CityPulse, Event, Page, Published, Venue
from pulsecity_pipeline.store import log_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.location import table_folder
from pulsecity_pipeline.store.maintenance import MAINTENANCE, run_maintenance
from pulsecity_pipeline.store.orphans import find_orphans
from pulsecity_pipeline.store.published import scan_all_published, scan_published
from pulsecity_pipeline.store.snapshots import read_changes
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline_tests.store.nights import (
    ALONE,
    LATER,
    POLICY,
    capacities,
    data_files,
    log_names,
    night_of,
    published_rows,
    put_night,
)
from pulsecity_pipeline_tests.store.rows import DAVIS, ROMA, an_id, rows

NIGHTS = 14


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "my lake"
    for number in range(1, NIGHTS + 1):
        put_night(Lake(root), number)
    return root


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(made, tmp_path / "my lake"))


def test_kept_publications_read_as_before_and_the_rest_is_gone(lake: Lake) -> None:
    done = run_maintenance(lake, ALONE, now=LATER)
    assert done.schema == MAINTENANCE
    assert done["problem"].null_count() == done.height == 5
    assert capacities(lake) == [11, 12, 13, 14], "3 nights, and the one before them"
    assert len(data_files(lake, Venue)) == 4
    assert log_names(lake, Venue)[0] == f"{9:020}.checkpoint.parquet", "from the checkpoint that version 11 needs"
    assert scan_published(lake, CityPulse, city_id=DAVIS).collect().height == NIGHTS, "history keeps all its rows"
    counted = done.filter(pl.col("table_name") == "clean.venues").row(0, named=True)
    assert (counted["kept_versions"], counted["removed_files"], counted["data_files_after"]) == (4, 10, 4)
    assert counted["bytes_after"] < counted["bytes_before"]


def test_raw_of_the_kept_nights_stays_and_its_versions_too(lake: Lake) -> None:
    run_maintenance(lake, ALONE, now=LATER)
    assert lake.scan(Page).collect()["night"].min() == night_of(12)
    assert lake.scan(Body).collect().height == 3
    for table in (Page, Body):
        for version, count in published_rows(lake, table).select("version", "row_count").iter_rows():
            assert lake.scan(table, partitions=[DAVIS], version=version).collect().height == count


def test_the_warehouse_can_be_built_afterwards(lake: Lake, tmp_path: Path) -> None:
    run_maintenance(lake, ALONE, now=LATER)
    built = {table.name: table.rows for table in build_warehouse(lake, tmp_path / "warehouse.duckdb")}
    assert (built["metrics.city_pulse"], built["clean.venues"]) == (NIGHTS, 1)


def test_doing_it_again_changes_nothing(lake: Lake) -> None:
    run_maintenance(lake, ALONE, now=LATER)
    tables = (Venue, CityPulse, Page, Body, Published)
    before = [(lake.version(table), data_files(lake, table)) for table in tables]
    again = run_maintenance(lake, ALONE, now=LATER)
    assert [(lake.version(table), data_files(lake, table)) for table in tables] == before
    assert again.select("dropped_rows", "compacted", "removed_files").sum().row(0) == (0, 0, 0)


def test_a_dry_run_tells_and_changes_nothing(lake: Lake) -> None:
    root = Path(lake.root)
    before = {path: path.stat().st_size for path in root.rglob("*") if path.is_file()}
    told = run_maintenance(lake, ALONE, now=LATER, dry_run=True)
    after = {path: path.stat().st_size for path in root.rglob("*") if path.is_file()}
    assert {path: size for path, size in after.items() if path.name != ".maintaining.lock"} == before
    done = run_maintenance(lake, ALONE, now=LATER)
    names = ["table_name", "kept_versions", "dropped_rows"]
    venues = pl.col("table_name") == "clean.venues"
    assert told.filter(venues).select(names, "removed_files").equals(done.filter(venues).select(names, "removed_files"))
    assert told.select(names[2]).equals(done.select(names[2]))
    expected = told.filter(venues).row(0, named=True)
    assert expected["data_files_after"] == 4
    assert expected["log_files_after"] < expected["log_files_before"]


def test_nothing_young_goes(lake: Lake) -> None:
    files = data_files(lake, Venue)
    (staged := files[0].with_name("part-killed.parquet#1")).write_bytes(b"half")
    (orphan := files[0].with_name("part-new.parquet")).write_bytes(b"being written")
    for path in files:
        os.utime(path, (1.0, 1.0))
    run_maintenance(lake, POLICY, now=LATER)
    # The files are from 1970, but it is the moment they were replaced that counts, also once the log is shortened.
    assert data_files(lake, Venue) == sorted([*files, staged, orphan])
    assert f"{0:020}.json" in log_names(lake, Venue)


def test_what_killed_runs_left_goes_when_it_is_old(lake: Lake) -> None:
    folder = data_files(lake, Venue)[0].parent
    old = (LATER - timedelta(hours=POLICY.reader_hours + 1)).timestamp()
    left = [folder / "part-orphan.parquet", folder / "part-killed.parquet#1", folder.parent / "_delta_log/x.json#2"]
    for path in left:
        path.write_bytes(b"left")
        os.utime(path, (old, old))
    kept = set(data_files(lake, Venue)) - set(left)
    run_maintenance(lake, POLICY, now=LATER)
    assert not any(path.exists() for path in left)
    assert set(data_files(lake, Venue)) == kept


def test_compaction_leaves_few_files_and_the_same_rows(lake: Lake) -> None:
    before = lake.scan(CityPulse).collect().sort("night")
    versions = published_rows(lake, CityPulse)["version"]
    assert len(lake.file_uris(CityPulse)) == NIGHTS
    done = run_maintenance(lake, POLICY, now=LATER)
    assert done.filter(pl.col("compacted") > 0)["table_name"].to_list() == [
        "metrics.city_pulse",
        "ops.published",
    ]
    assert len(lake.file_uris(CityPulse)) == 1
    assert lake.scan(CityPulse).collect().sort("night").equals(before)
    assert scan_published(lake, CityPulse, city_id=DAVIS).collect().sort("night").equals(before)
    assert lake.scan(CityPulse, version=versions[-2]).collect().height == NIGHTS - 1
    again = rows(CityPulse, {"city_id": DAVIS, "night": night_of(5), "event_count": 500})
    lake.replace(CityPulse, again, partition=DAVIS, night=night_of(5))
    assert lake.scan(CityPulse).collect().sort("night")["event_count"].to_list() == [1, 2, 3, 4, 500, *range(6, 15)]


def test_cities_published_before_and_after_a_compaction_are_read_together(lake: Lake) -> None:
    put_night(lake, NIGHTS, city_id=ROMA)
    before = lake.version(CityPulse) or 0
    run_maintenance(lake, ALONE, now=LATER)
    changes = read_changes(lake, CityPulse, since=before)
    # Davis has other files now, although no other rows; Roma has the same.
    assert (changes.same(DAVIS, before, before + 1), changes.same(ROMA, before, before + 1)) == (False, True)
    put_night(lake, NIGHTS + 1, city_id=ROMA)
    lake.replace(CityPulse, CityPulse.empty(), partition=DAVIS, night=night_of(NIGHTS))
    run_maintenance(lake, ALONE, now=LATER)
    found = scan_all_published(lake, CityPulse).collect().group_by("city_id").len().sort("city_id")
    assert found.rows() == [(ROMA, 2), (DAVIS, NIGHTS)]


def test_a_city_that_runs_no_more_keeps_its_nights_and_holds_up_nobody(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "ISLAND_GAP", 8)
    for number in range(1, 25):
        put_night(lake, number, city_id=ROMA)
        if number % 8 == 0:
            run_maintenance(lake, ALONE, now=LATER)
    assert capacities(lake) == [11, 12, 13, 14]
    assert capacities(lake, ROMA) == [21, 22, 23, 24]
    assert f"{14:020}.checkpoint.parquet" in log_names(lake, Venue), "versions far below stand for themselves"
    assert len(log_names(lake, Venue)) < 30, "and not one file for each of 38 nights and more"
    pulses = scan_all_published(lake, CityPulse).collect().group_by("city_id").len().sort("city_id")
    assert pulses.rows() == [(ROMA, 24), (DAVIS, NIGHTS)]


def test_a_reader_of_the_last_publish_goes_on_reading(lake: Lake, tmp_path: Path) -> None:
    """Readers hold an open scan, and a list of files; publishes and maintenance go on."""
    scan = scan_published(lake, Venue, city_id=DAVIS)
    files = lake.file_uris(CityPulse)
    for number in range(NIGHTS + 1, NIGHTS + 6):
        put_night(lake, number)
    for _ in range(2):
        run_maintenance(lake, POLICY, now=LATER)
    assert scan.collect()["capacity"].to_list() == [NIGHTS]
    assert pl.scan_parquet(files).select(pl.len()).collect().item() == NIGHTS
    # Without readers both are gone: the hours are what kept them.
    run_maintenance(lake, ALONE, now=LATER)
    with pytest.raises((FileNotFoundError, pl.exceptions.ComputeError)):
        scan.collect()


def test_a_table_that_cannot_be_maintained_says_so_and_the_others_go_on(lake: Lake) -> None:
    gone = published_rows(lake, Venue).tail(1).with_columns(version=pl.lit(99, pl.Int64))
    others = lake.scan(Published, night=night_of(NIGHTS)).filter(pl.col("table_name") != Venue.table).collect()
    lake.replace(Published, pl.concat([others, gone]), partition=DAVIS, night=night_of(NIGHTS))
    files = data_files(lake, Venue)
    done = run_maintenance(lake, ALONE, now=LATER)
    problems = done.drop_nulls("problem").select("table_name", "problem").rows()
    assert [name for name, _ in problems] == ["clean.venues"]
    assert "99" in problems[0][1]
    assert data_files(lake, Venue) == files
    assert done.filter(pl.col("table_name") == "raw.pages")["dropped_rows"].item() == NIGHTS - 3


def test_one_maintenance_at_a_time(lake: Lake) -> None:
    with (
        FileLock(Path(lake.root) / ".maintaining.lock"),
        pytest.raises(ConfigurationError, match="another maintenance of this lake is going on"),
    ):
        run_maintenance(lake, POLICY, now=LATER)


def test_a_lake_of_nothing(tmp_path: Path) -> None:
    assert run_maintenance(Lake(tmp_path), POLICY, now=LATER).equals(pl.DataFrame(schema=MAINTENANCE))


def test_orphans_are_found_and_told_from_what_was_replaced(lake: Lake) -> None:
    run_maintenance(lake, ALONE, now=LATER)
    assert find_orphans(lake, POLICY).is_empty()
    folder = table_folder(lake.root, Venue) / f"city_id={DAVIS}"
    (folder / "part-orphan.parquet").write_bytes(b"left by a killed run")
    put_night(lake, NIGHTS + 1)
    lake.replace(Venue, rows(Venue, {"venue_id": an_id("ven", 2), "city_id": DAVIS}), partition=DAVIS)
    lake.replace(Venue, rows(Venue, {"venue_id": an_id("ven", 3), "city_id": DAVIS}), partition=DAVIS)
    found = find_orphans(lake, POLICY).row(0, named=True)
    # Beside the orphan: the venues of the night that is kept no longer, and those that nobody published.
    assert (found["table_name"], found["files"], found["orphans"], found["orphan_bytes"]) == ("clean.venues", 3, 1, 20)
    assert found["sample"][0] == f"city_id={DAVIS}/part-orphan.parquet"
    assert found["bytes"] > 20
    assert lake.version(Event) is None
