"""The matcher's configuration is read strictly."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.loading import packaged
from pulsecity_pipeline.config.matching import load_matching


def copy_with(folder: Path, old: str, new: str) -> Path:
    for name in ("events.yaml", "venues.yaml"):
        text = (packaged("matching") / name).read_text()
        (folder / name).write_text(text.replace(old, new))
    return folder


def test_the_packaged_configuration_loads() -> None:
    assert load_matching().events.decision.match_probability > 0.5


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("prefix_length: 5", "prefix_length: none", "events.yaml: field blocking.prefix_length"),
        ("near: 4.5, ", "", "events.yaml: field weights.title.near"),
        ("url: {same", "url: {almost: 1.0, same", "events.yaml: field weights.url.almost"),
        ("floor_probability: 0.3", "floor_probability: 0.9", "conflict_probability < floor_probability"),
        ("near_km: 0.2", "near_km: -1", "venues.yaml: field near_km"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        load_matching(copy_with(tmp_path, old, new))
