"""`pulsecity interactions`: reads drops and endpoints now, and says what came of them."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pulsecity_pipeline.city_run.night import RunOutcome
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.commands.options import parse_night
from pulsecity_pipeline.config.interactions import load_interaction_sources
from pulsecity_pipeline.interactions.drops import find_drops, require_drops
from pulsecity_pipeline.interactions.hashing import require_user_key
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.store.failures import require_room
from pulsecity_pipeline.store.lake import require_writable

EXAMPLES = """
**Examples**

    pulsecity interactions                                  new drops in data/drops/interactions, and every endpoint
    pulsecity interactions --drop clicks.jsonl              this file alone; repeatable
    pulsecity interactions --as-of 2026-08-22               as on that day: what happened later is rejected
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="interactions", epilog=EXAMPLES)(interactions)


def interactions(
    drop: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="*.jsonl or *.parquet; repeatable")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="the day, YYYY-MM-DD [PULSECITY_AS_OF]")] = None,
) -> None:
    """Read what people did with events: typed, user ids hashed with PULSECITY_USER_KEY, only touched days written."""
    settings = load_settings()
    night = parse_night("--as-of", as_of) or settings.as_of
    require_room(require_writable(settings.data_dir))
    wanted = require_drops(drop or [])
    folder = load_interaction_sources().folder(settings.data_dir)
    if wanted or find_drops(folder) or any(one.enabled for one in load_interaction_sources().endpoints):
        require_user_key(os.environ)
    prepare_dagster_home(settings)
    # Imported here: Dagster takes seconds to load, and refusals have no use for it.
    from pulsecity_pipeline.defs.executing import run_interactions

    outcome = run_interactions(settings.data_dir, night, wanted)
    _print(settings, outcome, folder)
    if not outcome.is_published:
        raise typer.Exit(1)


def _print(settings: Settings, outcome: RunOutcome, folder: Path) -> None:
    console = Console(width=120 if not Console().is_terminal else None)
    if outcome.is_published:
        table = Table(title="interactions", title_justify="left")
        for name in outcome.counts:
            table.add_column({"skipped": "known drops", "days": "days written"}.get(name, name), justify="right")
        table.add_row(*(f"{count:,}" for count in outcome.counts.values()))
        console.print(table)
    for kind, lines in (("[red]failed[/red]", outcome.problems), ("[yellow]warning[/yellow]", outcome.warnings)):
        for line in lines:
            console.print(f"{kind}  {escape(line)}", highlight=False, soft_wrap=True)
    console.print(f"drops      {folder}", highlight=False, soft_wrap=True)
    console.print(f"lake       {settings.lake_dir}  ({outcome.seconds:.1f} s)", highlight=False, soft_wrap=True)
    console.print("next       `pulsecity publish` takes them into the warehouse", highlight=False)
