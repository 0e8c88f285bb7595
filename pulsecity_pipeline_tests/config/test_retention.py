"""The retention policy: what ships, and what is refused."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.retention import load_retention

GOOD = "kept_nights: 35\nreader_hours: 168\ncompaction: {target_mib: 4, small_files: 16}\n"


def test_what_ships() -> None:
    policy = load_retention()
    assert (policy.kept_nights, policy.reader_hours) == (35, 168)
    assert policy.compaction.target_bytes == 4 * 2**20


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ("kept_nights: 35", "kept_nights: 0", "field kept_nights: Input should be greater than or equal to 1"),
        ("reader_hours: 168", "reader_hours: 0", "field reader_hours: Input should be greater than or equal to 1"),
        # Delta forgets after a week when a file was replaced: a longer promise could not be kept.
        ("reader_hours: 168", "reader_hours: 169", "field reader_hours: Input should be less than or equal to 168"),
        ("kept_nights: 35", "kept_days: 35", "field kept_nights: Field required"),
        ("small_files: 16", "small_files: 1", "field compaction.small_files: Input should be"),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, instead: str, message: str) -> None:
    path = tmp_path / "retention.yaml"
    path.write_text(GOOD.replace(line, instead))
    with pytest.raises(ConfigurationError, match=message):
        load_retention(path)


def test_no_readers_is_said_by_people_and_not_by_files() -> None:
    assert load_retention().without_readers().reader_hours == 0
    assert load_retention().reader_hours == 168
