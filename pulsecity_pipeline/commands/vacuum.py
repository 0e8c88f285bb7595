"""`pulsecity vacuum`: what retention lets go, what it left on the disk, and how much smaller the lake is."""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.retention import RetentionPolicy, load_retention
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.maintenance import run_maintenance

EXAMPLES = """
**Examples**

    pulsecity vacuum --dry-run                  what would go; nothing changes
    pulsecity vacuum                            as config/retention.yaml says
    pulsecity vacuum --keep-nights 14           a shorter memory, this once
    pulsecity vacuum --no-readers               nobody reads or writes the lake now: replaced files go at once
"""
_MIB = 2**20


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="vacuum", epilog=EXAMPLES)(vacuum)


def vacuum(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would go; change nothing")] = False,
    keep_nights: Annotated[int | None, typer.Option(metavar="N", help="nights of each city that stay")] = None,
    reader_hours: Annotated[
        int | None, typer.Option(metavar="H", help="how long a reader may hold what was replaced")
    ] = None,
    no_readers: Annotated[
        bool, typer.Option("--no-readers", help="nobody reads or writes the lake now: files go at once")
    ] = False,
) -> None:
    """Drop rows past their retention, compact small files, remove files and log entries that nothing needs."""
    policy = choose_policy(load_retention(), keep_nights, reader_hours, no_readers=no_readers)
    settings = load_settings()
    if not settings.lake_dir.is_dir():
        raise ConfigurationError(f"no lake at {settings.lake_dir}: run `pulsecity run` first")
    console = Console(stderr=True)
    with console.status("starting") as status:
        done = run_maintenance(
            Lake(settings.lake_dir),
            policy,
            now=datetime.now(UTC),
            dry_run=dry_run,
            report=lambda table_name: status.update(table_name),
        )
    _print(done, dry_run)
    if done["problem"].drop_nulls().len():
        raise typer.Exit(1)


def choose_policy(
    policy: RetentionPolicy, keep_nights: int | None, reader_hours: int | None, *, no_readers: bool
) -> RetentionPolicy:
    """The configured policy with what the options say instead. Raises ConfigurationError."""
    if keep_nights is not None and keep_nights < 1:
        raise ConfigurationError(f"--keep-nights {keep_nights}: expected at least 1")
    if no_readers and reader_hours is not None:
        raise ConfigurationError("--no-readers and --reader-hours: expected one of them")
    if reader_hours is not None and not 1 <= reader_hours <= 168:
        hint = ": files of a run that is going on could go; if nobody reads or writes the lake now, say --no-readers"
        raise ConfigurationError(f"--reader-hours {reader_hours}: expected 1 to 168{hint if reader_hours < 1 else ''}")
    chosen = {"kept_nights": keep_nights, "reader_hours": reader_hours}
    policy = policy.model_copy(update={name: value for name, value in chosen.items() if value is not None})
    return policy.without_readers() if no_readers else policy


def _print(done: pl.DataFrame, dry_run: bool) -> None:
    console = Console(width=160 if not Console().is_terminal else None)
    columns = ("versions kept", "rows dropped", "compacted", "log files", "data files", "MiB", "seconds")
    table = Table(title="would be" if dry_run else None, title_justify="left")
    table.add_column("table")
    for name in columns:
        table.add_column(name, justify="right")
    for row in done.to_dicts():
        table.add_row(row["table_name"], *_cells(row), style="red" if row["problem"] else None)
    totals = done.select(pl.exclude("table_name", "problem").sum()).row(0, named=True)
    table.add_section()
    table.add_row("all", *_cells(totals))
    console.print(table)
    for name, problem in done.filter(pl.col("problem").is_not_null()).select("table_name", "problem").iter_rows():
        console.print(f"[red]left alone[/red]  {escape(name)}: {escape(problem)}", highlight=False)


def _cells(row: dict[str, int | float | None]) -> list[str]:
    counts = [_count(row[name]) for name in ("kept_versions", "dropped_rows", "compacted")]
    changes = [
        f"{_count(row[f'{name}_before'])} → {_count(row[f'{name}_after'])}" for name in ("log_files", "data_files")
    ]
    size = " → ".join(f"{(row[f'bytes_{when}'] or 0) / _MIB:,.1f}" for when in ("before", "after"))
    return [*counts, *changes, size, f"{row['seconds']:.1f}"]


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"
