"""kill -9 at random moments of a night: what is published stays whole, and the same night run again is as undisturbed."""

from pathlib import Path

import pytest

from pulsecity_pipeline_tests.drills import nights
from pulsecity_pipeline_tests.drills.killing import Kill, prepare, run_trials
from pulsecity_pipeline_tests.drills.toy_night import toy_input

SEED = 20270302
TRIALS = 30


def check(trials: list[Kill]) -> None:
    assert [trial.line() for trial in trials if trial.problems] == []


def test_a_night_of_the_toy_city_killed_twice(tmp_path: Path) -> None:
    bench = prepare(toy_input(tmp_path / "pages"), tmp_path, loading=2.5)
    trials = run_trials(bench, 2, SEED)
    check(trials)
    assert {trial.phase for trial in trials} != {"loading, fetching"}, "no kill fell into the work"


@pytest.mark.drill
@pytest.mark.parametrize("name", ["sandbox", "toronto"])
def test_a_night_killed_at_thirty_moments(name: str, tmp_path: Path) -> None:
    source = nights.sandbox() if name == "sandbox" else nights.toronto(tmp_path / "pages")
    if source is None:
        pytest.skip(f"recorded nights not found: {nights.ARCHIVE.name} belongs into ../shared/data")
    check(run_trials(prepare(source, tmp_path, loading=0.0), TRIALS, SEED))
