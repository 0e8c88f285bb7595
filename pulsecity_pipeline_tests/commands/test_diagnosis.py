"""The doctor finds each thing that is planted, says where it is, and finds nothing in a sound installation."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pulsecity_pipeline.cli import app
from pulsecity_pipeline.commands.diagnosis import check_live, diagnose
from pulsecity_pipeline.commands.finding import Finding
from pulsecity_pipeline.config.source_entries import SourceEntry
from pulsecity_pipeline.contracts import Page, SourceHealth
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline.store.withdrawal import withdraw
from pulsecity_pipeline_tests.store.rows import an_id, publish, rows

DAVIS, FRESNO = "us-ca-davis", "us-ca-fresno"
NIGHTS = [date(2027, 3, number) for number in range(1, 6)]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Five nights of two cities, sound in every way."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("PULSECITY_DATA_DIR", str(tmp_path))
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").touch()
    settings = Settings(data_dir=tmp_path)
    for night in NIGHTS:
        for city_id in (DAVIS, FRESNO):
            run(settings, city_id, night)
    build(settings)
    return settings


def run(settings: Settings, city_id: str, night: date, *, fails: bool = False, **more: Any) -> None:
    """A night of a city with one page and one feed."""
    lake = Lake(settings.lake_dir)
    number = {DAVIS: 0, FRESNO: 100}.get(city_id, 200) + 10 * night.month + night.day
    page = {
        "page_id": an_id("pag", number),
        "pull_city_id": city_id,
        "night": night,
        "source": more.pop("source", "ics"),
    }
    lake.replace(Page, rows(Page, page), partition=city_id, night=night)
    health = {"city_id": city_id, "night": night} | more
    lake.replace(SourceHealth, rows(SourceHealth, health), partition=city_id, night=night)
    if not fails:
        publish(lake, city_id, night, Page, SourceHealth)


def build(settings: Settings) -> None:
    build_warehouse(Lake(settings.lake_dir), settings.warehouse_path)


def unwell(settings: Settings) -> dict[str, str]:
    """Subject → message and remedy of everything that is not fine."""
    found = [finding for finding in diagnose(settings) if not finding.is_fine]
    assert all(finding.remedy for finding in found), found
    return {finding.subject: f"{finding.message}; {finding.remedy}" for finding in found}


def test_a_sound_installation_is_fine(settings: Settings) -> None:
    assert unwell(settings) == {}
    shown = CliRunner().invoke(app, ["doctor"])
    assert shown.exit_code == 0
    assert "look" not in shown.output


def test_a_city_behind_the_newest_night(settings: Settings) -> None:
    for number in (6, 7):
        run(settings, DAVIS, date(2027, 3, number))
    build(settings)
    assert unwell(settings) == {
        "stale city": f"{FRESNO} stands on 2027-03-05, 2 nights behind 2027-03-07; "
        f"see why it failed, then `pulsecity run --city {FRESNO}`"
    }
    shown = CliRunner().invoke(app, ["doctor"])
    assert shown.exit_code == 1
    assert "look stale city: us-ca-fresno" in shown.output


def test_a_night_pulled_and_not_published(settings: Settings) -> None:
    run(settings, DAVIS, date(2027, 3, 6), fails=True)
    found = unwell(settings)
    assert set(found) == {"unpublished night"}
    assert "us-ca-davis: 2027-03-06 pulled but not published" in found["unpublished night"]
    assert "pulsecity run --city us-ca-davis --as-of 2027-03-06" in found["unpublished night"]


def test_a_city_that_never_published_what_it_pulled(settings: Settings) -> None:
    run(settings, "us-ca-sacramento", NIGHTS[-1], fails=True)
    assert "us-ca-sacramento: 2027-03-05" in unwell(settings)["unpublished night"]


def test_gaps_say_whether_the_night_failed_or_was_not_run(settings: Settings) -> None:
    for number in (6, 7, 8):
        run(settings, DAVIS, date(2027, 3, number))
    run(settings, FRESNO, date(2027, 3, 6), fails=True)
    run(settings, FRESNO, date(2027, 3, 8))
    build(settings)
    found = unwell(settings)
    assert set(found) == {"gap"}
    assert "us-ca-fresno: 2027-03-06 (failed), 2027-03-07 (not run) between" in found["gap"]


@pytest.mark.slow
def test_a_gap_of_long_ago_is_history(settings: Settings) -> None:
    run(settings, FRESNO, date(2027, 3, 7))
    run(settings, DAVIS, date(2027, 3, 6))
    for number in range(1, 31):
        for city_id in (DAVIS, FRESNO):
            run(settings, city_id, date(2027, 4, number))
    build(settings)
    assert unwell(settings) == {}


def test_a_night_taken_back(settings: Settings) -> None:
    lake = Lake(settings.lake_dir)
    for city_id in (DAVIS, FRESNO):
        withdraw(lake, city_id, after=NIGHTS[2], at=datetime(2027, 3, 6, tzinfo=UTC))
    build(settings)
    found = [finding for finding in diagnose(settings) if not finding.is_fine]
    assert [finding.subject for finding in found] == ["withdrawn night"] * 2
    assert found[0].message == "us-ca-davis: 2027-03-04, 2027-03-05 taken back"
    assert "`pulsecity publish us-ca-davis --night 2027-03-05`" in found[0].remedy
    for city_id in (DAVIS, FRESNO):
        for night in NIGHTS[3:]:
            run(settings, city_id, night)
    build(settings)
    assert unwell(settings) == {}


def test_a_night_taken_back_and_gone_on_from_is_told_but_fine(settings: Settings) -> None:
    lake = Lake(settings.lake_dir)
    for city_id in (DAVIS, FRESNO):
        withdraw(lake, city_id, after=NIGHTS[3], at=datetime(2027, 3, 6, tzinfo=UTC))
        run(settings, city_id, date(2027, 3, 6))
    build(settings)
    assert unwell(settings) == {}
    told = [finding.message for finding in diagnose(settings) if finding.subject == "withdrawn nights"]
    assert told == ["taken back, and gone on from since: us-ca-davis 2027-03-05, us-ca-fresno 2027-03-05"]


def test_a_city_and_a_source_that_nobody_configures(settings: Settings) -> None:
    run(settings, "us-ca-atlantis", NIGHTS[-1])
    run(settings, DAVIS, NIGHTS[-1], source="telegraph")
    build(settings)
    found = unwell(settings)
    assert set(found) == {"unknown city", "unknown source"}
    assert "us-ca-atlantis" in found["unknown city"]
    assert "telegraph has pages of us-ca-davis" in found["unknown source"]


KEY = {"variable": "MISSING_KEY", "host": "api.example", "place": "query", "name": "k"}


def entry(**more: Any) -> SourceEntry:
    blank = {
        "title": "x",
        "enabled": True,
        "verified_on": date(2027, 1, 1),
        "consent": None,
        "feeds": {},
    }
    return SourceEntry(**(blank | more))


@pytest.mark.parametrize(
    ("changed", "contact", "subjects"),
    [
        ({}, "me@example.org", []),
        ({"enabled": False, "verified_on": None}, None, []),
        ({"verified_on": None}, None, ["source ics"]),
        ({"consent": False}, "me@example.org", ["source ics"]),
        ({}, None, ["live input"]),
        ({"keys": [KEY]}, "me@example.org", ["source ics"]),
        ({"keys": [KEY | {"required": False}]}, "me@example.org", []),
        ({"keys": [KEY | {"variable": "GIVEN_KEY"}]}, "me@example.org", []),
    ],
)
def test_live_sources_that_are_not_ready(changed: dict[str, Any], contact: str | None, subjects: list[str]) -> None:
    found: list[Finding] = list(check_live({"ics": entry(**changed)}, contact, {"GIVEN_KEY": "x"}))
    assert [finding.subject for finding in found] == subjects
    assert not any(finding.is_fine for finding in found)


def test_feeds_unwell_for_several_nights(settings: Settings) -> None:
    for number in (6, 7):
        for city_id in (DAVIS, FRESNO):
            run(settings, city_id, date(2027, 3, number), state="failing", reason="HTML page")
    build(settings)
    assert unwell(settings) == {}
    run(settings, DAVIS, date(2027, 3, 8), state="degraded", reason="cut short")
    run(settings, FRESNO, date(2027, 3, 8))
    build(settings)
    found = unwell(settings)
    assert set(found) == {"feeds unwell"}
    assert "us-ca-davis: ics/city_library degraded for 3 nights (cut short)" in found["feeds unwell"]


@pytest.mark.parametrize("change", ["published", "withdrawn", "missing"])
def test_a_warehouse_that_is_not_what_is_published(settings: Settings, change: str) -> None:
    lake = Lake(settings.lake_dir)
    if change == "published":
        run(settings, DAVIS, NIGHTS[-1])
    elif change == "withdrawn":
        withdraw(lake, DAVIS, after=NIGHTS[3], at=datetime(2027, 3, 6, tzinfo=UTC))
    else:
        settings.warehouse_path.unlink()
    found = unwell(settings)["warehouse"]
    assert "pulsecity publish" in found
    assert ("2027-03-05" in found) == (change != "missing")


def test_a_home_without_its_configuration(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    assert f"{tmp_path / 'home'} has no dagster.yaml" in unwell(settings)["Dagster home"]


def test_nothing_published_and_nothing_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    assert "run `pulsecity run`" in unwell(Settings(data_dir=tmp_path))["published nights"]
    (tmp_path / "cities.yaml").write_text("cities: 7\n")
    assert set(unwell(Settings(data_dir=tmp_path))) == {"configuration"}
