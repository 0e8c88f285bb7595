"""The job `interactions`, end to end: nobody's id is left behind, only touched days are written, the warehouse has it."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from pulsecity_pipeline.config.interactions import EndpointEntry, InteractionSources
from pulsecity_pipeline.contracts import Interaction, InteractionReject, Published
from pulsecity_pipeline.contracts.interactions import SIGNAL
from pulsecity_pipeline.defs.assets import interactions as asset
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline.store.withdrawal import plan_rollback
from pulsecity_pipeline_tests.defs.toy import run_job
from pulsecity_pipeline_tests.fetch.conftest import fast_policy
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer
from pulsecity_pipeline_tests.interactions.events import days, event, jsonl

AS_OF = "2026-08-22"
SECRET = "the key of this test alone"
PLANTED = ("planted_user_7", "planted@user_8", "planted_user_9")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSECITY_USER_KEY", SECRET)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "drops" / "interactions").mkdir(parents=True)
    return tmp_path / "data"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "home").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as made:
        yield made


def put(data: Path, name: str, *rows: object) -> None:
    (data / "drops" / "interactions" / name).write_bytes(jsonl(*rows))


def run(data: Path, **more: Any) -> dg.ExecuteInProcessResult:
    return run_job("interactions", data, as_of=AS_OF, **more)


def published(data: Path) -> pl.DataFrame:
    return scan_all_published(Lake(data / "lake"), Interaction).collect()


def told(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    return {one.check_name: one.description for one in result.get_asset_check_evaluations()}


def test_no_user_id_is_left_behind(
    data: Path, tmp_path: Path, instance: dg.DagsterInstance, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    good, bad, shared = PLANTED
    rows = [event(good, properties={"page": f"/u/{good}", "event_id": f"evt_{good}"}, id=f"{good}/1")]
    rows += [event(bad, properties={bad: bad}), event(shared, name=shared), {"name": shared, "userId": shared}]
    put(data, "a.jsonl", *rows, json.dumps(event(good)).encode()[:-9])
    (data / "drops" / "interactions" / "b.parquet").write_bytes(good.encode() * 9)
    assert run(data, instance=instance).success
    assert published(data).height == 1
    assert scan_all_published(Lake(data / "lake"), InteractionReject).collect().height == 5
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and "drops" not in path.parts]
    assert any(path.suffix == ".db" for path in kept)
    captured = "".join(capfd.readouterr()) + caplog.text
    text = pl.concat([published(data).select(pl.all().cast(pl.String))]).write_json() + captured
    for user in (*PLANTED, SECRET):
        assert user not in text
        assert [path for path in kept if user.encode() in path.read_bytes()] == []
    for table in (Interaction, InteractionReject):
        # Parquet is compressed: bytes alone would not tell.
        assert not any(user in Lake(data / "lake").scan(table).collect().write_json() for user in PLANTED)


def test_a_rerun_writes_nothing_and_a_late_row_its_day(data: Path) -> None:
    put(data, "a.jsonl", *days(19, 20, 21))
    assert run(data).success
    lake = Lake(data / "lake")
    version, rows = lake.version(Interaction), lake.scan(Published).collect()
    assert run(data).success
    assert (lake.version(Interaction), lake.scan(Published).collect().equals(rows)) == (version, True)
    put(data, "b.jsonl", event("late", at="2026-08-20T01:00:00Z"), *days(21))
    assert told(run(data))["accounting"] == "2 rows = 1 accepted + 0 rejects + 1 repeats"
    assert lake.version(Interaction) == (version or 0) + 1
    again = lake.scan(Published).collect().join(rows, on=rows.columns, how="anti", nulls_equal=True)
    assert again["night"].unique().sort().to_list() == [date(2026, 8, 20), date(2026, 8, 21)]


def test_named_files_alone_are_read(data: Path, tmp_path: Path) -> None:
    put(data, "a.jsonl", *days(19))
    (tmp_path / "mine.jsonl").write_bytes(jsonl(*days(20)))
    config = {"take_in": {"config": {"drops": [str(tmp_path / "mine.jsonl")]}}}
    assert run(data, ops=config).success
    assert published(data)["source"].to_list() == ["mine.jsonl"]


def test_without_a_key_nothing_is_read(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSECITY_USER_KEY")
    assert run(data).success
    put(data, "a.jsonl", *days(19))
    result = run(data)
    (failure,) = [one for one in result.all_node_events if one.is_step_failure]
    cause = failure.step_failure_data.error.cause if failure.step_failure_data.error else None
    assert "PULSECITY_USER_KEY is not set" in (cause.message if cause else "")
    assert Lake(data / "lake").version(Interaction) is None


def test_a_frame_that_breaks_the_contract_is_not_written(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(data, "a.jsonl", *days(19))
    monkeypatch.setattr("pulsecity_pipeline.interactions.hashing.UserKey.hash", lambda self, prefix, content: "usr_x")
    assert not run(data).success
    assert Lake(data / "lake").version(Interaction) is None


def test_an_endpoint_is_polled_and_one_that_fails_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"events": list(days(19)), "next_cursor": None}).encode()
    with ScriptedServer() as server:
        entries = [
            EndpointEntry(name="shop", url=server.on("/e", answer(body=body))),
            EndpointEntry(name="gone", url=server.url + "/gone"),
        ]
        sources = InteractionSources(drops=Path("drops"), endpoints=entries)
        monkeypatch.setattr(asset, "load_interaction_sources", lambda: sources)
        monkeypatch.setattr(asset, "load_fetch_policy", fast_policy)
        result = run(data)
    assert result.success
    assert published(data)["source"].to_list() == ["endpoint/shop"]
    assert str(told(result)["endpoints_answer"]).startswith("gone: ")


def test_the_warehouse_has_them_and_no_city_of_that_name(data: Path) -> None:
    put(data, "a.jsonl", *days(19, 20), b"nonsense")
    assert run(data).success
    assert run_job("close", data, as_of=AS_OF).success
    path = data / "warehouse.duckdb"
    assert query_warehouse(path, "SELECT happened_on, clicks FROM metrics.funnels ORDER BY ALL").rows() == [
        (date(2026, 8, 19), 1),
        (date(2026, 8, 20), 1),
    ]
    assert query_warehouse(path, "FROM clean.interactions").height == 2
    assert query_warehouse(path, "FROM clean.interaction_rejects").height == 1
    assert query_warehouse(path, "FROM cities_overview").is_empty()
    lake = Lake(data / "lake")
    assert plan_rollback(lake, None) == []
    assert [step.back_to for step in plan_rollback(lake, [SIGNAL])] == [date(2026, 8, 19)]
