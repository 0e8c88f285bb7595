"""A failed check leaves its city on the last good night, in every table, while the other city moves on."""

import logging
import shutil
from collections.abc import Iterator
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from pulsecity_pipeline.city_run import resolving
from pulsecity_pipeline.city_run.listing import list_readings
from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.cli import app
from pulsecity_pipeline.commands import run as run_command
from pulsecity_pipeline.commands.dagster_home import REPOSITORY
from pulsecity_pipeline.contracts import Published
from pulsecity_pipeline.defs.assets import listings as listings_asset
from pulsecity_pipeline.defs.executing import run_city, run_close
from pulsecity_pipeline.entities.resolution import resolve_city
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_lake, query_warehouse
from pulsecity_pipeline.store.warehouse import warehouse_tables
from pulsecity_pipeline_tests.defs.toy import CITY, calendar, entry, write_pages

FRESNO = "us-ca-fresno"
NIGHT_1, NIGHT_2, NIGHT_3 = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)


class RunsHere:
    """The runs of a night one after the other in this process, where a fault can be planted."""

    def __init__(self, jobs: int, request: NightRequest) -> None:
        self.stages = get_context("spawn").Queue()

    def __enter__(self) -> "RunsHere":
        return self

    def __exit__(self, *_: object) -> None:
        self.stages.close()

    def run_cities(self, city_ids: list[str], request: NightRequest) -> Iterator[RunOutcome]:
        for city_id in city_ids:
            yield run_city(city_id, request)

    def run_close(self, request: NightRequest) -> RunOutcome:
        return run_close(request)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for night in (NIGHT_1, NIGHT_2, NIGHT_3):
        write_pages(
            tmp_path / "nights" / str(night), {f"ics/{city}/a.ics": feed(city, night) for city in (CITY, FRESNO)}
        )
    monkeypatch.setattr(run_command, "LocalRuns", RunsHere)
    monkeypatch.setenv("PULSECITY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PULSECITY_INPUT", f"replay:{tmp_path / 'nights'}")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    shutil.copy(REPOSITORY / "dagster.yaml", tmp_path)
    logging.getLogger("pulsecity_pipeline.stage").setLevel(logging.CRITICAL)
    return tmp_path / "data"


def feed(city: str, night: date) -> str:
    return calendar(
        entry(f"a1@{city}", "Spring Choir Recital", "20270305T190000", "LOCATION:Willow Hall"),
        entry(f"a2-{night}@{city}", f"Opening of {night}", "20270307T110000", "LOCATION:G Street"),
    )


def run(night: date) -> tuple[int, str]:
    made = CliRunner().invoke(app, ["run", "--as-of", str(night)], catch_exceptions=False)
    return made.exit_code, made.output


def spoil_listings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of Fresno's listings in the second night one lies at latitude 200."""

    def spoiled(*args: object, **kwargs: object) -> object:
        made = list_readings(*args, **kwargs)  # type: ignore[arg-type]
        if kwargs["city"].city_id == FRESNO and kwargs["night"] == NIGHT_2:  # type: ignore[attr-defined]
            object.__setattr__(made, "listings", made.listings.with_columns(latitude=pl.lit(200.0)))
        return made

    monkeypatch.setattr(listings_asset, "list_readings", spoiled)


def spoil_venues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of Fresno's venues in the second night none has a name: listings and feed health are written by then."""

    def spoiled(*args: object, **kwargs: object) -> object:
        made = resolve_city(*args, **kwargs)  # type: ignore[arg-type]
        if kwargs["city_id"] == FRESNO and kwargs["night"] == NIGHT_2:
            object.__setattr__(made, "venues", made.venues.with_columns(name=pl.lit(None, dtype=pl.String)))
        return made

    monkeypatch.setattr(resolving, "resolve_city", spoiled)


@pytest.mark.parametrize(
    ("plant", "broken"),
    [
        pytest.param(spoil_listings, "clean/listings: contract", marks=pytest.mark.slow),
        pytest.param(spoil_venues, "clean/venues: contract", marks=pytest.mark.slow),
    ],
)
def test_the_failed_city_stays_and_the_other_moves_on(
    data: Path, monkeypatch: pytest.MonkeyPatch, plant: object, broken: str
) -> None:
    code, printed = run(NIGHT_1)
    assert code == 0, printed
    before = rows_of(data, FRESNO)
    plant(monkeypatch)  # type: ignore[operator]
    code, printed = run(NIGHT_2)
    assert code == 1
    assert f"failed  {FRESNO}: {broken}" in printed
    assert "night 2027-03-02: 3 of 4 places published" in printed
    published = Lake(data / "lake").scan(Published).group_by("city_id").agg(pl.col("night").unique().sort()).collect()
    nights = dict(published.iter_rows())
    assert (nights[CITY], nights[FRESNO]) == ([NIGHT_1, NIGHT_2], [NIGHT_1])
    assert nights_in_warehouse(data) == {CITY: {NIGHT_1, NIGHT_2}, FRESNO: {NIGHT_1}}
    assert newest_titles(data) == {(CITY, "Opening of 2027-03-02"), (FRESNO, "Opening of 2027-03-01")}
    assert rows_of(data, FRESNO) == before
    if plant is spoil_listings:
        # The night after holds again, and what failed in between is not shown with it.
        assert run(NIGHT_3)[0] == 0
        assert nights_in_warehouse(data) == {CITY: {NIGHT_1, NIGHT_2, NIGHT_3}, FRESNO: {NIGHT_1, NIGHT_3}}
        assert query_lake(Lake(data / "lake"), f"FROM metrics.source_health WHERE city_id = '{FRESNO}'").height == 2


def nights_in_warehouse(data: Path) -> dict[str, set[date]]:
    found: dict[str, set[date]] = {CITY: set(), FRESNO: set()}
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        for table in warehouse_tables():
            if table.history:
                sql = f"SELECT DISTINCT {table.partition}, {table.history} FROM {table.table}"
                for city, night in connection.sql(sql).fetchall():
                    found.setdefault(city, set()).add(night)
    return {city: found[city] for city in (CITY, FRESNO)}


def newest_titles(data: Path) -> set[tuple[str, str]]:
    """Of the openings, one announced each night, those that each city's latest night has seen."""
    sql = """SELECT city_id, title FROM clean.events JOIN latest_nights USING (city_id)
             WHERE title LIKE 'Opening%' AND last_seen_at::DATE = night"""
    return set(query_warehouse(data / "warehouse.duckdb", sql).rows())


def rows_of(data: Path, city: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a city in the warehouse, table by table."""
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        return {
            table.table: connection.execute(
                f"FROM {table.table} WHERE {table.partition} = ? ORDER BY ALL", [city]
            ).fetchall()
            for table in warehouse_tables()
        }
