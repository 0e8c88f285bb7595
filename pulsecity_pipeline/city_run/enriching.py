"""Enriching: a published city's performers, venues and days, where providers are on and their answers have aged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.enrichment import ProviderEntry
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import ArtistFact, Event, Holiday, Sample, Table, Venue, VenuePlace, Weather
from pulsecity_pipeline.enrichment import deezer, weather
from pulsecity_pipeline.enrichment.asking import Asker, Fault, find_no_fault
from pulsecity_pipeline.enrichment.musicbrainz import find_artists
from pulsecity_pipeline.enrichment.performers import list_performers, put_over, select_due
from pulsecity_pipeline.enrichment.place_file import PlaceFile
from pulsecity_pipeline.enrichment.place_services import SERVICES, find_places
from pulsecity_pipeline.enrichment.places import Place, Wanted
from pulsecity_pipeline.enrichment.public_holidays import list_holidays
from pulsecity_pipeline.enrichment.samples import CHAIN, find_samples, keep_better
from pulsecity_pipeline.enrichment.venue_places import find_venue_places
from pulsecity_pipeline.sources.protocol import Client
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_published

#: Table → the providers it is made from.
MADE_FROM: dict[type[Table], tuple[str, ...]] = {
    ArtistFact: ("musicbrainz",),
    Sample: tuple(CHAIN),
    VenuePlace: ("open_places", *SERVICES),
    Weather: ("open_meteo",),
    Holiday: ("holidays",),
}
_FAULTS: dict[str, Callable[[Any], Fault | None]] = {"deezer": deezer.find_fault, "open_meteo": weather.find_fault}


@dataclass
class Enriched:
    """Tables to be written, whole; a table that nobody was asked for, or nobody answered, is not among them."""

    frames: dict[type[Table], pl.DataFrame] = field(default_factory=dict)
    askers: dict[str, Asker] = field(default_factory=dict)


@dataclass(frozen=True)
class CityNight:
    """What is enriched, and by whom: `providers` are those to ask."""

    lake: Lake
    city: City
    night: date
    at: datetime
    providers: Mapping[str, ProviderEntry]
    client: Client

    def known(self, table: type[Table]) -> pl.DataFrame:
        """What the lake holds of the city: enrichment goes on from its head, for no night is made from it."""
        return self.lake.scan(table, partitions=[self.city.city_id]).collect()

    def published(self, table: type[Table]) -> pl.DataFrame:
        return scan_published(self.lake, table, city_id=self.city.city_id, up_to=self.night).collect()


def enrich_city(given: CityNight) -> Enriched:
    """Ask for what is due; an answer that does not come leaves what was known before."""
    made = Enriched()
    for name, entry in given.providers.items():
        made.askers[name] = Asker(name, given.client, entry.max_requests, _FAULTS.get(name, find_no_fault))
    if "holidays" in given.providers:
        made.frames[Holiday] = list_holidays(given.city, given.night)
    if "open_meteo" in given.providers:
        _add_weather(given, made)
    if {"musicbrainz", *CHAIN} & set(given.providers):
        _add_music(given, made)
    _add_places(given, made)
    return made


def _add_weather(given: CityNight, made: Enriched) -> None:
    known = given.known(Weather)
    if known.filter(pl.col("known_at") > given.at - given.providers["open_meteo"].refresh).height:
        return
    told = weather.ask_forecast(given.city, given.at, made.askers["open_meteo"])
    if told.content is not None:
        made.frames[Weather] = weather.keep_past(told.content, known)


def _add_music(given: CityNight, made: Enriched) -> None:
    performers = list_performers(given.published(Event), given.night)
    if "musicbrainz" in given.providers:
        _add_facts(given, made, performers)
    facts = made.frames.get(ArtistFact, given.known(ArtistFact))
    on = [entry.refresh for name, entry in given.providers.items() if name in CHAIN]
    if not on:
        return
    if "musicbrainz" in given.providers:
        # Whom it could not be asked about is left for another night: a namesake's music stays for a month.
        performers = performers.join(facts, on="performer", how="semi", maintain_order="left")
    known = given.known(Sample)
    due = select_due(performers, known, key="performer", at=given.at, refresh=min(on), retry=pl.col("failures") > 0)
    askers = {name: asker for name, asker in made.askers.items() if name in CHAIN}
    found = keep_better(find_samples(due, facts, given.city, given.at, askers), known)
    if found.height:
        made.frames[Sample] = put_over(found, known, Sample.key)


def _add_facts(given: CityNight, made: Enriched, performers: pl.DataFrame) -> None:
    known, entry = given.known(ArtistFact), given.providers["musicbrainz"]
    due = select_due(performers, known, key="performer", at=given.at, refresh=entry.refresh)
    found = find_artists(due, given.city, given.at, made.askers["musicbrainz"])
    if found.height:
        made.frames[ArtistFact] = put_over(found, known, ArtistFact.key)


def _add_places(given: CityNight, made: Enriched) -> None:
    """Each provider has rows of its own; a venue that two of them know has two."""
    known = given.known(VenuePlace)
    for name in MADE_FROM[VenuePlace]:
        if (entry := given.providers.get(name)) is None:
            continue
        of_provider = known.filter(pl.col("provider") == name)
        venues = select_due(given.published(Venue), of_provider, key="venue_id", at=given.at, refresh=entry.refresh)
        if venues.height:
            find = _finder(name, entry, given.city, made.askers[name])
            found = find_venue_places(venues, given.city, given.at, name, find, keeps_content=entry.keeps_content)
            known = put_over(found, known, VenuePlace.key) if found.height else known
            if found.height:
                made.frames[VenuePlace] = known


def _finder(name: str, entry: ProviderEntry, city: City, asker: Asker) -> Callable[[Wanted], Sequence[Place] | None]:
    """How a provider is asked for a venue. Raises ConfigurationError for a file that is not there."""
    if name in SERVICES:
        return lambda wanted: find_places(SERVICES[name], wanted, asker)
    if entry.path is None:
        raise ConfigurationError("config/enrichment/open_places.yaml: field path: expected a Parquet or CSV file")
    return PlaceFile(entry.path, city).find
