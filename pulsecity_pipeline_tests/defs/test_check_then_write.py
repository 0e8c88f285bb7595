"""A failed blocking check leaves the city red and nothing of the step written; other cities go on."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.city_run.listing import list_readings
from pulsecity_pipeline.city_run.night import NightRequest
from pulsecity_pipeline.contracts import Listing, Published
from pulsecity_pipeline.defs.assets import listings as listings_asset
from pulsecity_pipeline.defs.executing import run_city
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.defs.toy import CITY, DOWNTOWN, run_job, toy_pages, write_pages

OTHER = "us-ca-fresno"


def test_a_broken_contract_writes_nothing_and_blocks_its_city_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = write_pages(toy_pages(tmp_path / "pages"), {f"ics/{OTHER}/downtown.ics": DOWNTOWN})
    genuine = list_readings

    def spoil(*args: object, **kwargs: object) -> object:
        made = genuine(*args, **kwargs)  # type: ignore[arg-type]
        if kwargs["city"].city_id == CITY:  # type: ignore[attr-defined]
            object.__setattr__(made, "listings", made.listings.with_columns(latitude=pl.lit(200.0)))
        return made

    monkeypatch.setattr(listings_asset, "list_readings", spoil)
    red, green = (run_job("city", tmp_path / "data", pages, city=city) for city in (CITY, OTHER))
    lake = Lake(tmp_path / "data" / "lake")
    assert not red.success
    failed = [
        check for check in red.get_asset_check_evaluations() if not check.passed and check.check_name == "contract"
    ]
    assert [check.partition for check in failed] == [CITY]
    assert lake.scan(Listing, partitions=[CITY]).collect().is_empty()
    assert lake.scan(Published, partitions=[CITY]).collect().is_empty()
    assert green.success
    assert lake.scan(Published, partitions=[OTHER]).collect().height > 0


def test_a_fault_that_got_into_the_lake_does_not_get_into_the_warehouse(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run_job("city", data, toy_pages(tmp_path / "pages")).success
    assert run_job("close", data).success
    before = (data / "warehouse.duckdb").read_bytes()
    lake = Lake(data / "lake")
    spoiled = lake.scan(Listing, partitions=[CITY]).collect().with_columns(latitude=pl.lit(200.0))
    lake.replace(Listing, spoiled, partition=CITY)
    published = lake.scan(Published, partitions=[CITY]).collect()
    moved = published.with_columns(
        version=pl.when(table_name="clean.listings").then(pl.lit(lake.version(Listing))).otherwise("version")
    )
    lake.replace(Published, moved.cast(published.schema), partition=CITY, night=date(2027, 3, 1))
    red = run_job("close", data)
    assert not red.success
    (gate,) = red.get_asset_check_evaluations()
    assert (gate.check_name, gate.passed) == ("great_expectations", False)
    assert "clean.listings: between(latitude)" in str(gate.metadata["broken"].value)
    assert (data / "warehouse.duckdb").read_bytes() == before


def test_a_blocked_city_says_so_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = toy_pages(tmp_path / "pages")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setattr(listings_asset, "check_accounting", lambda health: health.head(1))
    outcome = run_city(CITY, NightRequest(tmp_path / "data", f"replay:{pages}", 7, date(2027, 3, 1)))
    assert not outcome.is_published
    assert any(line.startswith("metrics/source_health: accounting") for line in outcome.problems), outcome.problems
    assert any("nothing written" in line for line in outcome.problems)
    assert any(line.startswith("metrics/source_health: feeds_are_well") for line in outcome.warnings)
