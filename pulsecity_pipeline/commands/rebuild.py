"""`pulsecity rebuild`: the lake again from its raw pages, night by night, compared with what was published."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as change
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from deltalake.exceptions import DeltaError
from rich.console import Console
from rich.markup import escape

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.commands.lake_comparison import compare_lakes, print_comparison
from pulsecity_pipeline.commands.lake_swap import prepare_target, refuse_replacing, replace_lake
from pulsecity_pipeline.commands.local_runs import LocalRuns
from pulsecity_pipeline.commands.progress import NightProgress
from pulsecity_pipeline.config.cities import load_all_cities, require_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts.signals import SIGNALS
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.store.copying import copy_published, copy_visitors
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import select_build
from pulsecity_pipeline.store.rebuild_plan import NightPlan, RebuildPlan, plan_rebuild

EXAMPLES = """
**Examples**

    pulsecity rebuild                                  into data/rebuilt, and compare
    pulsecity rebuild --city ca-toronto                this city; the others as they were published
    pulsecity rebuild --replace                        the rebuilt lake takes the place of the old one, which is kept
    pulsecity rebuild --replace --kept-as lake.2026-08-22
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="rebuild", epilog=EXAMPLES)(rebuild)


def rebuild(
    city: Annotated[list[str] | None, typer.Option(help="only this city; repeatable")] = None,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="an empty folder; default: <data>/rebuilt")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="put the rebuilt lake in place of the old one")] = False,
    kept_as: Annotated[
        str, typer.Option(metavar="NAME", help="what --replace names the old one")
    ] = "lake.before-rebuild",
    jobs: Annotated[int | None, typer.Option(min=1, help="runs at a time; default: the cores")] = None,
) -> None:
    """Run every published night again from the pages that are kept; exit 1 if a run fails or any table differs.

    No network is needed. Where older pages have been dropped, it starts from the state published before the first
    night that is kept whole. With --replace nothing may publish meanwhile.
    """
    settings, console = load_settings(), Console(stderr=True)
    lake = Lake(settings.lake_dir)
    require_cities(city or [], load_all_cities(settings.data_dir))
    before, plan = select_build(lake), plan_rebuild(lake, city or None)
    if not plan.nights:
        raise ConfigurationError(f"rebuild: {settings.lake_dir}: no pages are kept of a published night")
    require_cities(plan.city_ids, load_all_cities(settings.data_dir))
    if replace:
        refuse_replacing(settings, into, kept_as)
    target = Settings(data_dir=prepare_target(settings, into))
    started = time.perf_counter()
    problems = _rebuild_into(target, settings, plan, city or None, jobs or os.cpu_count() or 1, console)
    for problem in problems:
        console.print(f"[red]failed[/red]  {escape(problem)}", highlight=False)
    is_same = print_comparison(compare_lakes(lake, before, Lake(target.lake_dir), city or None))
    seconds = time.perf_counter() - started
    console.print(f"{len(plan.nights)} nights in {seconds:.1f} s: {target.data_dir}", soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    if replace:
        _take_place(settings, target, lake, before, plan, city or None, kept_as)
    if not is_same:
        raise typer.Exit(1)


def _rebuild_into(
    target: Settings, settings: Settings, plan: RebuildPlan, city_ids: list[str] | None, jobs: int, console: Console
) -> list[str]:
    """Run the plan; returns what went wrong, one line each."""
    old, new = Lake(settings.lake_dir), Lake(target.lake_dir)
    mode = f"lake:{settings.data_dir}"
    requests = [NightRequest(target.data_dir, mode, settings.seed, planned.night) for planned in plan.nights]
    problems: list[str] = []
    with _own_dagster_home(target), LocalRuns(jobs, requests[0]) as runs:
        if plan.copied_until is not None:
            console.print(f"pages are kept whole from {plan.nights[0].night} on: what was published before is copied")
            with _kept_versions():
                copy_published(old, new, city_ids=city_ids, up_to=plan.copied_until)
        for planned, request in zip(plan.nights, requests, strict=True):
            if city_ids is not None:
                # What a city resolves are its neighbours' listings of the night before.
                with _kept_versions():
                    copy_visitors(old, new, city_ids=city_ids, up_to=planned.night - timedelta(days=1))
            for outcome in _run_night(runs, planned, request, console):
                problems += [f"{planned.night} {outcome.name}: {problem}" for problem in outcome.problems]
        if city_ids is None:
            # Interactions are kept without user ids: no raw to make them from.
            with _kept_versions():
                copy_published(old, new, city_ids=list(SIGNALS))
            closed = runs.run_close(requests[-1])
            problems += [f"close: {problem}" for problem in closed.problems]
    return problems


def _run_night(runs: LocalRuns, planned: NightPlan, request: NightRequest, console: Console) -> Iterator[RunOutcome]:
    groups = (
        (planned.pulled_only, change(request, part="pull")),
        (planned.shared, request),
        (planned.published, request),
        (planned.placeless, request),
    )
    with NightProgress(console, runs.stages, planned.night, sum(len(group) for group, _ in groups)) as progress:
        for group, wanted in groups:
            for outcome in runs.run_cities(group, wanted):
                progress.finish(outcome)
                yield outcome


def _take_place(
    settings: Settings,
    target: Settings,
    lake: Lake,
    before: pl.DataFrame,
    plan: RebuildPlan,
    city_ids: list[str] | None,
    kept_as: str,
) -> None:
    """Complete the rebuilt lake with the cities that were not asked for, swap it in, and build the warehouse of it."""
    if not select_build(lake).equals(before):
        raise ConfigurationError(f"rebuild: {settings.lake_dir} was published to meanwhile: not replaced; run it again")
    if city_ids is not None:
        others = sorted(set(before["city_id"]) - set(city_ids))
        with _kept_versions():
            copy_published(lake, Lake(target.lake_dir), city_ids=others)
    replace_lake(settings, target, kept_as)
    prepare_dagster_home(settings)
    newest = max(before["night"].to_list(), default=plan.nights[-1].night)
    request = NightRequest(settings.data_dir, settings.input, settings.seed, newest)
    with LocalRuns(1, request) as runs:
        closed = runs.run_close(request)
    Console().print(f"lake       {settings.lake_dir} (the old one: {settings.data_dir / kept_as})", highlight=False)
    if not closed.is_published:
        raise ConfigurationError(f"rebuild: the lake is replaced, the warehouse is not: {'; '.join(closed.problems)}")


@contextmanager
def _kept_versions() -> Iterator[None]:
    try:
        yield
    except (OSError, DeltaError, LakeDamaged, pl.exceptions.ComputeError) as error:
        first = str(error).splitlines()[0]
        raise ConfigurationError(
            f"rebuild: a published state to start from is no longer in the lake: {first}"
        ) from error


@contextmanager
def _own_dagster_home(target: Settings) -> Iterator[None]:
    """Runs of a rebuild are recorded beside it: the installation's own instance speaks of its own lake."""
    former = os.environ.pop("DAGSTER_HOME", None)
    prepare_dagster_home(target)
    try:
        yield
    finally:
        os.environ.pop("DAGSTER_HOME")
        if former is not None:
            os.environ["DAGSTER_HOME"] = former
