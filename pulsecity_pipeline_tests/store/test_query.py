"""Queries: the warehouse read-only, the lake as published, and one clear line for what is wrong."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import Event, Listing, RankedEvent
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_lake, query_warehouse
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline_tests.store.rows import DAVIS
from pulsecity_pipeline_tests.store.world import CHOIR, build_world


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(tmp_path_factory.mktemp("query") / "my lake")
    build_world(lake)
    return lake


@pytest.fixture(scope="module")
def path(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "warehouse.duckdb"
    build_warehouse(lake, path)
    return path


def test_a_missing_warehouse_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "none.duckdb"
    with pytest.raises(ConfigurationError, match=f"^no warehouse at {path}: run `pulsecity run` first$"):
        query_warehouse(path, "SELECT 1")
    assert not path.exists()


def test_a_file_that_is_no_warehouse(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_text("not a database" * 1000)
    with pytest.raises(ConfigurationError, match=f"warehouse {path} cannot be opened: "):
        query_warehouse(path, "SELECT 1")


def test_parameters_fill_the_marks(path: Path) -> None:
    found = query_warehouse(path, "SELECT title FROM clean.events WHERE event_id = ?", [CHOIR])
    assert found["title"].to_list() == ["Choir's evening"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [("selec 1", "sql: Parser Error"), ("FROM nowhere", "sql: Catalog Error"), ("SELECT 'a'::INT", "sql: Conversion")],
)
def test_wrong_sql_is_one_clear_line(path: Path, sql: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        query_warehouse(path, sql)
    assert "\n" not in str(caught.value)


def test_the_warehouse_cannot_be_changed(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="read-only"):
        query_warehouse(path, "DELETE FROM clean.events")
    assert query_warehouse(path, "FROM clean.events").height == 6


def test_statements_without_rows_give_an_empty_frame(path: Path) -> None:
    assert query_warehouse(path, "SET threads = 1").height == 0


def test_moments_come_in_utc(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    found = query_warehouse(
        path, "SELECT starts_at, starts_at::VARCHAR AS said FROM clean.events WHERE event_id = ?", [CHOIR]
    )
    assert str(found["starts_at"][0]) == "2026-08-30 02:00:00+00:00"
    assert found["said"].to_list() == ["2026-08-30 02:00:00+00"]


def test_the_lake_answers_like_the_warehouse(lake: Lake, path: Path) -> None:
    for sql in ("FROM cities_overview ORDER BY city_id", f"FROM events_on('{DAVIS}', '2026-08-29')"):
        assert query_lake(lake, sql).equals(query_warehouse(path, sql))
    for table in (Listing, RankedEvent):
        assert query_lake(lake, f"FROM {table.table} LIMIT 0").schema == table.polars_schema()


def test_the_lake_has_the_bodies(lake: Lake) -> None:
    assert query_lake(lake, "SELECT body FROM raw.bodies LIMIT 1")["body"].to_list() == [b"BEGIN:VCALENDAR"]


def test_the_lake_is_read_as_published(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    build_world(lake)
    lake.replace(Event, Event.empty(), partition=DAVIS)
    assert query_lake(lake, "FROM clean.events").height == 6
    assert query_lake(Lake(tmp_path / "empty"), "FROM clean.events").equals(Event.empty())
