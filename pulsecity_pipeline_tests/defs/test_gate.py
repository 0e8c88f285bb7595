"""The gate looks at what is new to the warehouse, however it came into the lake, and at everything where it must."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Event, Published, SourceHealth, Table
from pulsecity_pipeline.defs.assets import warehouse as warehouse_asset
from pulsecity_pipeline.quality.gx_suite import validate_with_gx
from pulsecity_pipeline.quality.outcome import CheckOutcome
from pulsecity_pipeline.store import holdings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline_tests.defs.toy import CITY, run_job, toy_pages

NIGHT_1, NIGHT_2 = date(2027, 3, 1), date(2027, 3, 2)

Frames = dict[type[Table], pl.DataFrame]


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("gate")
    pages = toy_pages(root / "pages")
    for night in (NIGHT_1, NIGHT_2):
        assert run_job("city", root / "data", pages, as_of=str(night)).success
        if night == NIGHT_1:
            assert close(root / "data", NIGHT_1) == []
    return root / "data"


@pytest.fixture
def data(two_nights: Path, tmp_path: Path) -> Path:
    """One night in the warehouse, and a second one published after it."""
    return Path(shutil.copytree(two_nights, tmp_path / "data"))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Frames:
    """What the gate was given last."""
    given: Frames = {}

    def watch(frames: Mapping[type[Table], pl.DataFrame]) -> list[CheckOutcome]:
        given.update(frames)
        return validate_with_gx(frames)

    monkeypatch.setattr(warehouse_asset, "validate_with_gx", watch)
    return given


def close(data: Path, night: date = NIGHT_2) -> list[str]:
    """Broken expectations, as the check tells them; none where the warehouse was replaced."""
    before = stamp(data)
    done = run_job("close", data, as_of=str(night))
    (gate,) = done.get_asset_check_evaluations()
    assert done.success == gate.passed == (stamp(data) != before)
    assert sorted(path.name for path in data.glob("warehouse*")) == ["warehouse.duckdb"]
    broken = gate.metadata["broken"].value
    assert isinstance(broken, list)
    return [str(line) for line in broken]


def stamp(data: Path) -> int:
    path = data / "warehouse.duckdb"
    return path.stat().st_ino if path.exists() else 0


def spoil(data: Path, night: date) -> None:
    """A share of records that no check of a city's run has seen, published as if it had."""
    lake = Lake(data / "lake")
    health = lake.scan(SourceHealth, partitions=[CITY], night=night).collect().with_columns(records=pl.lit(-1))
    lake.replace(SourceHealth, health.cast(SourceHealth.polars_schema()), partition=CITY, night=night)
    published = lake.scan(Published, partitions=[CITY], night=NIGHT_2).collect()
    moved = published.with_columns(
        version=pl.when(table_name=SourceHealth.table).then(pl.lit(lake.version(SourceHealth))).otherwise("version")
    )
    lake.replace(Published, moved.cast(published.schema), partition=CITY, night=NIGHT_2)


def test_of_histories_only_the_new_night_is_looked_at(data: Path, seen: Frames) -> None:
    assert close(data) == []
    for table, frame in seen.items():
        if table.history:
            assert set(frame[table.history]) <= {NIGHT_2}, table.table
    assert seen[SourceHealth].height == 7
    assert seen[Event].height == query_warehouse(data / "warehouse.duckdb", "FROM clean.events").height > 0
    assert close(data) == []
    assert [table.table for table, frame in seen.items() if table.history and frame.height] == []


@pytest.mark.parametrize("night", [NIGHT_1, NIGHT_2])
def test_a_fault_behind_the_checks_is_stopped_in_a_new_night_and_in_an_old_one(data: Path, night: date) -> None:
    spoil(data, night)
    assert close(data) == ["metrics.source_health: between(records): 7"]


def test_a_fault_in_a_night_that_comes_back_is_stopped(data: Path, seen: Frames) -> None:
    """Its files were in the lake before, but the warehouse has never held its rows."""
    lake = Lake(data / "lake")
    spoil(data, NIGHT_1)
    first = lake.scan(Published, partitions=[CITY], night=NIGHT_1).collect()
    lake.replace(Published, first.clear(), partition=CITY, night=NIGHT_1)
    assert close(data) == []
    assert query_warehouse(data / "warehouse.duckdb", "SELECT DISTINCT night FROM metrics.source_health").rows() == [
        (NIGHT_2,)
    ]
    lake.replace(Published, first, partition=CITY, night=NIGHT_1)
    assert close(data) == ["metrics.source_health: between(records): 7"]


def unreadable(data: Path) -> None:
    (data / "warehouse.duckdb").write_bytes(b"not a warehouse" * 999)


def missing(data: Path) -> None:
    (data / "warehouse.duckdb").unlink()


@pytest.mark.parametrize("harm", [unreadable, missing])
def test_without_a_warehouse_everything_is_looked_at(data: Path, seen: Frames, harm: object) -> None:
    harm(data)  # type: ignore[operator]
    assert close(data) == []
    assert set(seen[SourceHealth]["night"]) == {NIGHT_1, NIGHT_2}


def test_under_another_contract_everything_is_looked_at(
    data: Path, seen: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = holdings.contract_mark
    monkeypatch.setattr(
        holdings, "contract_mark", lambda table: "con_other" if table is SourceHealth else genuine(table)
    )
    assert close(data) == []
    assert set(seen[SourceHealth]["night"]) == {NIGHT_1, NIGHT_2}
    assert set(seen[Published]["night"]) == {NIGHT_2}
