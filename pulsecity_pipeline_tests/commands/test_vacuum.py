"""`pulsecity vacuum`: what it prints, and what it refuses."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pulsecity_pipeline.cli import app
from pulsecity_pipeline.commands.vacuum import choose_policy
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.retention import load_retention
from pulsecity_pipeline.contracts import Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.nights import data_files, put_night


def test_a_dry_run_and_then_the_real_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSECITY_DATA_DIR", str(tmp_path))
    lake = Lake(tmp_path / "lake")
    for number in range(1, 6):
        put_night(lake, number)
    options = ["vacuum", "--keep-nights", "2", "--no-readers"]
    told = CliRunner().invoke(app, [*options, "--dry-run"])
    assert told.exit_code == 0, told.output
    assert "would be" in told.output
    assert len(data_files(lake, Venue)) == 5
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    (line,) = (line for line in done.output.splitlines() if "clean.venues" in line)
    assert "5 → 3" in line
    assert len(data_files(lake, Venue)) == 3


def test_a_lake_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSECITY_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(app, ["vacuum"])
    assert isinstance(result.exception, ConfigurationError)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("keep_nights", "reader_hours", "no_readers", "message"),
    [
        (0, None, False, "--keep-nights 0: expected at least 1"),
        (None, 0, False, "--reader-hours 0: expected 1 to 168: .*say --no-readers"),
        (None, 169, False, "--reader-hours 169: expected 1 to 168"),
        (None, 5, True, "expected one of them"),
    ],
)
def test_what_is_refused(keep_nights: int | None, reader_hours: int | None, no_readers: bool, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        choose_policy(load_retention(), keep_nights, reader_hours, no_readers=no_readers)


def test_options_go_before_configuration() -> None:
    chosen = choose_policy(load_retention(), 14, 24, no_readers=False)
    assert (chosen.kept_nights, chosen.reader_hours) == (14, 24)
    assert choose_policy(load_retention(), None, None, no_readers=True).reader_hours == 0
