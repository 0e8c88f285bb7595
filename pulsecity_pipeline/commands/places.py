"""`pulsecity city` and `pulsecity source`: what is configured, and adding to it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pulsecity_pipeline.commands import source_scaffold, source_trial
from pulsecity_pipeline.config.cities import load_all_cities
from pulsecity_pipeline.config.cities_added import add_cities
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import require_writable


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    city = typer.Typer(help="The cities that runs can cover.", no_args_is_help=True)
    city.command("list")(list_cities)
    city.command("add")(add_city)
    app.add_typer(city, name="city")
    source = typer.Typer(help="The sources that pages come from.", no_args_is_help=True)
    source.command("list")(list_sources)
    source.command("new", epilog=source_scaffold.EXAMPLES)(source_scaffold.new_source)
    source.command("try", epilog=source_trial.EXAMPLES)(source_trial.try_source)
    app.add_typer(source, name="source")


def list_cities() -> None:
    """Every configured city."""
    table = Table("city", "name", "zone", "population", "radius km")
    for entry in load_all_cities(load_settings().data_dir).values():
        row = (entry.city_id, entry.name, entry.timezone, f"{entry.population:,}", f"{entry.radius_km:g}")
        table.add_row(*row)
    _console().print(table)


def add_city(city_id: Annotated[str, typer.Argument(help="us-<state>-<name> or <country>-<name>")]) -> None:
    """Add a city by its id, resolved by GeoNames, to this installation's cities.yaml."""
    settings = load_settings()
    require_writable(settings.data_dir)
    added = add_cities([city_id], settings.data_dir)
    Console().print(f"added {city_id}" if added else f"{city_id} is known already", highlight=False)


def list_sources() -> None:
    """Every source, and whether live input pulls it."""
    table = Table("source", "what", "live", "verified on", "feeds", "keys", "consent")
    for name, entry in load_sources().items():
        feeds = sum(len(found) for found in entry.feeds.values())
        keys = ", ".join(key.variable for key in entry.keys) or "–"
        consent = {None: "–", True: "given", False: "needed"}[entry.consent]
        live = "on" if entry.is_live else "off"
        table.add_row(name, entry.title, live, str(entry.verified_on or "–"), str(feeds), keys, consent)
    _console().print(table)


def _console() -> Console:
    """Wide enough for ids that are read by programs too."""
    return Console(width=None if Console().is_terminal else 160)
