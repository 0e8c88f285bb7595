"""`pulsecity run`: the nights of some cities, with live progress and a closing table."""

import os
import time
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.commands.local_runs import LocalRuns
from pulsecity_pipeline.commands.progress import NightProgress
from pulsecity_pipeline.commands.summary import print_summary
from pulsecity_pipeline.config.cities import PLACELESS, SHARED, load_all_cities, require_cities
from pulsecity_pipeline.config.cities_added import add_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.inputs import dated_nights, has_shared_feeds, open_input, replay_cities
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.store.failures import require_room
from pulsecity_pipeline.store.lake import require_writable

EXAMPLES = """
**Examples**

    pulsecity run                                             the sandbox, 6 cities, tonight
    pulsecity run --all-cities                                the sandbox, every configured city
    pulsecity run --from replay:pages --as-of 2026-08-22      saved pages, as of that night
    pulsecity run --from replay:nights --every-night          all dated folders, in order
    pulsecity run --from lake:data --every-night              the pages another data folder keeps, night by night
    pulsecity run --city us-ca-davis --source ics             one city, one source
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="run", epilog=EXAMPLES)(run)


def run(
    source_mode: Annotated[
        str | None, typer.Option("--from", metavar="MODE", help="sandbox, replay:DIR, lake:DIR, live [PULSECITY_INPUT]")
    ] = None,
    city: Annotated[list[str] | None, typer.Option(help="only this city; repeatable")] = None,
    source: Annotated[list[str] | None, typer.Option(help="only this source; repeatable")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="the night, YYYY-MM-DD [PULSECITY_AS_OF]")] = None,
    every_night: Annotated[bool, typer.Option("--every-night", help="all dated folders, or a lake's nights")] = False,
    all_cities: Annotated[bool, typer.Option("--all-cities", help="every configured city")] = False,
    add_city: Annotated[bool, typer.Option("--add-city", help="add cities a replay folder names, by GeoNames")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="runs at a time; default: the cores")] = None,
) -> None:
    """Materialise the graph: pull, list, resolve, derive, publish each city, then close with the warehouse."""
    settings = _settings(source_mode)
    require_room(require_writable(settings.data_dir))
    if add_city:
        add_cities(replay_cities(settings.input), settings.data_dir)
    nights = _nights(settings, as_of, every_night)
    wanted_sources = tuple(_require_sources(source or []))
    plans = {night: _city_ids(settings, night, city or [], all_cities) for night in nights}
    prepare_dagster_home(settings)
    console = Console(stderr=True)
    requests = [
        NightRequest(
            settings.data_dir,
            settings.input,
            settings.seed,
            night,
            wanted_sources,
            sandbox_scale=settings.sandbox_scale,
        )
        for night in nights
    ]
    failed = False
    with LocalRuns(jobs or os.cpu_count() or 1, requests[0]) as runs:
        for request in requests:
            started = time.perf_counter()
            outcomes = _run_night(runs, request, plans[request.night], console)
            print_summary(settings, request, outcomes, time.perf_counter() - started)
            failed |= any(not outcome.is_published for outcome in outcomes)
    if failed:
        raise typer.Exit(1)


def _run_night(runs: LocalRuns, request: NightRequest, city_ids: list[str], console: Console) -> list[RunOutcome]:
    """What cities share first, then the cities, then what is in none of them, and the close."""
    shared = [city_id for city_id in city_ids if city_id == SHARED]
    groups = (shared, [city_id for city_id in city_ids if city_id != SHARED], list(PLACELESS))
    with NightProgress(console, runs.stages, request.night, sum(map(len, groups)) + 1) as progress:
        outcomes = []
        for group in groups:
            for outcome in runs.run_cities(group, request):
                progress.finish(outcome)
                outcomes.append(outcome)
        closed = runs.run_close(request)
        progress.finish(closed)
    return [*sorted(outcomes, key=lambda outcome: outcome.name), closed]


def _settings(source_mode: str | None) -> Settings:
    settings = load_settings()
    if source_mode is None:
        return settings
    if source_mode not in ("sandbox", "live") and not source_mode.startswith(("replay:", "lake:")):
        raise ConfigurationError(f"--from {source_mode}: expected sandbox, live, replay:DIR or lake:DIR")
    return settings.model_copy(update={"input": source_mode})


def _nights(settings: Settings, as_of: str | None, every_night: bool) -> list[date]:
    dated = dated_nights(settings.input)
    if every_night:
        if not dated:
            raise ConfigurationError(
                f"--every-night: {settings.input} has no dated folders (YYYY-MM-DD), nor a lake's published nights"
            )
        return dated
    try:
        given = date.fromisoformat(as_of) if as_of else settings.as_of
    except ValueError:
        raise ConfigurationError(f"--as-of {as_of}: expected a date, YYYY-MM-DD") from None
    return [given or (dated[-1] if dated else datetime.now(UTC).date())]


def _require_sources(wanted: list[str]) -> list[str]:
    unknown = [name for name in wanted if name not in load_sources()]
    if unknown:
        raise ConfigurationError(f"unknown source {', '.join(unknown)}: expected one of {', '.join(load_sources())}")
    return wanted


def _city_ids(settings: Settings, night: date, wanted: list[str], all_cities: bool) -> list[str]:
    known = load_all_cities(settings.data_dir)
    named = require_cities([city_id for city_id in wanted if city_id not in (SHARED, *PLACELESS)], known)
    pages = open_input(
        settings.input,
        night=night,
        seed=settings.seed,
        sandbox_scale=settings.sandbox_scale,
        data_dir=settings.data_dir,
        cities=known,
        sources=load_sources(),
    )
    # `online` and `elsewhere` run every night: to name one is to want no other city.
    chosen = named if wanted else list(known) if all_cities else pages.default_cities
    if not chosen and not wanted:
        raise ConfigurationError(f"{settings.input}: no city has pages of a published night {night}")
    require_cities(chosen, known)
    if (not wanted or SHARED in wanted) and has_shared_feeds(pages, load_sources()):
        chosen = [SHARED, *chosen]
    size = {city_id: sum(len(pages.feeds(city_id, name)) for name in load_sources()) for city_id in chosen}
    # The largest first, so that the last worker does not end long after the others.
    return sorted(dict.fromkeys(chosen), key=lambda city_id: (-size[city_id], city_id))
