"""`pulsecity ui` and `docs`: the Dagster UI, the generated documents."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pulsecity_pipeline.commands.dagster_home import REPOSITORY, prepare_dagster_home
from pulsecity_pipeline.commands.source_document import read_measured, render_sources
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts.document import render_tables
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import require_writable


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(ui)
    app.command()(docs)


def ui(
    port: Annotated[int, typer.Option(help="port of the web server")] = 3000,
    host: Annotated[str, typer.Option(help="address it listens on")] = "127.0.0.1",
) -> None:
    """The Dagster UI with its daemon: assets, runs, schedules and the launchpad."""
    settings = load_settings()
    require_writable(settings.data_dir)
    prepare_dagster_home(settings)
    os.environ["PULSECITY_DATA_DIR"] = str(settings.data_dir.resolve())
    Console().print(f"Dagster UI on http://{host}:{port}  (Ctrl-C ends it)", highlight=False)
    workspace = REPOSITORY / "workspace.yaml"
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-h", host, "-p", str(port)]
    raise SystemExit(subprocess.call(command))  # noqa: S603 - our own interpreter and arguments


def docs() -> None:
    """Regenerate the documents that come from code."""
    folder = Path("docs")
    if not folder.is_dir():
        raise ConfigurationError("docs: no such folder: run this in a checkout of the repository")
    measured = read_measured(folder / "sources.md")
    for name, text in (("tables.md", render_tables()), ("sources.md", render_sources(load_sources(), measured))):
        (folder / name).write_text(text, encoding="utf-8")
        Console().print(f"wrote {folder / name}", highlight=False)
