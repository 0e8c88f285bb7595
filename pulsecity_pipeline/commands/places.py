"""`pulsecity city` and `pulsecity source`: what is configured, and adding to it."""

import re
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pulsecity_pipeline.commands import source_scaffold, source_trial
from pulsecity_pipeline.commands.place_search import find_places
from pulsecity_pipeline.config.cities import City, load_all_cities
from pulsecity_pipeline.config.cities_added import GeoPlace, add_cities, choose_id, find_known, resolve_city_id
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import require_writable

EXAMPLES = """
**Examples**

    pulsecity city add "Lisboa, PT"                    a name in any language, and its country
    pulsecity city add "Springfield, IL, US"           with its state
    pulsecity city add us-or-bend                      an id

Several places of one name are listed with their ids (exit code 2): add the one that is meant.
"""
_ID = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
#: Places of one name that are listed.
_MOST_PLACES = 20


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    city = typer.Typer(help="The cities that runs can cover.", no_args_is_help=True)
    city.command("list")(list_cities)
    city.command("add", epilog=EXAMPLES)(add_city)
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


def add_city(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="NAME[, STATE OR REGION][, COUNTRY], or an id")],
) -> None:
    """Add a city, found in GeoNames offline, to this installation's cities.yaml; one that is known stays as it is."""
    settings = load_settings()
    known = load_all_cities(settings.data_dir)
    if place in known:
        typer.echo(f"{place} is known already")
        return
    city_id = place if _ID.fullmatch(place) else choose_id(_choose_place(place, known), known)
    same = find_known(resolve_city_id(city_id).geoname_id, settings.data_dir)
    if same is not None:
        typer.echo(f"{place} is known already, as {same.city_id}")
        return
    require_writable(settings.data_dir)
    for city in add_cities([city_id], settings.data_dir):
        typer.echo(f"added {city.city_id}: {city.name}, {city.admin1}, {city.country}, {city.population:,} people")


def _choose_place(text: str, known: dict[str, City]) -> GeoPlace:
    """The one place that is meant; several are listed. Raises ConfigurationError."""
    places = find_places(text)
    if len(places) == 1:
        return places[0]
    table = Table("id", "name", "region", "country", "population")
    for place in places[:_MOST_PLACES]:
        facts = (place["name"], place["admin1code"], place["countrycode"], f"{place['population']:,}")
        table.add_row(choose_id(place, known), *facts)
    _console().print(table)
    raise ConfigurationError(
        f"city {text!r}: {len(places)} places: expected one of their ids, or its region and country"
    )


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
