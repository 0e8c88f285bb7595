"""Runs in worker processes: one that dies or raises is an outcome of its own city, and the others go on."""

import os
from datetime import date
from pathlib import Path

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.commands.local_runs import LocalRuns


def live_or_die(city_id: str, request: NightRequest) -> RunOutcome:
    if city_id == "dies":
        os._exit(137)
    if city_id == "raises":
        raise ValueError("broken on purpose")
    return RunOutcome(city_id, True, 0.1)


def test_a_process_that_dies_costs_its_own_city_alone(tmp_path: Path) -> None:
    request = NightRequest(tmp_path, "sandbox", 7, date(2027, 3, 1))
    cities = ["a", "raises", "dies", "b", "c", "d"]
    with LocalRuns(2, request, live_or_die) as runs:
        outcomes = {outcome.name: outcome for outcome in runs.run_cities(cities, request)}
        again = [outcome.name for outcome in runs.run_cities(["a"], request)]
    assert sorted(outcomes) == sorted(cities)
    assert {name for name, outcome in outcomes.items() if not outcome.is_published} == {"dies", "raises"}
    assert "died" in outcomes["dies"].problems[0]
    assert outcomes["raises"].problems == ("ValueError: broken on purpose",)
    assert again == ["a"]
