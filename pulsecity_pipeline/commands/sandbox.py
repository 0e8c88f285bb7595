"""`pulsecity sandbox …`: the fictional world served, saved as a replay folder, and its truth as tables."""

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pulsecity_pipeline.commands.sandbox_export import export_pages, export_truth, save_tables
from pulsecity_pipeline.config.cities import SHARED, load_all_cities, require_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.interactions import load_interaction_sources
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.night import DEFAULT_SANDBOX_CITIES, PEOPLE, SandboxNight
from pulsecity_pipeline.sandbox.people.drops import write_drops
from pulsecity_pipeline.sandbox.serving.faults import KINDS, FaultPlan
from pulsecity_pipeline.settings import load_settings

AsOfOption = Annotated[str | None, typer.Option(metavar="DATE", help="the world's day; default: today")]
CityOption = Annotated[list[str] | None, typer.Option(help="only this city; repeatable; default: six cities")]
ScaleOption = Annotated[float | None, typer.Option(help="how much of the world there is [PULSECITY_SANDBOX_SCALE]")]
FaultOption = Annotated[
    list[str] | None,
    typer.Option("--fault", metavar="SOURCE[/FEED][@CITY]=KIND", help=f"switch a fault on; KIND: {', '.join(KINDS)}"),
]

_SERVE_HELP = """Serve the world over loopback HTTP until Ctrl-C.

    pulsecity sandbox serve --city us-tx-austin
    pulsecity sandbox serve --fault ticketmaster=429 --fault '*@de-berlin=slow'

Hosts are those of the sources with `.sandbox.example` behind: name them in the Host header.
"""
_EXPORT_HELP = """Write the world's pages as a replay folder: `pulsecity run --from replay:FOLDER` reads it.

    pulsecity sandbox export /tmp/world --as-of 2026-03-01 --nights 3
"""
_PEOPLE_HELP = """Write what the world's people did as drops of interactions, bots and broken rows among them.

    pulsecity sandbox people --days 3 && PULSECITY_USER_KEY=… pulsecity interactions

Without --drops they go where `pulsecity interactions` looks; --truth saves what is true of them as Parquet tables.
"""
_TRUTH_HELP = """Write what is true of the world as Parquet tables: happenings, history, price tiers, venues, artists,
and what each listing stands for.

    pulsecity sandbox truth /tmp/truth --city us-tx-austin --as-of 2026-03-01
"""


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    sandbox = typer.Typer(help="The seeded fictional world that runs need no network for.", no_args_is_help=True)
    sandbox.command("serve", help=_SERVE_HELP)(serve)
    sandbox.command("export", help=_EXPORT_HELP)(export)
    sandbox.command("truth", help=_TRUTH_HELP)(truth)
    sandbox.command("people", help=_PEOPLE_HELP)(people)
    app.add_typer(sandbox, name="sandbox")


def serve(
    as_of: AsOfOption = None, city: CityOption = None, scale: ScaleOption = None, fault: FaultOption = None
) -> None:
    """Sites, then the port, then nothing until it is interrupted."""
    fiction, chosen = _open(as_of, city, scale)
    faults = FaultPlan.parse(fault or [], DIALECTS)
    served = [*chosen, SHARED]
    faults.refuse_idle([site for city_id in served for site in fiction.sites(city_id)])
    with fiction.serve(served, faults) as server:
        table = Table("city", "source", "address", "broken")
        for city_id in served:
            for site in fiction.sites(city_id):
                table.add_row(city_id, site.source, site.url, site.fault or "")
        Console().print(table)
        Console().print(f"sandbox on 127.0.0.1:{server.port}  (Ctrl-C ends it)", highlight=False)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


def export(
    folder: Annotated[Path, typer.Argument(help="where to write; a replay folder")],
    as_of: AsOfOption = None,
    city: CityOption = None,
    scale: ScaleOption = None,
    nights: Annotated[int, typer.Option(min=1, help="so many nights from the day on, in dated folders")] = 1,
) -> None:
    """Pull every site and save what it answered."""
    fiction, chosen = _open(as_of, city, scale)
    count = export_pages(folder, fiction, chosen, nights)
    Console().print(f"wrote {count:,} pages of {len(chosen)} cities to {folder}", highlight=False)


def truth(
    folder: Annotated[Path, typer.Argument(help="where to write")],
    as_of: AsOfOption = None,
    city: CityOption = None,
    scale: ScaleOption = None,
) -> None:
    """Build the worlds and save their tables."""
    fiction, chosen = _open(as_of, city, scale)
    table = Table("table", "rows")
    for name, rows in export_truth(folder, fiction, chosen).items():
        table.add_row(name, f"{rows:,}")
    Console().print(table)
    Console().print(f"wrote {folder}", highlight=False)


def people(
    drops: Annotated[Path | None, typer.Option(help="folder of the drops; default: where `interactions` looks")] = None,
    truth_folder: Annotated[Path | None, typer.Option("--truth", help="folder of what is true of them")] = None,
    as_of: AsOfOption = None,
    city: CityOption = None,
    days: Annotated[int, typer.Option(min=1, help="so many days up to the eve of the world's day")] = 1,
    accounts: Annotated[int, typer.Option(min=50, help="of each city")] = PEOPLE,
    scale: ScaleOption = None,
) -> None:
    """Simulate the people of each city and save what they sent."""
    fiction, chosen = _open(as_of, city, scale)
    folder = drops or load_interaction_sources().folder(load_settings().data_dir)
    table = Table("city", "interactions", "drops")
    for city_id in chosen:
        simulated = fiction.people(city_id, days=days, accounts=accounts)
        paths = write_drops(folder, simulated.sent)
        table.add_row(city_id, f"{simulated.sent.height:,}", str(len(paths)))
        if truth_folder is not None:
            save_tables(truth_folder / city_id, simulated.truth)
    Console().print(table)
    Console().print(f"wrote {folder}", highlight=False)


def _open(as_of: str | None, city: list[str] | None, scale: float | None) -> tuple[SandboxNight, list[str]]:
    settings = load_settings()
    known = load_all_cities(settings.data_dir)
    chosen = require_cities(city or list(DEFAULT_SANDBOX_CITIES), known)
    size = settings.sandbox_scale if scale is None else scale
    return SandboxNight(known, seed=settings.seed, night=_day(as_of), scale=size), chosen


def _day(as_of: str | None) -> date:
    try:
        return date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    except ValueError:
        raise ConfigurationError(f"--as-of {as_of}: expected a date, YYYY-MM-DD") from None
