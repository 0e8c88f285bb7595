"""Lakes with broken files under real runs: the run says so, the other city goes on, the documented steps restore it."""

import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pulsecity_pipeline.contracts import Event, Listing, Published, Table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.log_entries import entry_path
from pulsecity_pipeline_tests.drills.nights import pulsecity
from pulsecity_pipeline_tests.drills.states import compare_states, read_published
from pulsecity_pipeline_tests.drills.traffic import CITIES, FIRST_NIGHT, write_night_pages

pytestmark = pytest.mark.drill

NIGHTS = [str(FIRST_NIGHT + timedelta(days=ahead)) for ahead in range(3)]
DAVIS, SACRAMENTO = CITIES


def newest_entry(lake: Lake, table: type[Table]) -> Path:
    return entry_path(f"{lake.root}/{table.schema_name()}/{table.short_name()}", lake.version(table) or 0)


def delete_events_of_davis(lake: Lake) -> Path:
    (file,) = lake.file_uris(Event, partitions=[DAVIS])
    Path(file).unlink()
    return Path(file)


def cut_log_of_listings(lake: Lake) -> Path:
    file = newest_entry(lake, Listing)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def empty_log_of_published(lake: Lake) -> Path:
    file = newest_entry(lake, Published)
    file.write_bytes(b"")
    return file


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of three nights, a data folder after two of them, and one after all three."""
    root = tmp_path_factory.mktemp("damaged")
    for night in NIGHTS:
        for city_id in CITIES:
            write_night_pages(root / "pages" / night, city_id, FIRST_NIGHT.fromisoformat(night))
    for night in NIGHTS[:2]:
        assert run(root, root / "data", night).returncode == 0
    shutil.copytree(root / "data", root / "whole")
    assert run(root, root / "whole", NIGHTS[2]).returncode == 0
    return root


def run(root: Path, data_dir: Path, night: str, *more: str) -> "subprocess.CompletedProcess[str]":
    return pulsecity(data_dir, "run", "--from", f"replay:{root / 'pages'}", "--as-of", night, *more)


@pytest.mark.parametrize("hit", [delete_events_of_davis, cut_log_of_listings, empty_log_of_published])
def test_a_broken_file_is_told_repaired_and_its_nights_run_again(
    hit: Callable[[Lake], Path], two_nights: Path, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(two_nights / "data", data_dir)
    file = hit(Lake(data_dir / "lake"))

    failed = run(two_nights, data_dir, NIGHTS[2])
    said = failed.stdout + failed.stderr
    assert failed.returncode == 1, said
    assert any(str(file) in line and "run `pulsecity repair`" in line for line in said.splitlines()), said
    assert "Traceback" not in said
    if hit is delete_events_of_davis:
        overview = {line.split()[0]: line.split()[1] for line in failed.stderr.splitlines() if len(line.split()) > 1}
        assert overview[SACRAMENTO] == "done"
        assert overview[DAVIS] == "FAILED"

    repaired = pulsecity(data_dir, "repair")
    assert repaired.returncode == 0, repaired.stderr
    read_published(data_dir)
    again = [
        line.removeprefix("run again  pulsecity run ") for line in repaired.stdout.splitlines() if "run again" in line
    ]
    for line in again:
        arguments = shlex.split(line)
        assert run(two_nights, data_dir, arguments[1], *arguments[2:]).returncode == 0
    assert run(two_nights, data_dir, NIGHTS[2]).returncode == 0
    assert compare_states(read_published(data_dir), read_published(two_nights / "whole")) == []
