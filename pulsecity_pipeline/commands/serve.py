"""`pulsecity ui`, `sandbox` and `docs`: the Dagster UI, the fictional world, the generated documents."""

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pulsecity_pipeline.commands.dagster_home import REPOSITORY, prepare_dagster_home
from pulsecity_pipeline.commands.source_document import read_measured, render_sources
from pulsecity_pipeline.config.cities import load_all_cities, require_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts.document import render_tables
from pulsecity_pipeline.sandbox.catalog import DEFAULT_SANDBOX_CITIES
from pulsecity_pipeline.sandbox.export import export_world
from pulsecity_pipeline.sandbox.server import SandboxServer
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import require_writable


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(ui)
    app.command()(docs)
    sandbox = typer.Typer(help="The seeded fictional world that runs need no network for.", no_args_is_help=True)
    sandbox.command("serve")(serve_sandbox)
    sandbox.command("export")(export_sandbox)
    app.add_typer(sandbox, name="sandbox")


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


def serve_sandbox(
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="the world's day; default: today")] = None,
) -> None:
    """Serve the world over loopback HTTP until Ctrl-C."""
    settings = load_settings()
    cities = load_all_cities(settings.data_dir)
    with SandboxServer(cities, seed=settings.seed, as_of=_day(as_of)) as server:
        Console().print(f"sandbox on 127.0.0.1:{server.port}  (Ctrl-C ends it)", highlight=False)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


def export_sandbox(
    folder: Annotated[Path, typer.Argument(help="where to write; a replay folder")],
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="the world's day; default: today")] = None,
    city: Annotated[list[str] | None, typer.Option(help="only this city; repeatable")] = None,
) -> None:
    """Write the world's pages as a replay folder: `pulsecity run --from replay:FOLDER` reads it."""
    settings = load_settings()
    known = load_all_cities(settings.data_dir)
    chosen = require_cities(city or list(DEFAULT_SANDBOX_CITIES), known)
    export_world(folder, [known[name] for name in chosen], seed=settings.seed, as_of=_day(as_of))
    Console().print(f"wrote {len(chosen)} cities to {folder}", highlight=False)


def _day(as_of: str | None) -> date:
    try:
        return date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    except ValueError:
        raise ConfigurationError(f"--as-of {as_of}: expected a date, YYYY-MM-DD") from None
