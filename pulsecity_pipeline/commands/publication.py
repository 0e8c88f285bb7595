"""`pulsecity rollback` and `publish`: taking nights back, letting them hold again, and the warehouse that follows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pulsecity_pipeline.city_run.night import NightRequest
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.commands.options import parse_night
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import Event, Listing, Published
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.store.lake import Lake, require_writable
from pulsecity_pipeline.store.published import latest_published
from pulsecity_pipeline.store.withdrawal import Step, plan_rollback, reinstate, withdraw

_COUNTED = (Event.table, Listing.table)

Cities = Annotated[list[str] | None, typer.Argument(metavar="[CITY]…", help="cities, online or elsewhere")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        epilog="""
**Examples**

    pulsecity rollback ca-toronto                          the last published night is taken back
    pulsecity rollback ca-toronto --to 2026-03-12          all nights after that one
    pulsecity rollback --all --dry-run                     what taking back the newest night would change
"""
    )(rollback)
    app.command(
        epilog="""
**Examples**

    pulsecity publish                                      gate and warehouse, from what is published
    pulsecity publish ca-toronto --night 2026-03-14        a night that was taken back holds again
"""
    )(publish)


def rollback(
    cities: Cities = None,
    everything: Annotated[bool, typer.Option("--all", help="every city that stands on the newest night")] = False,
    to: Annotated[str | None, typer.Option(metavar="NIGHT", help="the night to stand on, YYYY-MM-DD")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show, and change nothing")] = False,
) -> None:
    """Take back what cities published last, or all nights after one, and rebuild the warehouse. Raw stays.

    The next night goes on from the night a city stands on; running a night again publishes it anew.
    """
    if bool(cities) == everything:
        raise ConfigurationError("rollback: name cities, or --all")
    settings = load_settings()
    lake = _require_lake(settings)
    steps = plan_rollback(lake, None if everything else cities, to=parse_night("--to", to))
    console = Console(width=None if Console().is_terminal else 160)
    console.print(_step_table(lake, steps) if steps else "nothing to take back", highlight=False)
    if dry_run or not steps:
        return
    at = datetime.now(UTC)
    for step in steps:
        withdraw(lake, step.city_id, after=step.back_to, at=at)
    _close(settings, lake, console)


def publish(
    cities: Cities = None,
    night: Annotated[str | None, typer.Option(metavar="NIGHT", help="a night taken back, YYYY-MM-DD")] = None,
) -> None:
    """Gate what is published and build the warehouse from it; first let a night that was taken back hold again."""
    if bool(cities) != bool(night):
        raise ConfigurationError("publish: name cities and --night, or neither")
    settings = load_settings()
    lake = _require_lake(settings)
    console = Console(width=None if Console().is_terminal else 160)
    chosen = parse_night("--night", night)
    if chosen:
        for city_id, nights in reinstate(lake, cities or [], night=chosen).items():
            console.print(f"{city_id}: {', '.join(map(str, nights))} holds again", highlight=False)
    _close(settings, lake, console)


def _close(settings: Settings, lake: Lake, console: Console) -> None:
    """The close job over what now holds; exit code 1 where the warehouse was not replaced."""
    newest = latest_published(lake).select(pl.col("night").max()).item()
    prepare_dagster_home(settings)
    # Imported here: Dagster takes seconds to load, and refusals and dry runs have no use for it.
    from pulsecity_pipeline.defs.executing import run_close

    closed = run_close(NightRequest(settings.data_dir, settings.input, settings.seed, newest))
    for problem in closed.problems:
        console.print(f"[red]failed[/red]  close: {escape(problem)}", highlight=False)
    if not closed.is_published:
        raise typer.Exit(1)
    console.print(f"warehouse  {settings.warehouse_path}  ({closed.seconds:.1f} s)", highlight=False)


def _require_lake(settings: Settings) -> Lake:
    require_writable(settings.data_dir)
    lake = Lake(settings.lake_dir)
    if latest_published(lake).is_empty():
        raise ConfigurationError(f"{settings.lake_dir}: nothing is published yet: run `pulsecity run`")
    return lake


def _step_table(lake: Lake, steps: Sequence[Step]) -> Table:
    """Per city where it stands, where it goes, and the rows that it has there: now → then."""
    counted = lake.scan(Published, partitions=[step.city_id for step in steps]).collect()
    counts = {(city, night, name): rows for city, night, name, rows in _counts(counted).iter_rows()}
    table = Table("city", "from", "to", title="taken back", title_justify="left")
    for name in _COUNTED:
        table.add_column(name, justify="right")
    for step in steps:
        figures = [
            f"{counts.get((step.city_id, step.held_on, name), 0):,} → "
            f"{counts.get((step.city_id, step.back_to, name), 0):,}"
            for name in _COUNTED
        ]
        table.add_row(step.city_id, str(step.held_on), str(step.back_to), *figures)
    return table


def _counts(published: pl.DataFrame) -> pl.DataFrame:
    return published.filter(pl.col("table_name").is_in(_COUNTED)).select("city_id", "night", "table_name", "row_count")
