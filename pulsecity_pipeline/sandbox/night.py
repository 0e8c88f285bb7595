"""One night of the fiction: the cities' sites, what they say, and the server that says it."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from pulsecity_pipeline.config.cities import SHARED, City
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.publishing.outages import draw_outages
from pulsecity_pipeline.sandbox.publishing.publish import Published, publish_city
from pulsecity_pipeline.sandbox.publishing.sites import OwnedSite, list_owned_sites
from pulsecity_pipeline.sandbox.serving.faults import FaultPlan
from pulsecity_pipeline.sandbox.serving.keys import SandboxKey, make_source_keys
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.serving.server import SandboxServer
from pulsecity_pipeline.sandbox.world.build import World, build_world

DEFAULT_SANDBOX_CITIES = (
    "ca-toronto", "de-berlin", "gb-london", "us-ca-los-angeles", "us-ny-new-york-city", "us-tx-austin",
)  # fmt: skip
#: The largest cities: theirs are the conferences that sources of many cities list.
_CONFERENCE_CITIES = 12
_CONFERENCE_KINDS = ("conference", "tech_meetup")


class SandboxNight:
    """The fiction of some cities on a night. Worlds are built when they are first needed, and a few are kept."""

    def __init__(self, cities: Mapping[str, City], *, seed: int, night: date, scale: float = 1.0) -> None:
        self.cities, self.seed, self.night, self.scale = dict(cities), seed, night, scale
        self._published = lru_cache(maxsize=4)(self._publish)

    def owned_sites(self, city_id: str) -> tuple[OwnedSite, ...]:
        """The sites of a city, or of `shared`; none of a place that is not among the cities."""
        if city_id == SHARED:
            return tuple(OwnedSite(site, None) for site in self._shared_sites())
        if city_id not in self.cities:
            return ()
        return list_owned_sites(self.cities[city_id], seed=self.seed, night=self.night, scale=self.scale)

    def sites(self, city_id: str) -> list[Site]:
        """The same, without whose they are."""
        return [owned.site for owned in self.owned_sites(city_id)]

    def _shared_sites(self) -> list[Site]:
        found: list[Site] = []
        for dialect in DIALECTS.values():
            list_shared = getattr(dialect, "list_shared_sites", None)
            found += list_shared(seed=self.seed, night=self.night) if list_shared is not None else []
        return found

    def world(self, city_id: str) -> World:
        """The truth of one city."""
        return build_world(self.cities[city_id], seed=self.seed, night=self.night, scale=self.scale)

    def published(self, city_id: str) -> Published:
        """What the sites of a city, or of `shared`, say tonight, and what is true of it."""
        return self._published(city_id)

    def _publish(self, city_id: str) -> Published:
        if city_id != SHARED:
            return publish_city(self.world(city_id), self.owned_sites(city_id))
        largest = sorted(self.cities.values(), key=lambda city: (-city.population, city.city_id))[:_CONFERENCE_CITIES]
        parts = [
            publish_city(
                build_world(city, seed=self.seed, night=self.night, scale=self.scale, kinds=_CONFERENCE_KINDS),
                self.owned_sites(SHARED),
            )
            for city in largest
        ]
        return Published(pl.concat([part.listings for part in parts]), pl.concat([part.truth for part in parts]))

    def load(self, site: Site) -> pl.DataFrame:
        """The LISTING rows of one site."""
        return self.published(site.city_id).of_site(site)

    def keys(self) -> tuple[SandboxKey, ...]:
        """The keys that its hosts ask for."""
        return make_source_keys(load_sources())

    def outages(self, city_ids: Iterable[str]) -> FaultPlan:
        """What goes wrong at the sites of these cities tonight, as the fiction has it."""
        sites = [site for city_id in city_ids for site in self.sites(city_id)]
        return draw_outages(sites, seed=self.seed, night=self.night)

    def serve(self, city_ids: Iterable[str], faults: FaultPlan | None = None) -> SandboxServer:
        """A server of the sites of these cities, with tonight's outages and further `faults`."""
        wanted = list(city_ids)
        sites = [site for city_id in wanted for site in self.sites(city_id)]
        drawn = self.outages(wanted)
        plan = FaultPlan((*drawn.faults, *(faults.faults if faults is not None else ())))
        return SandboxServer(sites, self.load, night=self.night, keys=self.keys(), faults=plan)
