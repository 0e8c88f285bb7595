"""Datasets are data: what ships loads, and a wrong file is told in one line."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.datasets import load_datasets
from pulsecity_pipeline.config.errors import ConfigurationError

GOOD = "source: socrata\ntitle: T\nzone: Europe/Rome\nid: [n]\nstart: day\ncolumns: {title: [name]}\n"


def test_what_ships_is_told_apart_by_its_columns() -> None:
    for source in ("socrata", "opendatasoft"):
        marks = [dataset.marks for dataset in load_datasets(source).values()]
        assert len(marks) == len(set(marks)) > 1


def test_a_dataset_is_of_one_source(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    assert (list(load_datasets("socrata", tmp_path)), load_datasets("opendatasoft", tmp_path)) == (["a"], {})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("zone: Europe/Rome", "zone: Rome"),
        ("columns: {title: [name]}", "columns: {url: [link]}"),
        ("columns: {title: [name]}", "columns: {title: [name], colour: [c]}"),
        ("id: [n]", "id: []"),
        ("start: day", "begin: day"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "wrong.yaml").write_text(GOOD.replace(line, told))
    with pytest.raises(ConfigurationError, match=r"wrong\.yaml: field "):
        load_datasets("socrata", tmp_path)
