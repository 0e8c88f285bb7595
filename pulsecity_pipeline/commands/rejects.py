"""`pulsecity replay-rejects`: after a fix of code, what was refused is tried again from the pages that are kept."""

import os
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.city_run.retrying import retry_rejects
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.commands.local_runs import LocalRuns
from pulsecity_pipeline.config.cities import PLACELESS, load_all_cities, require_cities
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Page, Reject
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline.store.kept_pages import read_bodies
from pulsecity_pipeline.store.lake import Lake, require_writable
from pulsecity_pipeline.store.published import latest_published, scan_all_published

EXAMPLES = """
**Examples**

    pulsecity replay-rejects --dry-run                 by rule: what would become listings, what would stay
    pulsecity replay-rejects --city ca-toronto         run the city's last published night again, from its kept pages
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="replay-rejects", epilog=EXAMPLES)(replay_rejects)


def replay_rejects(
    city: Annotated[list[str] | None, typer.Option(help="only this city; repeatable")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would become of them, change nothing")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="runs at a time; default: the cores")] = None,
) -> None:
    """Try the open rejects of each city's last published night again; exit 1 if a run fails.

    Nothing is fetched: raw stays as received. Each city's night is listed, resolved, derived and published again, then
    `online`, `elsewhere` and the warehouse.
    """
    settings, console = load_settings(), Console()
    lake = Lake(settings.lake_dir)
    require_cities(city or [], load_all_cities(settings.data_dir))
    rejects, nights = _open_rejects(lake, city), _last_nights(lake)
    if rejects.is_empty():
        console.print("no open rejects")
        return
    city_ids = require_cities(rejects["pull_city_id"].unique().sort().to_list(), load_all_cities(settings.data_dir))
    if dry_run:
        _print_rules(console, "would be replayed", _try_cities(lake, settings, rejects, nights))
        return
    require_writable(settings.data_dir)
    outcomes = _run_again(settings, city_ids, nights, jobs)
    after = _open_rejects(lake, city_ids)
    _print_rules(console, "replayed", _compare(rejects, after))
    problems = [f"{outcome.name}: {problem}" for outcome in outcomes for problem in outcome.problems]
    for problem in problems:
        console.print(f"[red]failed[/red]  {escape(problem)}", highlight=False)
    if not all(outcome.is_published for outcome in outcomes):
        raise typer.Exit(1)


def _open_rejects(lake: Lake, city_ids: list[str] | None) -> pl.DataFrame:
    """Published rows of clean.rejects that are not replayed yet."""
    rows = scan_all_published(lake, Reject).filter(pl.col("replayed_at").is_null()).collect()
    return rows.filter(pl.col("pull_city_id").is_in(city_ids)) if city_ids else rows


def _last_nights(lake: Lake) -> Mapping[str, date]:
    published = latest_published(lake).group_by("city_id").agg(pl.col("night").max())
    return dict(published.iter_rows())


def _try_cities(lake: Lake, settings: Settings, rejects: pl.DataFrame, nights: Mapping[str, date]) -> pl.DataFrame:
    cities, taxonomy = load_all_cities(settings.data_dir), load_taxonomy()
    tried = []
    for (name,), of_city in rejects.group_by("pull_city_id"):
        city_id = str(name)
        night = nights[city_id]
        pages = lake.scan(Page, partitions=[city_id], night=night).collect()
        found = retry_rejects(
            of_city,
            pages,
            read_bodies(lake, pages.join(of_city, on="page_id", how="semi")),
            sources=SOURCES,
            city=cities[city_id],
            cities=cities,
            night=night,
            at=datetime.combine(night, time.min, UTC),
            taxonomy=taxonomy,
        )
        tried.append(found.with_columns(city=pl.lit(city_id)))
    columns = ["city", "rule", "open", "become_listings", "repeat", "stay"]
    return pl.concat(tried).select(columns).sort(["city", "open", "rule"], descending=[False, True, False])


def _compare(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Per city and rule: open before, replayed (fewer than before), still open."""
    place = ["pull_city_id", "rule"]
    opened, still = (
        frame.group_by(place).agg(pl.len().cast(pl.Int64).alias(name))
        for frame, name in ((before, "open"), (after, "still_open"))
    )
    counts = opened.join(still, on=place, how="full", coalesce=True).with_columns(
        pl.col("open", "still_open").fill_null(0)
    )
    fewer = pl.max_horizontal(pl.col("open") - pl.col("still_open"), pl.lit(0))
    columns = [pl.col("pull_city_id").alias("city"), pl.col("rule", "open"), fewer.alias("replayed"), "still_open"]
    return counts.select(columns).sort(["city", "open", "rule"], descending=[False, True, False])


def _run_again(
    settings: Settings, city_ids: Collection[str], nights: Mapping[str, date], jobs: int | None
) -> list[RunOutcome]:
    """Each city's last night without its pull, in the order of nights.

    Then, of the newest night of all, the places without pages, and the close.
    """
    prepare_dagster_home(settings)
    requests = {
        night: NightRequest(settings.data_dir, settings.input, settings.seed, night, part="after_pull")
        for night in sorted(set(nights.values()))
    }
    last = requests[max(requests)]
    with LocalRuns(jobs or os.cpu_count() or 1, last) as runs:
        outcomes = [
            outcome
            for night, request in requests.items()
            for outcome in runs.run_cities([city_id for city_id in city_ids if nights[city_id] == night], request)
        ]
        return [*outcomes, *runs.run_cities(list(PLACELESS), last), runs.run_close(last)]


def _print_rules(console: Console, title: str, counts: pl.DataFrame) -> None:
    table = Table(title=f"rejects: {title}", title_justify="left")
    for name in counts.columns:
        table.add_column(name.replace("_", " "), justify="left" if name in ("city", "rule") else "right")
    for row in counts.iter_rows():
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else cell for cell in row))
    table.add_section()
    totals = counts.select(pl.selectors.integer().sum()).row(0) if counts.height else ()
    table.add_row("all", "", *(f"{total:,}" for total in totals))
    console.print(table)
