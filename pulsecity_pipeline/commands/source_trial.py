"""`pulsecity source try`: one source for one city, scored, and accepted or refused; nothing of it is kept."""

import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

import orjson
import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pulsecity_pipeline.city_run.trying import TrialRequest, fetch_trial, make_trial
from pulsecity_pipeline.commands.options import parse_night
from pulsecity_pipeline.config.cities import load_all_cities, require_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.onboarding import load_onboarding
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.inputs import AskedInput, KeptInput, dated_nights, open_input, open_source
from pulsecity_pipeline.quality.scorecard import build_scorecard, list_reasons
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.sources.protocol import FetchedPage
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline.store.lake import Lake

EXAMPLES = """
**Examples**

    pulsecity source try tribe --city ca-toronto                       its configured feeds, live, though it is off
    pulsecity source try ics --city ca-toronto --from https://a.example/events.ics       one address, live
    pulsecity source try ics --city ca-toronto --from replay:nights --as-of 2026-03-10   saved pages of that night
    pulsecity source try ics --city ca-toronto --from replay:nights --feed library --json

Exit code 0: accept; 1: refuse; 2: it could not be tried. Thresholds: config/onboarding.yaml. Consent and keys are
required as in a run. Where a replay has an earlier night, or the lake has the source, ids are compared with it.
"""
_ADDRESSES = ("http://", "https://", "webcal://")


def try_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the source, one of `pulsecity source list`")],
    city: Annotated[str, typer.Option(help="the city it is tried for")],
    source_mode: Annotated[
        str, typer.Option("--from", metavar="MODE", help="live, replay:DIR, lake:DIR, sandbox, or an address")
    ] = "live",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="the night, YYYY-MM-DD [PULSECITY_AS_OF]")] = None,
    feed: Annotated[list[str] | None, typer.Option(help="only this feed; repeatable")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the scorecard as JSON")] = False,
) -> None:
    """Pull a source for one city without keeping anything, print its scorecard, and accept or refuse it."""
    settings, entries = load_settings(), load_sources()
    if name not in SOURCES or name not in entries:
        known = ", ".join(sorted(SOURCES.keys() & entries.keys()))
        raise ConfigurationError(f"unknown source {name}: expected one of {known}")
    cities = load_all_cities(settings.data_dir)
    require_cities([city], cities)
    night = _choose_night(settings, source_mode, as_of)
    request = TrialRequest(name, cities[city], cities, night, entries[name].is_shared, tuple(feed or ()))
    fetched = fetch_trial(_open(settings, source_mode, request), request)
    if not fetched:
        raise ConfigurationError(
            f"{source_mode}: source {name} has no such feed for {city}: expected an address, --from URL"
        )
    trial = make_trial(fetched, _fetch_earlier(settings, source_mode, request), request, Lake(settings.lake_dir))
    scorecard = build_scorecard(trial, load_onboarding())
    reasons = list_reasons(scorecard)
    show = _write_json if as_json else _print
    show(request, scorecard, reasons)
    if source_mode == "live" and not reasons and not as_json:
        typer.echo(f"config/sources/{name}.yaml: `enabled: true` and `verified_on: {night}` turn it on")
    if reasons:
        raise typer.Exit(1)


def _choose_night(settings: Settings, mode: str, as_of: str | None) -> date:
    given = parse_night("--as-of", as_of) or settings.as_of
    dated = dated_nights(mode)
    return given or (dated[-1] if dated else datetime.now(UTC).date())


def _open(settings: Settings, mode: str, request: TrialRequest) -> AskedInput | KeptInput:
    sources, url = load_sources(), mode if mode.startswith(_ADDRESSES) else None
    if mode == "live" or url is not None:
        return open_source(
            request.source,
            sources[request.source],
            url=url,
            night=request.night,
            data_dir=settings.data_dir,
            cities=request.cities,
            environment=os.environ,
        )
    if mode != "sandbox" and not mode.startswith(("replay:", "lake:")):
        raise ConfigurationError(f"--from {mode}: expected live, replay:DIR, lake:DIR, sandbox or an address")
    return open_input(
        mode,
        night=request.night,
        seed=settings.seed,
        sandbox_scale=settings.sandbox_scale,
        data_dir=settings.data_dir,
        cities=dict(request.cities),
        sources=sources,
    )


def _fetch_earlier(settings: Settings, mode: str, request: TrialRequest) -> list[FetchedPage] | None:
    """The pages of the last saved night before; None where no folder has one."""
    earlier = [night for night in dated_nights(mode) if night < request.night]
    if not earlier:
        return None
    before = replace(request, night=earlier[-1])
    return fetch_trial(_open(settings, mode, before), before) or None


def _print(request: TrialRequest, scorecard: pl.DataFrame, reasons: list[str]) -> None:
    console = Console(width=None if Console().is_terminal else 120)
    table = Table(title=f"source {request.source}, {request.city.city_id}, {request.night}", title_justify="left")
    for column in ("", "measure", "count", "of", "share", "limit", ""):
        table.add_column(column, justify="right" if column in ("count", "of", "share", "limit") else "left")
    section = None
    for row in scorecard.to_dicts():
        if section not in (None, row["section"]):
            table.add_section()
        table.add_row(row["section"] if row["section"] != section else "", *_cells(row))
        section = row["section"]
    console.print(table)
    for reason in reasons:
        console.print(f"[red]refuse[/red]  {escape(reason)}", highlight=False, soft_wrap=True)
    if not reasons:
        console.print("[green]accept[/green]  every measure with a limit is within it", highlight=False)


def _cells(row: dict[str, object]) -> tuple[str, ...]:
    share = "" if row["share"] is None else f"{100 * float(str(row['share'])):.1f} %"
    total = "" if row["total"] is None else f"{row['total']:,}"
    mark = {None: "", True: "[green]ok[/green]", False: "[red]no[/red]"}[row["is_met"]]  # type: ignore[index]
    return escape(str(row["measure"])), f"{row['count']:,}", total, share, str(row["limit"] or ""), mark


def _write_json(request: TrialRequest, scorecard: pl.DataFrame, reasons: list[str]) -> None:
    told = {
        "source": request.source,
        "city": request.city.city_id,
        "night": request.night,
        "verdict": "refuse" if reasons else "accept",
        "reasons": reasons,
        "scorecard": scorecard.to_dicts(),
    }
    sys.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n")
