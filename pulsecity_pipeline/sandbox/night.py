"""One night of the fiction: the cities' sites, what they say, and the server that says it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from pulsecity_pipeline.config.cities import SHARED, City
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.people.drops import answer_interactions
from pulsecity_pipeline.sandbox.people.scene import Scene
from pulsecity_pipeline.sandbox.people.simulating import People, simulate
from pulsecity_pipeline.sandbox.publishing.outages import draw_outages
from pulsecity_pipeline.sandbox.publishing.publish import Published, publish_city
from pulsecity_pipeline.sandbox.publishing.sites import OwnedSite, list_owned_sites
from pulsecity_pipeline.sandbox.serving.faults import FaultPlan
from pulsecity_pipeline.sandbox.serving.hosts import Route
from pulsecity_pipeline.sandbox.serving.keys import SandboxKey, make_source_keys
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Reply, Request, Site
from pulsecity_pipeline.sandbox.serving.server import SandboxServer
from pulsecity_pipeline.sandbox.world.build import World, build_world

DEFAULT_SANDBOX_CITIES = (
    "ca-toronto", "de-berlin", "gb-london", "us-ca-los-angeles", "us-ny-new-york-city", "us-tx-austin",
)  # fmt: skip
#: Accounts of a city's people where nobody says how many.
PEOPLE = 2_000
#: Of files that are not there so many are asked for; the real source has some sixty of them.
_MISSING_FILES = 2
#: The largest cities: theirs are the conferences that sources of many cities list.
_CONFERENCE_CITIES = 6
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
            sites = list_shared(seed=self.seed, night=self.night) if list_shared is not None else ()
            missing = [site for site in sites if site.fault == "gone"][_MISSING_FILES:]
            found += [site for site in sites if site not in missing]
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

    def people(self, city_id: str, *, days: int, accounts: int) -> People:
        """What a city's people did on the `days` up to the eve of the night; a happening's name is a listing's url."""
        world = self.world(city_id)
        listed = self.published(city_id).listings.filter(
            pl.col("happening_id").is_not_null() & pl.col("url").is_not_null()
        )
        refs = listed.sort("listing_key").unique("happening_id", keep="first").select("happening_id", public_ref="url")
        happenings = world.happenings().join(refs, on="happening_id", how="left", maintain_order="left")
        named = happenings.with_columns(pl.coalesce("public_ref", "happening_id").alias("public_ref"))
        last = self.night - timedelta(days=1)
        return simulate(
            Scene(
                self.cities[city_id], named, world.venues, self.seed, last - timedelta(days=days - 1), last,
                accounts=accounts, tiers=world.tiers(),
            )
        )  # fmt: skip

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
        """A server of the sites of these cities, with tonight's outages and further `faults`.

        At `people.<city>.sandbox.example/interactions` it lists what the city's people did the day before.
        """
        wanted = list(city_ids)
        sites = [site for city_id in wanted for site in self.sites(city_id)]
        drawn = self.outages(wanted)
        plan = FaultPlan((*drawn.faults, *(faults.faults if faults is not None else ())))
        routes = {f"people.{city_id}.{SANDBOX_HOST_SUFFIX}": self._people_route(city_id) for city_id in wanted}
        return SandboxServer(sites, self.load, night=self.night, keys=self.keys(), faults=plan, routes=routes)

    def _people_route(self, city_id: str) -> Route:
        @lru_cache(maxsize=1)
        def sent() -> pl.DataFrame:
            return self.people(city_id, days=1, accounts=PEOPLE).sent

        def answer(request: Request) -> Reply | None:
            if request.path != "/interactions" or city_id not in self.cities:
                return None
            return Reply(answer_interactions(sent(), request.query), "application/json")

        return answer
