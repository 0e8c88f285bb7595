"""Selector files are data: what ships loads, and a wrong file is told in one line."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.selectors import load_sites

GOOD = """title: T
host: a.example
zone: null
record: "li.event"
dates: ["{day} {month} {year}"]
start: [{css: b}]
fields: {title: [{css: i}]}
"""


def test_what_ships_loads() -> None:
    assert len(load_sites()) >= 3


@pytest.mark.parametrize(
    ("form", "is_open"), [("{day} {month} {year}", False), ("{day} {month}", True), ("iso", False)]
)
def test_a_form_without_a_year_leaves_it_open(tmp_path: Path, form: str, is_open: bool) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("{day} {month} {year}", form))
    assert load_sites(tmp_path)["a"].has_open_years is is_open


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('record: "li.event"', 'record: "li["'),
        ("host: a.example", "empty: p"),
        ("zone: null", "zone: Mars"),
        ("{title: [{css: i}]}", "{url: [{css: i}]}"),
        ("[{css: b}]", "[]"),
        ("[{css: b}]", '[{css: b, pattern: "x"}]'),
        ("[{css: b}]", '[{css: b, pattern: "(x"}]'),
        ("{day} {month} {year}", "{day}"),
        ("title: T", "title: T\nlanguage: xx"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, line: str, told: str) -> None:
    assert line in GOOD
    (tmp_path / "wrong.yaml").write_text(GOOD.replace(line, told))
    with pytest.raises(ConfigurationError, match=r"wrong\.yaml: field "):
        load_sites(tmp_path)
