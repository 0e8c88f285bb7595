"""Disks that are full or read-only: one line with the remedy, nothing half published, and the night run again."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Event
from pulsecity_pipeline.store import failures
from pulsecity_pipeline.store.errors import DiskFull
from pulsecity_pipeline.store.failures import RESERVED_BYTES
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.commands.test_bad_input import check_refused
from pulsecity_pipeline_tests.defs.toy import CITY
from pulsecity_pipeline_tests.drills.disks import mount_small_disk
from pulsecity_pipeline_tests.drills.nights import SANDBOX_NIGHTS, pulsecity
from pulsecity_pipeline_tests.drills.states import compare_states, read_published
from pulsecity_pipeline_tests.drills.toy_night import toy_input
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_2, an_id, rows
from pulsecity_pipeline_tests.store.two_nights import read_state, write_night, write_two_nights

#: Rows that no page of a few KiB holds.
MANY = 5_000


def many_events() -> pl.DataFrame:
    event = rows(Event, {"city_id": DAVIS, "event_id": an_id("evt", 0)})
    described = pl.int_range(MANY).hash(7).cast(pl.String)
    return pl.concat([event] * MANY).with_columns(description=described, event_id=described)


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes: what a full disk says, wherever mounting is not allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def check_line(error: BaseException, *words: str) -> None:
    line = str(error)
    assert "\n" not in line
    assert "free space, then run the night again" in line
    for word in words:
        assert word in line


def test_a_file_that_cannot_grow_is_a_full_disk_and_leaves_the_table_as_it_was(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    before, files = read_state(lake), set(tmp_path.rglob("*"))
    with limited_files(50_000), pytest.raises(DiskFull) as raised:
        lake.replace(Event, many_events(), partition=DAVIS)
    check_line(raised.value, "clean.events", DAVIS, str(tmp_path))
    assert set(tmp_path.rglob("*")) == files, "the failed write left something behind"
    assert read_state(Lake(tmp_path)) == before
    Lake(tmp_path).replace(Event, many_events(), partition=DAVIS)


@pytest.mark.parametrize("leaving", [0, 4_096, 16_384, 100_000])
def test_a_disk_that_fills_up_during_a_write(leaving: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mount_small_disk(tmp_path / "disk", 4) as disk:
        lake = write_two_nights_without_reserve(disk.path / "lake", monkeypatch)
        before = read_state(lake)
        ballast = disk.fill(leaving)
        with pytest.raises(DiskFull) as raised:
            lake.replace(Event, many_events(), partition=DAVIS)
        check_line(raised.value, "clean.events", DAVIS, "No space left on device")
        assert read_state(Lake(disk.path / "lake")) == before
        ballast.unlink()
        write_night(Lake(disk.path / "lake"), DAVIS, NIGHT_2)
        assert read_state(Lake(disk.path / "lake")) == before


def write_two_nights_without_reserve(root: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setattr(failures, "RESERVED_BYTES", 0)
    return write_two_nights(root)


def test_a_write_stops_before_the_disk_is_full(tmp_path: Path) -> None:
    with mount_small_disk(tmp_path / "disk", 20) as disk:
        lake = write_two_nights(disk.path / "lake")
        before = read_state(lake)
        ballast = disk.fill(RESERVED_BYTES - 4_096)
        with pytest.raises(DiskFull) as raised:
            write_night(lake, DAVIS, NIGHT_2)
        check_line(raised.value, "left on the disk", str(disk.path))
        ballast.unlink()
        write_night(lake, DAVIS, NIGHT_2)
        assert read_state(lake) == before


def test_a_run_on_a_full_disk_ends_at_once_with_one_line(tmp_path: Path) -> None:
    with mount_small_disk(tmp_path / "disk", 20) as disk:
        ballast = disk.fill(1_000)
        ran = pulsecity(disk.path / "data", "run", "--city", CITY)
        assert ran.returncode == 1, ran.stderr
        (line,) = ran.stderr.strip().splitlines()
        assert "left on the disk" in line
        assert "free space, then run the night again" in line
        ballast.unlink()
        assert {path.name for path in disk.path.rglob("*")} <= {"data"}


def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    with mount_small_disk(tmp_path / "disk", 20) as disk:
        disk.make_read_only()
        check_refused(pulsecity(disk.path / "data", "run", "--city", CITY), "not writable", "Read-only", str(disk.path))


@pytest.mark.drill
def test_a_night_that_fills_the_disk_is_run_again_once_there_is_room(tmp_path: Path) -> None:
    """However far the room reaches: the command ends with 1 and a line, every city stays whole, the re-run is equal."""
    toy_input(tmp_path / "pages")
    arguments = ("run", "--from", f"replay:{tmp_path / 'pages'}", "--jobs", "1")
    with mount_small_disk(tmp_path / "disk", 128) as disk:
        data_dir = disk.path / "data"
        assert pulsecity(data_dir, *arguments, "--as-of", str(SANDBOX_NIGHTS[0])).returncode == 0
        first = read_published(data_dir)
        for room in (100_000, 400_000, 1_000_000, 2_000_000):
            ballast = disk.fill(RESERVED_BYTES + room)
            ran = pulsecity(data_dir, *arguments, "--as-of", str(SANDBOX_NIGHTS[1]))
            assert ran.returncode == 1, ran.stdout + ran.stderr
            told = [line for line in (ran.stdout + ran.stderr).splitlines() if "free space" in line]
            assert told, ran.stdout + ran.stderr
            assert "Traceback" not in ran.stdout + ran.stderr
            ballast.unlink()
        assert first.keys() == read_published(data_dir).keys()
        assert pulsecity(data_dir, *arguments, "--as-of", str(SANDBOX_NIGHTS[1])).returncode == 0
        after = read_published(data_dir)
    undisturbed = tmp_path / "whole"
    for night in SANDBOX_NIGHTS:
        assert pulsecity(undisturbed, *arguments, "--as-of", str(night)).returncode == 0
    assert compare_states(after, read_published(undisturbed)) == []


def test_the_command_line_tells_of_damage_in_one_line_and_exits_with_1(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path / "lake")
    Path(lake.file_uris(Event, partitions=[DAVIS])[0]).unlink()
    asked = pulsecity(tmp_path, "sql", "--lake", "FROM clean.events")
    assert asked.returncode == 1
    (line,) = asked.stderr.strip().splitlines()
    assert line.startswith(f"pulsecity: clean.events: {DAVIS}: ")
    assert "is missing: run `pulsecity repair`" in line
    repaired = pulsecity(tmp_path, "repair")
    assert f"withdrawn  {DAVIS} {NIGHT_2}" in repaired.stdout
    assert f"run again  pulsecity run --as-of {NIGHT_2} --city {DAVIS}" in repaired.stdout
    asked = pulsecity(tmp_path, "sql", "--lake", "FROM clean.events")
    assert asked.returncode == 0, asked.stderr
