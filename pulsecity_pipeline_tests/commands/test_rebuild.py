"""`pulsecity rebuild`: from raw alone to the same rows, also without the oldest pages, and in place of the old lake."""

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.city_run.night import NightRequest
from pulsecity_pipeline.contracts import Body, Event, Page, Published
from pulsecity_pipeline.store.hashing import hash_tables
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import publish_city
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline_tests.commands.test_bad_input import check_refused, pulsecity
from pulsecity_pipeline_tests.defs.toy import CITY, NEIGHBOUR, run_job, toy_nights

pytestmark = pytest.mark.slow
NIGHTS = [date(2027, 3, number) for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights of two cities; the city's second night was pulled and never published."""
    root = tmp_path_factory.mktemp("rebuild")
    pages = toy_nights(root / "pages")
    for night in NIGHTS:
        for city in (CITY, NEIGHBOUR, "online", "elsewhere"):
            if (city, night) != (CITY, NIGHTS[1]):
                assert run_job("city", root / "data", pages, as_of=night.isoformat(), city=city).success
            else:
                pull_only(NightRequest(root / "data", f"replay:{pages}", 7, night, part="pull"), root)
    assert run_job("close", root / "data", as_of=NIGHTS[-1].isoformat()).success
    return root / "data"


def pull_only(request: NightRequest, home: Path) -> None:
    from pulsecity_pipeline.defs.executing import run_city

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
        (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
        outcome = run_city(CITY, request)
    assert outcome.is_published
    assert outcome.counts == {}


@pytest.fixture
def data_dir(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "data"))


def rebuild(data_dir: Path, *options: str, fails: bool = False) -> str:
    ran = pulsecity(data_dir, "rebuild", *options, seconds=900)
    assert ran.returncode == (1 if fails else 0), ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_everything_comes_from_raw(data_dir: Path) -> None:
    (data_dir / "cities.yaml").write_text("cities: []\n")
    printed = rebuild(data_dir)
    assert "DIFFERS" not in printed
    assert "kept whole" not in printed
    rebuilt = data_dir / "rebuilt"
    old, new = Lake(data_dir / "lake"), Lake(rebuilt / "lake")
    assert hash_tables(new).equals(hash_tables(old))
    pages = new.scan(Page, partitions=[CITY]).collect()
    assert sorted(pages["night"].unique()) == NIGHTS, "what was pulled and never published is kept, too"
    nights = new.scan(Published).filter(pl.col("city_id") == CITY).collect()["night"].unique().sort()
    assert nights.to_list() == [NIGHTS[0], NIGHTS[2]]
    assert (rebuilt / "cities.yaml").exists()
    assert query_warehouse(rebuilt / "warehouse.duckdb", "SELECT count(*) AS n FROM clean.events")["n"][0] > 5
    check_refused(pulsecity(data_dir, "rebuild"), "rebuilt", "not empty")


def test_after_old_pages_are_dropped_it_starts_from_what_was_published(data_dir: Path) -> None:
    lake = Lake(data_dir / "lake")
    for city in (CITY, NEIGHBOUR):
        lake.replace(Page, Page.empty(), partition=city, night=NIGHTS[0])
        needed = lake.scan(Page, partitions=[city]).collect()["body_sha256"].drop_nulls()
        bodies = lake.scan(Body, partitions=[city]).collect()
        lake.replace(Body, bodies.filter(pl.col("body_sha256").is_in(needed.implode())), partition=city)
    before = hash_tables(lake)
    printed = rebuild(data_dir)
    assert "kept whole from 2027-03-02" in printed
    after = hash_tables(Lake(data_dir / "rebuilt" / "lake"))
    # What was published of raw holds what has been dropped since.
    differing = before.join(after, on=["table_name", "sha256"], how="anti")["table_name"].to_list()
    assert differing == ["raw.bodies", "raw.pages"]
    rebuilt = Lake(data_dir / "rebuilt" / "lake").scan(Page).collect()
    assert rebuilt.sort("page_id").equals(lake.scan(Page).collect().sort("page_id"))


def test_a_row_that_raw_does_not_give_is_found(data_dir: Path) -> None:
    lake = Lake(data_dir / "lake")
    events = lake.scan(Event, partitions=[CITY]).collect()
    forged = events.with_columns(
        title=pl.when(pl.col("event_id") == events["event_id"].min()).then(pl.lit("Forged")).otherwise("title")
    )
    version = lake.replace(Event, forged, partition=CITY)
    rows = lake.scan(Published, partitions=[CITY], night=NIGHTS[-1]).collect()
    publish_city(
        lake,
        city_id=CITY,
        night=NIGHTS[-1],
        versions=dict(rows.select("table_name", "version").rows()) | {Event.table: version},
        row_counts=dict(rows.select("table_name", "row_count").rows()),
        run_id="forger",
        at=rows.item(0, "published_at"),
    )
    printed = rebuild(data_dir, "--city", CITY, fails=True)
    assert [line.split()[1] for line in printed.splitlines() if "DIFFERS" in line] == ["clean.events"]


def test_one_city_in_place_of_the_old_lake(data_dir: Path) -> None:
    lake = Lake(data_dir / "lake")
    before = hash_tables(lake)
    check_refused(pulsecity(data_dir, "rebuild", "--replace", "--kept-as", "../x"), "--kept-as", "beside")
    # A lost file of the city: nothing but raw and what is published is needed.
    Path(lake.file_uris(Event, partitions=[CITY])[0]).unlink()
    printed = rebuild(data_dir, "--city", CITY, "--replace", "--kept-as", "lake.old")
    assert "unreadable" in printed
    assert (data_dir / "lake.old").is_dir()
    assert not (data_dir / "rebuilt").exists()
    assert hash_tables(Lake(data_dir / "lake")).equals(before)
    assert query_warehouse(data_dir / "warehouse.duckdb", "SELECT count(*) AS n FROM clean.events")["n"][0] > 5
    check_refused(pulsecity(data_dir, "rebuild", "--replace", "--kept-as", "lake.old"), "lake.old", "exists")


def test_nothing_to_rebuild_is_said(tmp_path: Path) -> None:
    check_refused(pulsecity(tmp_path, "rebuild"), "no pages")


@pytest.mark.drill
def test_the_sandbox_with_confirmed_pages_and_dead_feeds(tmp_path: Path) -> None:
    chosen = [part for city in ("us-tx-austin", "de-berlin") for part in ("--city", city)]
    for night in NIGHTS:
        assert pulsecity(tmp_path, "run", "--as-of", night.isoformat(), *chosen, seconds=900).returncode == 0
    outcomes = Lake(tmp_path / "lake").scan(Page).collect()["outcome"]
    assert set(outcomes) == {"ok", "not_modified", "failed"}
    assert "DIFFERS" not in rebuild(tmp_path)
