"""Bad input of every kind: one clear line and exit code 2 for configuration; kept, counted and visible for data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulsecity_pipeline_tests.defs.toy import AS_OF, CITY, LIBRARY, toy_pages, write_pages


def pulsecity(
    data_dir: Path, *arguments: str, seconds: int = 170, **environment: str
) -> "subprocess.CompletedProcess[str]":
    settings = {**os.environ, "PULSECITY_DATA_DIR": str(data_dir), **environment}
    settings.pop("DAGSTER_HOME", None)
    command = [sys.executable, "-m", "pulsecity_pipeline.cli", *arguments]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=seconds, check=False)


def check_refused(found: "subprocess.CompletedProcess[str]", *words: str) -> None:
    assert found.returncode == 2, found.stderr
    lines = found.stderr.strip().splitlines()
    assert len(lines) == 1, found.stderr
    for word in words:
        assert word in lines[0]


def test_a_missing_folder(tmp_path: Path) -> None:
    check_refused(pulsecity(tmp_path / "d", "run", "--from", f"replay:{tmp_path}/none"), "none", "folder")


def test_a_folder_of_an_unknown_city(tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "pages", {"ics/us-or-bend/a.ics": LIBRARY})
    check_refused(pulsecity(tmp_path / "d", "run", "--from", f"replay:{pages}"), "us-or-bend", "--add-city")


def test_an_unknown_city_on_the_command_line(tmp_path: Path) -> None:
    check_refused(pulsecity(tmp_path / "d", "run", "--city", "us-ca-atlantis"), "us-ca-atlantis", "city list")


def test_an_unknown_mode_and_a_bad_date(tmp_path: Path) -> None:
    check_refused(pulsecity(tmp_path / "d", "run", "--from", "carrier-pigeon"), "carrier-pigeon", "expected sandbox")
    check_refused(pulsecity(tmp_path / "d", "run", "--as-of", "soon"), "soon", "YYYY-MM-DD")
    check_refused(pulsecity(tmp_path / "d", "run", PULSECITY_INPUT="nowhere"), "PULSECITY_INPUT", "expected sandbox")


def test_a_bad_cities_file_names_file_field_and_expectation(tmp_path: Path) -> None:
    data_dir = tmp_path / "d"
    data_dir.mkdir()
    (data_dir / "cities.yaml").write_text("cities:\n  - city_id: us-ca-x\n    name: X\n    latitude: north\n")
    check_refused(pulsecity(data_dir, "run"), "cities.yaml", "field cities.0")


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    # A folder below a regular file is unwritable for root too, which permission bits are not.
    blocker = tmp_path / "file"
    blocker.write_text("")
    check_refused(pulsecity(blocker / "data", "run"), "not writable")


def test_a_warehouse_that_is_not_there(tmp_path: Path) -> None:
    check_refused(pulsecity(tmp_path / "d", "sql", "select 1"), "warehouse", "pulsecity run")


@pytest.mark.slow
def test_broken_pages_are_counted_and_the_rest_is_published(tmp_path: Path) -> None:
    pages = toy_pages(tmp_path / "pages")
    write_pages(pages, {f"ics/{CITY}/huge.ics": b"BEGIN:VCALENDAR\r\n" + b"X-A:" + b"a" * 52_000_000})
    ran = pulsecity(tmp_path / "d", "run", "--from", f"replay:{pages}", "--as-of", AS_OF)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert CITY in ran.stdout
    health = pulsecity(
        tmp_path / "d", "sql", "select feed, state, reason from source_health_latest order by feed", "--format", "csv"
    )
    lines = {line.split(",")[0]: line for line in health.stdout.splitlines()}
    assert "failing" in lines["huge"]
    assert "failing" in lines["blocked"]
    assert "healthy" in lines["downtown"]


@pytest.mark.slow
def test_add_city_makes_an_unknown_folder_a_city(tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "pages", {"ics/us-or-bend/a.ics": LIBRARY})
    ran = pulsecity(tmp_path / "d", "run", "--from", f"replay:{pages}", "--as-of", AS_OF, "--add-city")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "us-or-bend" in ran.stdout
