"""`python -m pulsecity_pipeline_tests.drills sandbox|toronto [--trials N] [--seed N]`: the table of killed nights."""

import argparse
import sys
import tempfile
from pathlib import Path

from pulsecity_pipeline_tests.drills.killing import prepare, run_trials
from pulsecity_pipeline_tests.drills.nights import ARCHIVE, sandbox, toronto


def main() -> None:
    """Exit code 1 where a trial lost, doubled, tore or mixed anything."""
    parser = argparse.ArgumentParser(prog="drills")
    parser.add_argument("input", choices=["sandbox", "toronto"])
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--seed", type=int, default=20270302)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = sandbox() if given.input == "sandbox" else toronto(Path(folder, "pages"))
        if source is None:
            raise SystemExit(f"recorded nights not found: {ARCHIVE.name} belongs into ../shared/data")
        trials = run_trials(prepare(source, Path(folder), loading=0.0), given.trials, given.seed)
    failed = sum(bool(trial.problems) for trial in trials)
    sys.stdout.write(f"{len(trials)} kills, {failed} with lost, doubled, torn or mixed rows\n")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
