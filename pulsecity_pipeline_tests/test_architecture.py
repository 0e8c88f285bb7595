"""Imports run one way, modules stay small and say what they are for; and the checker itself can fail."""

from pathlib import Path

import pytest

from pulsecity_pipeline_tests.architecture import MAX_LINES, PACKAGE, check_module, find_violations

ROOT = Path(__file__).parents[1] / PACKAGE
DOCSTRING = '"""A module."""\n'


def test_the_package_keeps_the_rules() -> None:
    found = find_violations(ROOT)
    assert not found, "\n".join(found)


def test_a_planted_violation_is_found(tmp_path: Path) -> None:
    folder = tmp_path / PACKAGE / "normalize"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(DOCSTRING)
    (folder / "bad.py").write_text(DOCSTRING + "import dagster as dg\n")
    assert find_violations(tmp_path / PACKAGE) == [
        f"{PACKAGE}/normalize/bad.py:2: normalize imports dagster: only defs and definitions may"
    ]


@pytest.mark.parametrize(
    ("module", "line", "reason"),
    [
        ("metrics.a", "import dagster", "metrics imports dagster: only defs and definitions may"),
        ("city_run.a", "from dagster import asset", "city_run imports dagster: only defs and definitions may"),
        ("cli", "def f() -> None:\n    import dagster", "cli imports dagster: only defs and definitions may"),
        ("store.a", "import httpx", "store imports httpx: only fetch may"),
        ("quality.a", "import great_expectations as gx", "great_expectations is imported outside a function"),
        ("store.a", "import great_expectations as gx", "store imports great_expectations: only quality may"),
        (
            "commands.a",
            "from pulsecity_pipeline.defs.jobs import city",
            f"{PACKAGE}.defs.jobs is imported outside a function",
        ),
        ("sources.ics", "from pulsecity_pipeline.normalize.time import x", "sources imports normalize.time"),
        ("sources.ics", "def f() -> None:\n    import pulsecity_pipeline.entities", "sources imports entities"),
        ("features.a", "from pulsecity_pipeline import metrics", "features imports metrics"),
        ("fetch.a", "from pulsecity_pipeline.sources import ics", "fetch imports sources.ics"),
        ("contracts.a", "from pulsecity_pipeline.config.cities import City", "contracts imports config.cities"),
        ("entities.a", "from pulsecity_pipeline.settings import Settings", "entities imports settings"),
        ("bench.a", "from pulsecity_pipeline.defs.jobs import city", "bench imports defs.jobs"),
        ("city_run.a", "from pulsecity_pipeline.bench import x", "city_run imports bench.x"),
        ("city_run.a", "from pulsecity_pipeline.defs.jobs import city", "city_run imports defs.jobs"),
        ("history.a", "from pulsecity_pipeline.config.cities import City", "history imports config.cities"),
        ("history.a", "from pulsecity_pipeline.store.lake import Lake", "history imports store.lake"),
        ("metrics.a", "from pulsecity_pipeline.history.nights import x", "metrics imports history.nights"),
        ("inputs", "from pulsecity_pipeline.city_run.listing import x", "inputs imports city_run.listing"),
        ("enrichment.a", "from pulsecity_pipeline.entities.places import x", "enrichment imports entities.places"),
        (
            "metrics.a",
            "from pulsecity_pipeline.sources.formats.json_values import x",
            "metrics imports sources.formats.json_values",
        ),
    ],
)
def test_what_is_refused(module: str, line: str, reason: str) -> None:
    found = check_module(module, f"{DOCSTRING}{line}\n")
    assert [text.split(": ", 1)[1] for text in found] == [reason.removesuffix(".x")]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("defs.a", "import dagster as dg"),
        ("defs.a", "from pulsecity_pipeline.definitions import defs"),
        ("definitions", "from pulsecity_pipeline.defs import build_definitions"),
        ("fetch.a", "import httpx"),
        ("quality.a", "def f() -> None:\n    import great_expectations as gx"),
        ("commands.a", "def f() -> None:\n    from pulsecity_pipeline.defs.jobs import city"),
        ("commands.a", "if TYPE_CHECKING:\n    from pulsecity_pipeline.defs.jobs import city"),
        ("sandbox.a", "from pulsecity_pipeline.sources.protocol import Feed"),
        ("metrics.a", "from pulsecity_pipeline.contracts import Event"),
        ("metrics.a", "from pulsecity_pipeline.metrics.b import x"),
        ("bench.a", "from pulsecity_pipeline.entities.resolution import resolve"),
        ("commands.a", "from pulsecity_pipeline.bench.feeds import x"),
        ("city_run.a", "from pulsecity_pipeline.store.lake import Lake"),
        ("history.a", "from pulsecity_pipeline.contracts import Event"),
        ("city_run.a", "from pulsecity_pipeline.history.changes import build_changes"),
        ("settings", "from pulsecity_pipeline.config.errors import ConfigurationError"),
        ("enrichment.a", "from pulsecity_pipeline.sources.formats.json_values import pick"),
    ],
)
def test_what_is_allowed(module: str, line: str) -> None:
    assert check_module(module, f"{DOCSTRING}{line}\n") == []


def test_shape() -> None:
    assert check_module("store.a", "") == ["1: no module docstring"]
    assert check_module("store.a", '"""no sentence\n\nat all."""\n') == [
        "1: the module docstring does not open with a sentence"
    ]
    assert check_module("store.a", DOCSTRING + "\n" * MAX_LINES) == ["300: 301 lines, at most 300"]
