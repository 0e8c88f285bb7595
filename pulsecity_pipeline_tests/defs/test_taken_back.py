"""A city's night taken back by the command line, run again, or let hold again: real nights of the toy city."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from pulsecity_pipeline.cli import app
from pulsecity_pipeline.commands.dagster_home import REPOSITORY
from pulsecity_pipeline.contracts import STORED_TABLES, Body, Page
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline_tests.commands.test_bad_input import check_refused, pulsecity
from pulsecity_pipeline_tests.defs.toy import CITY, VENUE, calendar, entry, run_job, toy_pages, write_pages

NIGHTS = ("2027-03-01", "2027-03-02", "2027-03-03")
#: What a run cost and who published when is another each time.
TABLES = [t for t in STORED_TABLES.values() if t.table not in ("metrics.run_costs", "ops.published", "raw.bodies")]


def night_pages(root: Path, night: str, *more: str) -> Path:
    """The toy city, where downtown announces something new each night."""
    pages = toy_pages(root / night)
    found = [entry(f"n{night}@x", f"Opening of {night}", "20270320T190000", VENUE), *more]
    return write_pages(pages, {f"ics/{CITY}/news.ics": calendar(*found)})


GOOD = entry("choir2@x", "Autumn Choir Gala", "20271005T190000", VENUE)
BAD = entry("spam@x", "Every Single Thing At Once", "20270321T190000", VENUE)


def published_rows(data: Path) -> dict[str, pl.DataFrame]:
    lake = Lake(data / "lake")
    return {table.table: scan_all_published(lake, table).collect().sort(table.key) for table in TABLES}


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("back")
    for night in NIGHTS[:2]:
        assert run_job("city", root / "data", night_pages(root, night), as_of=night).success
    return root


@pytest.fixture
def data(two_nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three nights, the third with what should not have been published, and the warehouse of them."""
    copied = Path(shutil.copytree(two_nights / "data", tmp_path / "data"))
    assert run_job("city", copied, night_pages(tmp_path, NIGHTS[2], BAD), as_of=NIGHTS[2]).success
    assert run_job("close", copied, as_of=NIGHTS[2]).success
    monkeypatch.setenv("PULSECITY_DATA_DIR", str(copied))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    shutil.copy(REPOSITORY / "dagster.yaml", tmp_path)
    return copied


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def warehouse(data: Path, sql: str) -> list[tuple[object, ...]]:
    return query_warehouse(data / "warehouse.duckdb", sql).rows()


@pytest.mark.slow
def test_the_night_run_again_goes_on_from_the_second(data: Path, two_nights: Path, tmp_path: Path) -> None:
    assert warehouse(data, "SELECT count(*) FROM clean.events WHERE title LIKE 'Every%'") == [(1,)]
    shown = invoke("rollback", CITY)
    assert shown.exit_code == 0, shown.output
    assert all(word in shown.output for word in (CITY, NIGHTS[2], NIGHTS[1], "→"))
    assert warehouse(data, "SELECT city_id, night::VARCHAR FROM latest_nights") == [(CITY, NIGHTS[1])]
    assert warehouse(data, "SELECT count(*) FROM clean.events WHERE title LIKE 'Every%'") == [(0,)]
    for table in TABLES:
        if table.history and table is not Body:
            last = warehouse(data, f"SELECT max({table.history})::VARCHAR FROM {table.table}")
            assert last in ([(NIGHTS[1],)], [(None,)]), table.table
    assert "2027-03-03" in set(Lake(data / "lake").scan(Page).collect()["night"].cast(pl.String))

    again = night_pages(tmp_path / "again", NIGHTS[2], GOOD)
    assert run_job("city", data, again, as_of=NIGHTS[2]).success
    never = Path(shutil.copytree(two_nights / "data", tmp_path / "never"))
    assert run_job("city", never, again, as_of=NIGHTS[2]).success
    found, expected = published_rows(data), published_rows(never)
    for table in TABLES:
        assert found[table.table].equals(expected[table.table]), table.table


def test_another_night_after_it_sees_nothing_of_it(data: Path, tmp_path: Path) -> None:
    assert invoke("rollback", CITY).exit_code == 0
    fourth = "2027-03-04"
    assert run_job("city", data, night_pages(tmp_path, fourth), as_of=fourth).success
    rows = published_rows(data)
    histories = [table for table in TABLES if table.history]
    nights = {str(night) for table in histories for night in rows[table.table][table.history or ""].unique()}
    assert nights == {*NIGHTS[:2], fourth}
    assert not any("Every" in title for title in rows["clean.listings"]["title"])


def test_a_dry_run_changes_nothing(data: Path) -> None:
    before, published = (
        (data / "warehouse.duckdb").read_bytes(),
        Lake(data / "lake").scan(STORED_TABLES["ops.published"]),
    )
    shown = invoke("rollback", "--all", "--to", NIGHTS[0], "--dry-run")
    assert shown.exit_code == 0
    assert f"{NIGHTS[2]}" in shown.output
    assert (data / "warehouse.duckdb").read_bytes() == before
    assert published.collect()["withdrawn_at"].null_count() == published.collect().height


def test_a_night_taken_back_holds_again(data: Path) -> None:
    before = published_rows(data)
    assert invoke("rollback", "--all", "--to", NIGHTS[0]).exit_code == 0
    assert warehouse(data, "SELECT night::VARCHAR FROM latest_nights") == [(NIGHTS[0],)]
    shown = invoke("publish", CITY, "--night", NIGHTS[2])
    assert shown.exit_code == 0
    assert f"{CITY}: {NIGHTS[1]}, {NIGHTS[2]} holds again" in shown.output
    assert warehouse(data, "SELECT night::VARCHAR FROM latest_nights") == [(NIGHTS[2],)]
    after = published_rows(data)
    assert all(after[name].equals(frame) for name, frame in before.items())


def test_publish_alone_builds_the_warehouse_anew(data: Path) -> None:
    (data / "warehouse.duckdb").unlink()
    assert invoke("publish").exit_code == 0
    assert warehouse(data, "SELECT night::VARCHAR FROM latest_nights") == [(NIGHTS[2],)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rollback",), ("name cities, or --all",)),
        (("rollback", CITY, "--all"), ("name cities, or --all",)),
        (("rollback", "us-ca-fresno"), ("us-ca-fresno", "nothing is published")),
        (("rollback", CITY, "--to", "2027-02-01"), ("2027-02-01", "not published")),
        (("rollback", CITY, "--to", "soon"), ("--to soon", "YYYY-MM-DD")),
        (("publish", CITY), ("--night",)),
        (("publish", CITY, "--night", NIGHTS[2]), (CITY, "holds already")),
        (("publish", CITY, "--night", "2027-03-09"), ("never published", "pulsecity run")),
        (("sql", "select 1", "--as-known", "2027-01-01"), ("nothing was published", NIGHTS[0])),
    ],
)
@pytest.mark.slow
def test_refusals_are_one_line(data: Path, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    before = (data / "warehouse.duckdb").read_bytes()
    check_refused(pulsecity(data, *arguments), *words)
    assert (data / "warehouse.duckdb").read_bytes() == before
