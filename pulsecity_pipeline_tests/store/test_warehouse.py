"""The warehouse: what is in it, how it replaces the old one, and what a failure leaves behind."""

from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import STORED_TABLES, Body, CityPulse, Event, Venue
from pulsecity_pipeline.store import relations, warehouse
from pulsecity_pipeline.store.errors import WarehouseError
from pulsecity_pipeline.store.files import scan_files
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline.store.warehouse import build_warehouse, warehouse_tables
from pulsecity_pipeline.store.warehouse_ddl import duckdb_type
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, ROMA, an_id, publish, rows
from pulsecity_pipeline_tests.store.world import build_world


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    build_warehouse(Lake(folder / "lake"), folder / "w.duckdb")
    return folder / "w.duckdb"


def put_venue(lake: Lake, city_id: str, number: int) -> None:
    venue = {"venue_id": an_id("ven", number), "city_id": city_id, "name": f"Hall {number}"}
    lake.replace(Venue, rows(Venue, venue), partition=city_id)


def names(path: Path) -> list[str]:
    return query_warehouse(path, "SELECT name FROM clean.venues ORDER BY name")["name"].to_list()


def test_it_holds_every_table_but_the_bodies(lake: Lake, tmp_path: Path) -> None:
    build_world(lake)
    path = tmp_path / "warehouse.duckdb"
    built = {table.name: table.rows for table in build_warehouse(lake, path)}
    assert built.keys() == STORED_TABLES.keys() - {Body.table}
    assert {
        name: built[name] for name in ("clean.events", "clean.listings", "ops.published", "features.city_days")
    } == {
        "clean.events": 6,
        "clean.listings": 3,
        "ops.published": 18,
        "features.city_days": 0,
    }
    for table in warehouse_tables():
        stored = query_warehouse(path, f"FROM {table.table}")
        assert stored.schema == table.polars_schema()
        head = lake.scan(table).collect()
        assert stored.sort(table.key).equals(head.sort(table.key))


def test_it_shows_what_is_published_not_the_head(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    put_venue(lake, DAVIS, 1)
    publish(lake, DAVIS, NIGHT_1, Venue)
    put_venue(lake, ROMA, 2)
    publish(lake, ROMA, NIGHT_2, Venue)
    put_venue(lake, DAVIS, 3)
    build_warehouse(lake, path)
    assert names(path) == ["Hall 1", "Hall 2"]
    publish(lake, DAVIS, NIGHT_3, Venue)
    build_warehouse(lake, path)
    assert names(path) == ["Hall 2", "Hall 3"]
    build_warehouse(lake, path, up_to=NIGHT_1)
    assert names(path) == ["Hall 1"]
    assert query_warehouse(path, "FROM meta.build SELECT city_id, table_name, night, version, row_count").rows() == [
        (DAVIS, "clean.venues", NIGHT_1, 1, 1),
        (DAVIS, "ops.published", NIGHT_1, 3, 1),
    ]


def test_history_ends_with_the_published_night(lake: Lake, tmp_path: Path) -> None:
    for night in (NIGHT_1, NIGHT_2, NIGHT_1):
        lake.replace(CityPulse, rows(CityPulse, {"city_id": DAVIS, "night": night}), partition=DAVIS, night=night)
        publish(lake, DAVIS, night, CityPulse)
    path = tmp_path / "w.duckdb"
    build_warehouse(lake, path, up_to=NIGHT_1)
    assert query_warehouse(path, "SELECT night FROM metrics.city_pulse").rows() == [(NIGHT_1,)]


def test_only_chosen_tables_are_loaded(lake: Lake, tmp_path: Path) -> None:
    build_world(lake)
    built = build_warehouse(lake, tmp_path / "w.duckdb", tables=[Event])
    assert {table.name for table in built if table.rows} == {"clean.events", "ops.published"}


def test_an_empty_lake_makes_an_empty_warehouse(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "new" / "w.duckdb"
    assert sum(table.rows for table in build_warehouse(lake, path)) == 0
    assert query_warehouse(path, "FROM cities_overview").is_empty()


def test_an_open_reader_keeps_the_old_file(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    put_venue(lake, DAVIS, 1)
    publish(lake, DAVIS, NIGHT_1, Venue)
    build_warehouse(lake, path)
    # Connections of one process share an open file by path; another path stands for another process.
    link = tmp_path / "reader.duckdb"
    link.hardlink_to(path)
    with duckdb.connect(str(link), read_only=True) as reader:
        put_venue(lake, DAVIS, 2)
        publish(lake, DAVIS, NIGHT_2, Venue)
        build_warehouse(lake, path)
        assert reader.execute("SELECT name FROM clean.venues").fetchall() == [("Hall 1",)]
        assert names(path) == ["Hall 2"]


def test_a_failed_build_keeps_the_old_and_leaves_nothing(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    put_venue(lake, DAVIS, 1)
    publish(lake, DAVIS, NIGHT_1, Venue)
    build_warehouse(lake, path)
    put_venue(lake, ROMA, 1)
    publish(lake, ROMA, NIGHT_1, Venue)
    with pytest.raises(WarehouseError, match=r"^clean\.venues: Constraint Error: .*duplicate key"):
        build_warehouse(lake, path)
    assert names(path) == ["Hall 1"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lake", "w.duckdb"]


def test_wrong_views_are_a_failed_build(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse, "views_sql", lambda: "CREATE VIEW broken AS SELECT nothing")
    with pytest.raises(WarehouseError, match="Binder Error"):
        build_warehouse(lake, tmp_path / "w.duckdb")
    assert list(tmp_path.glob("w.duckdb*")) == []


def test_what_an_interrupted_build_left_is_written_over(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getpid", lambda: 77)
    (tmp_path / "w.duckdb.tmp-77").write_bytes(b"half a file")
    build_warehouse(lake, tmp_path / "w.duckdb")
    assert [file.name for file in tmp_path.iterdir()] == ["w.duckdb"]


def test_a_folder_that_cannot_be_written_is_one_clear_line(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="is not writable"):
        build_warehouse(lake, tmp_path / "file" / "w.duckdb")


def test_files_open_in_duckdb_1_5(empty: Path) -> None:
    tags = query_warehouse(empty, "SELECT tags FROM duckdb_databases() WHERE NOT internal")["tags"].to_list()
    assert "v1.5.0" in str(tags)


def test_keys_and_not_null_are_declared(empty: Path) -> None:
    found = query_warehouse(
        empty,
        """SELECT schema_name || '.' || table_name AS name, constraint_column_names AS key
           FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'""",
    )
    assert {name: tuple(key) for name, key in found.rows()} == {t.table: t.key for t in warehouse_tables()}
    nullable = query_warehouse(
        empty, "SELECT column_name FROM duckdb_columns() WHERE table_name = 'published' AND is_nullable"
    )
    assert nullable["column_name"].to_list() == ["withdrawn_at"]
    about_venues = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'venues' AND is_nullable ORDER BY ALL"
    assert query_warehouse(empty, about_venues)["column_name"].to_list() == [
        "address",
        "capacity",
        "latitude",
        "longitude",
        "parent_venue_id",
    ]


def test_every_table_column_and_view_has_its_comment(empty: Path) -> None:
    tables = query_warehouse(empty, "SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()")
    comments = dict(tables.rows())
    for table in warehouse_tables():
        assert comments[table.table].startswith(" ".join((table.__doc__ or "").split()))
    assert "raw.bodies" in comments["raw.pages"]
    columns = query_warehouse(
        empty, "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    )
    said = {(table, column): comment for table, column, comment in columns.rows()}
    for table in warehouse_tables():
        for name, field in table.model_fields.items():
            assert said[table.table, name] == field.description
    views = query_warehouse(empty, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal")
    assert views.height >= 10
    assert views["comment"].null_count() == 0


def test_a_lake_on_an_object_store_goes_through_arrow(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_world(lake)
    through_arrow = Mock(side_effect=scan_files)
    monkeypatch.setattr(Lake, "is_remote", property(lambda self: True))
    monkeypatch.setattr(relations, "scan_files", through_arrow)
    build_warehouse(lake, tmp_path / "w.duckdb")
    assert Event in [call.args[0] for call in through_arrow.call_args_list]
    events = query_warehouse(tmp_path / "w.duckdb", "FROM clean.events")
    assert events.sort("event_id").equals(lake.scan(Event).collect().sort("event_id"))


@pytest.mark.parametrize("table", warehouse_tables(), ids=lambda table: table.table)
def test_every_type_has_a_duckdb_type(table: type[Event]) -> None:
    assert all(duckdb_type(kind) for kind in table.polars_schema().values())
