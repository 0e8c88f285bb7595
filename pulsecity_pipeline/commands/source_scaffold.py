"""`pulsecity source new`: a source that works, switched off, with its golden page and its tests, to be changed."""

import keyword
import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from string import Template
from typing import Annotated

import typer

import pulsecity_pipeline
from pulsecity_pipeline.config.cities import NOWHERE
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import CityFeed, fill_address

EXAMPLES = """
**Examples**

    pulsecity source new town_hall                                      a list of events in JSON
    pulsecity source new town_hall --format html                        a page with events as JSON-LD (schema.org)
    pulsecity source new town_hall --url "https://a.example/events?near={latitude},{longitude}"

What is written passes `make check` and `make test` as it is: a module in `sources`, an entry in `config/sources` (off),
a golden page with its rows, and a test. Run `make docs` once for the list of sources, change the module, put a page of
the source's real shape beside the first, then `pulsecity source try town_hall --city CITY --from URL`.
"""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEMPLATES = Path(__file__).parent / "templates"


class Format(StrEnum):
    """What the pages of a source are written in."""

    JSON = "json"
    HTML = "html"
    XML = "xml"


def new_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="of the source: lower case, digits, underscores")],
    format: Annotated[Format, typer.Option(help="what its pages are written in")] = Format.JSON,  # noqa: A002
    url: Annotated[
        str | None, typer.Option(help="its address for a city; may name {name}, {latitude}, {night} and others")
    ] = None,
) -> None:
    """Write a new source into this checkout: module, entry, golden page and test, all of which pass as they are."""
    for path in write_source(find_checkout(Path(pulsecity_pipeline.__file__).parent), name, format, url):
        typer.echo(f"wrote {path.as_posix()}")
    typer.echo(f"next: make docs; pulsecity source try {name} --city CITY{'' if url else ' --from URL'}")


def write_source(root: Path, name: str, format: Format, url: str | None) -> list[Path]:  # noqa: A002 - as the option
    """Writes the files of a new source below `root`; their paths within it. Raises ConfigurationError."""
    files = plan_files(name, format, url)
    refuse_known(root, name, files)
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    return list(files)


def find_checkout(package: Path) -> Path:
    """The folder that holds the package and its tests. Raises ConfigurationError where there are none beside it."""
    if not (package.parent / "pulsecity_pipeline_tests" / "golden").is_dir():
        raise ConfigurationError(
            f"{package}: no pulsecity_pipeline_tests beside it: expected a checkout of the repository"
        )
    return package.parent


def plan_files(name: str, format: Format, url: str | None) -> dict[Path, str]:  # noqa: A002 - as the option
    """Path within the checkout → content. Raises ConfigurationError for a bad name or address."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigurationError(
            f"{name!r}: no name of a source: expected lower case, digits and underscores, 40 at most"
        )
    package, tests = Path("pulsecity_pipeline"), Path("pulsecity_pipeline_tests")
    templates = {
        package / "sources" / f"{name}.py": f"source.{format}.py",
        package / "config" / "sources" / f"{name}.yaml": "entry.yaml",
        tests / "golden" / name / f"first.page.{format}": f"page.{format}",
        tests / "golden" / name / "first.rows.json": f"rows.{format}",
        tests / "sources" / f"test_{name}.py": f"test.{format}.py",
    }
    if format is not Format.JSON:
        # Of JSON the golden page tells by itself how a record is copied.
        templates[tests / "golden" / name / "sample.json"] = f"sample.{format}"
    words = {
        "name": name,
        "host": name.replace("_", "-").strip("-"),
        "title": name.replace("_", " ").strip().capitalize(),
        "feed": "feeds: {}" if url is None else _state_address(url),
    }
    return {path: _fill(template, words) for path, template in templates.items()}


def refuse_known(root: Path, name: str, files: dict[Path, str]) -> None:
    """Raises ConfigurationError where any of the files, or a package of that name, is there already."""
    package = Path("pulsecity_pipeline") / "sources" / name
    taken = [path for path in (*files, package) if (root / path).exists()]
    if taken:
        raise ConfigurationError(f"source {name}: {taken[0].as_posix()} is there already: expected another name")


def _state_address(url: str) -> str:
    """The entry of an address that every city has, of no city yet."""
    if not re.fullmatch(r"(https?|webcal)://[^\s\"\\]+", url):
        raise ConfigurationError(f"--url {url}: expected an address, https://…")
    fill_address(CityFeed(url=url, cities=[]).url, NOWHERE, date.min)
    return f'city_feed:\n  url: "{url}"\n  cities: []\nfeeds: {{}}'


def _fill(template: str, words: dict[str, str]) -> str:
    return Template((_TEMPLATES / f"{template}.tmpl").read_text("utf-8")).substitute(words)
