"""Summary: the closing table of a night, where its results are, and what to do next."""

import polars as pl
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.contracts import RunCost
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake

#: Figure → heading, narrow enough for all of them to stand beside each other.
COLUMNS = {
    "pages": "pages",
    "unwell": "unwell",
    "records": "records",
    "records_read": "read",
    "expansions": "expand",
    "listings": "listings",
    "rejects": "rejects",
    "repeats": "repeats",
    "located_elsewhere": "else",
    "new": "new",
    "changed": "changed",
    "moved": "moved",
    "postponed": "postp.",
    "cancelled": "canc.",
    "gone": "gone",
    "back": "back",
    "events": "events",
    "merged": "merged",
}


def print_summary(settings: Settings, request: NightRequest, outcomes: list[RunOutcome], seconds: float) -> None:
    """Per city what came in and what came out; then warnings, problems, places and next steps."""
    console = Console(width=160 if not Console().is_terminal else None)
    console.print(_table(request, outcomes))
    for outcome in outcomes:
        for problem in outcome.problems:
            line = f"[red]failed[/red]  {escape(outcome.name)}: {escape(problem)}"
            # One line however long: it names a file and what to do.
            console.print(line, highlight=False, soft_wrap=True)
    warned = sum(bool(outcome.warnings) for outcome in outcomes)
    published = sum(outcome.is_published for outcome in outcomes if outcome.name != "close")
    console.print(
        f"night {request.night}: {published} of {len(outcomes) - 1} places published in {seconds:.1f} s"
        + (f"; {warned} with feeds that were not seen whole (see source_health_latest)" if warned else ""),
        highlight=False,
    )
    if work := _work_seconds(settings, request):
        console.print(
            f"work       {sum(work.values()):.1f} s in all, of which Dagster's own share "
            f"{work.get('orchestrate', 0.0) / sum(work.values()):.0%}",
            highlight=False,
        )
    if outcomes[-1].is_published:
        console.print(f"warehouse  {settings.warehouse_path}\nlake       {settings.lake_dir}", highlight=False)
        console.print(
            "next       make ui                                   look at it in Dagster\n"
            '           .venv/bin/pulsecity sql "from cities_overview"   query it',
            highlight=False,
        )


def _work_seconds(settings: Settings, request: NightRequest) -> dict[str, float]:
    """Stage → seconds over all places of the night; empty where nothing was published."""
    lake = Lake(settings.lake_dir)
    if lake.version(RunCost) is None:
        return {}
    tonight = lake.scan(RunCost).filter(pl.col("night") == request.night)
    return dict(tonight.group_by("stage").agg(pl.col("seconds").sum()).sort("stage").collect().iter_rows())


def _table(request: NightRequest, outcomes: list[RunOutcome]) -> Table:
    table = Table(title=f"night {request.night}", title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("city", no_wrap=True)
    for heading in (*COLUMNS.values(), "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    cities = [outcome for outcome in outcomes if outcome.name != "close"]
    for outcome in cities:
        cells = [f"{outcome.counts[name]:,}" if name in outcome.counts else "–" for name in COLUMNS]
        style = None if outcome.is_published else "red"
        table.add_row(outcome.name, *cells, f"{outcome.seconds:.1f}", style=style)
    totals = [f"{sum(outcome.counts.get(name, 0) for outcome in cities):,}" for name in COLUMNS]
    table.add_section()
    table.add_row("all", *totals, f"{sum(outcome.seconds for outcome in outcomes):.1f}")
    return table
