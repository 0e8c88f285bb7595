"""`pulsecity source new`: what it writes passes lint, format, types and tests as it is; it overwrites nothing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulsecity_pipeline.commands.source_scaffold import Format, find_checkout, plan_files, write_source
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline_tests.test_repository import REPOSITORY

LONG = "h" * 40
NAMES = {"town_hall": Format.JSON, LONG: Format.HTML, "a": Format.XML}


def run_in(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    settings = {**os.environ, "PYTHONPATH": str(checkout), "PULSECITY_DATA_DIR": str(checkout / "data")}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=checkout, env=settings, capture_output=True, text=True, check=False)


def list_files(checkout: Path) -> dict[str, bytes]:
    found = (path for path in checkout.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(checkout).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    for package in ("pulsecity_pipeline", "pulsecity_pipeline_tests"):
        shutil.copytree(REPOSITORY / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    for name in NAMES:
        write_source(root, name, NAMES[name], None)
    return root


def test_what_is_written_passes_lint_format_and_tests(checkout: Path) -> None:
    for check in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        ran = run_in(checkout, *check)
        assert ran.returncode == 0, ran.stdout
    own = [f"pulsecity_pipeline_tests/sources/test_{name}.py" for name in NAMES]
    golden = "pulsecity_pipeline_tests/sources/test_registry.py"
    ran = run_in(checkout, "pytest", "-n", "0", "-p", "no:cacheprovider", "-vv", golden, *own)
    assert ran.returncode == 0, ran.stdout
    for name in NAMES:
        assert f"rows[{name}/first.page.{NAMES[name]}] PASSED" in ran.stdout


def test_the_verb_writes_once_and_refuses_with_one_line_the_second_time(checkout: Path) -> None:
    again = [run_in(checkout, "pulsecity_pipeline.cli", "source", "new", "by_verb") for _ in range(2)]
    assert [ran.returncode for ran in again] == [0, 2], again[0].stderr
    assert again[0].stdout.count("wrote ") == 5
    (line,) = again[1].stderr.strip().splitlines()
    assert "by_verb.py is there already" in line


@pytest.mark.slow
def test_what_is_written_passes_types(checkout: Path) -> None:
    modules = [f"pulsecity_pipeline/sources/{name}.py" for name in NAMES]
    tests = [f"pulsecity_pipeline_tests/sources/test_{name}.py" for name in NAMES]
    ran = run_in(checkout, "mypy", *modules, *tests)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("town_hall", None, "town_hall.py is there already"),
        ("protocol", None, "protocol.py is there already"),
        ("formats", None, "formats is there already"),
        ("registry", None, "registry.py is there already"),
        ("Town-Hall", None, "expected lower case"),
        ("../up", None, "expected lower case"),
        ("class", None, "expected lower case"),
        ("b" * 41, None, "40 at most"),
        ("fresh", "ftp://a.example", "expected an address"),
        ("fresh", "https://a.example/{town}", "'town' is not known"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(checkout: Path, name: str, url: str | None, words: str) -> None:
    before = list_files(checkout)
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        write_source(checkout, name, Format.JSON, url)
    assert list_files(checkout) == before


def test_the_entry_is_off_and_holds_the_address(tmp_path: Path) -> None:
    url = "https://a.example/{latitude},{longitude}?q=a&on={night}"
    for name, address in (("with_address", url), ("without", None)):
        planned = plan_files(name, Format.JSON, address)
        (tmp_path / f"{name}.yaml").write_text(planned[Path("pulsecity_pipeline/config/sources", f"{name}.yaml")])
    entries = load_sources(tmp_path)
    assert not any(entry.is_live for entry in entries.values())
    stated = entries["with_address"].city_feed
    assert stated is not None
    assert (stated.url, stated.cities, entries["without"].city_feed) == (url, [], None)


def test_an_installation_without_tests_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pulsecity_pipeline").mkdir()
    with pytest.raises(ConfigurationError, match="expected a checkout"):
        find_checkout(tmp_path / "pulsecity_pipeline")
