"""`pulsecity sql`, `explain` and `doctor`: what the tables say, who said it, and what is wrong."""

import sys
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape

from pulsecity_pipeline.commands.diagnosis import diagnose
from pulsecity_pipeline.commands.explanation import explain_id
from pulsecity_pipeline.commands.options import parse_night
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_lake, query_warehouse, render_box


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        epilog="""
**Examples**

    pulsecity sql "select title, starts_local, venue_name, source_count from events_upcoming limit 5"
    pulsecity sql "from events_on('us-tx-austin', DATE '2026-08-29')" --format csv
    pulsecity sql "select city_id, count(*) from clean.events group by all" --lake
    pulsecity sql "select title, starts_local from events_upcoming" --as-known 2026-03-12
    pulsecity sql "from source_health_latest" --as-known 2026-03-12

`--as-known` asks the lake as it was published on or before that night, every table and view, as far back as published
versions are kept; what was taken back since counts as never published.
"""
    )(sql)
    app.command(epilog="\n**Example**\n\n    pulsecity explain evt_2b7kq4m5x6c3a2zd\n")(explain)
    app.command()(doctor)


def sql(
    query: Annotated[str, typer.Argument(help="one SQL statement; reads only")],
    lake: Annotated[bool, typer.Option("--lake", help="the lake's published tables instead of the warehouse")] = False,
    format: Annotated[str, typer.Option(help="table, csv or json")] = "table",  # noqa: A002 - the option's name
    limit: Annotated[int, typer.Option(min=1, help="rows that a table shows")] = 50,
    as_known: Annotated[
        str | None, typer.Option(metavar="NIGHT", help="the lake as published on or before this night, YYYY-MM-DD")
    ] = None,
) -> None:
    """Query the warehouse, or the lake."""
    settings = load_settings()
    if lake or as_known:
        night = parse_night("--as-known", as_known)
        frame = query_lake(Lake(settings.lake_dir), query, as_known=night)
    else:
        frame = query_warehouse(settings.warehouse_path, query)
    if format == "csv":
        sys.stdout.write(frame.with_columns(pl.col(pl.List).list.join("|")).write_csv())
    elif format == "json":
        sys.stdout.write(frame.write_json() + "\n")
    else:
        width = Console().width if Console().is_terminal else 160
        sys.stdout.write(render_box(frame, width=width, rows=limit))


def explain(event_id: Annotated[str, typer.Argument(metavar="ID", help="of an event or venue, old ones too")]) -> None:
    """Who said what about one event, why it was linked, and what its id and fields went through."""
    explain_id(load_settings(), event_id, Console())


def doctor() -> None:
    """What is misconfigured, missing or stale; exit code 1 if anything is."""
    console = Console()
    findings = diagnose(load_settings())
    for finding in findings:
        mark = "[green]ok[/green]  " if finding.is_fine else "[red]look[/red]"
        remedy = f"; {finding.remedy}" if finding.remedy else ""
        line = escape(f"{finding.subject}: {finding.message}{remedy}")
        console.print(f"{mark} {line}", highlight=False, soft_wrap=True)
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(1)
