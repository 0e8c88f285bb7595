"""The bill of a run."""

from datetime import date
from time import sleep

import pytest

from pulsecity_pipeline.contracts import RunCost
from pulsecity_pipeline.metrics.run_costs import StageClock, peak_rss_mib
from pulsecity_pipeline_tests.features.frames import assert_contract

NIGHT = date(2026, 8, 22)


def test_stages_are_billed_by_name_and_add_up() -> None:
    clock = StageClock()
    for rows in (3, 4):
        with clock.stage("parse") as stage:
            sleep(0.01)
            stage.rows = rows
    with clock.stage("fetch"):
        pass
    frame = clock.frame(city_id="us-ca-davis", night=NIGHT, run_id="run-1")
    assert_contract(frame, RunCost, ["stage"])
    assert frame.select("stage", "rows").rows() == [("fetch", None), ("orchestrate", None), ("parse", 7)]
    assert set(frame["run_id"]) == {"run-1"}
    assert 0.02 <= frame["seconds"][2] < 5
    assert frame["seconds"][0] < frame["seconds"][2]


def test_what_no_stage_accounts_for_is_orchestration() -> None:
    clock = StageClock()
    with clock.stage("fetch"):
        pass
    sleep(0.05)
    frame = clock.frame(city_id="us-ca-davis", night=NIGHT, run_id="r")
    assert 0.05 <= dict(frame.select("stage", "seconds").iter_rows())["orchestrate"] < 5


def test_memory_is_known() -> None:
    frame = StageClock().frame(city_id="us-ca-davis", night=NIGHT, run_id="r")
    assert (frame["peak_rss_mib"] > 20).all()


def test_a_stage_that_raises_is_billed_too() -> None:
    clock = StageClock()
    with pytest.raises(ValueError, match="broken"), clock.stage("parse"):
        raise ValueError("broken")
    assert clock.frame(city_id="us-ca-davis", night=NIGHT, run_id="r")["stage"].to_list() == ["orchestrate", "parse"]


def test_without_stages_there_is_orchestration_alone() -> None:
    frame = StageClock().frame(city_id="us-ca-davis", night=NIGHT, run_id="r")
    assert_contract(frame, RunCost, ["stage"])
    assert frame["stage"].to_list() == ["orchestrate"]


def test_peak_memory_grows_with_use() -> None:
    before = peak_rss_mib()
    held = bytearray(int((before + 64) * 1024 * 1024))
    held[::4096] = b"x" * len(held[::4096])
    assert peak_rss_mib() > before + 32
