"""Resources: the lake, the clock and the pages' input, each usable from the launchpad."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

import dagster as dg
from pydantic import Field

from pulsecity_pipeline.config.cities import City, load_all_cities
from pulsecity_pipeline.config.enrichment import ProviderEntry, load_providers
from pulsecity_pipeline.config.promotion import PromotionSources, load_promotion
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.inputs import AskedInput, KeptInput, open_input
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake


@lru_cache(maxsize=4)
def _open_lake(root: Path, _inode: int) -> Lake:
    """A folder that takes another's place is another lake."""
    return Lake(root)


class LakeResource(dg.ConfigurableResource[Lake]):
    """Where the tables are."""

    data_dir: str

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir)

    def open(self) -> Lake:
        """The lake; one object for all steps of a process, which then open what is published once."""
        root = self.settings.lake_dir
        return _open_lake(root, root.stat().st_ino if root.exists() else 0)

    def cities(self) -> dict[str, City]:
        return load_all_cities(self.settings.data_dir)


class ClockResource(dg.ConfigurableResource[None]):
    """The night a run stands in: `as_of` as YYYY-MM-DD; empty means today (UTC), read here and nowhere below."""

    as_of: str = ""

    @property
    def night(self) -> date:
        return date.fromisoformat(self.as_of) if self.as_of else datetime.now(UTC).date()

    @property
    def at(self) -> datetime:
        return datetime.combine(self.night, time.min, UTC)


class PagesResource(dg.ConfigurableResource[None]):
    """Where pages come from: `sandbox`, `replay:DIR`, `lake:DIR` or `live`."""

    mode: str = "sandbox"
    seed: int = 7
    #: Of the sandbox alone: how much of its world there is.
    sandbox_scale: float = 0.5

    def open(self, lake: LakeResource, night: date) -> AskedInput | KeptInput:
        return open_input(
            self.mode,
            night=night,
            seed=self.seed,
            sandbox_scale=self.sandbox_scale,
            data_dir=lake.settings.data_dir,
            cities=lake.cities(),
            sources=load_sources(),
        )


class ProvidersResource(dg.ConfigurableResource[None]):
    """Who is asked by the job `enrich`: `folder` of their entries, empty for those that ship.

    `routes` (host → `127.0.0.1:port`) sends what is asked to a stand-in on this machine.
    """

    folder: str = ""
    routes: dict[str, str] = Field(default_factory=dict)

    def entries(self) -> dict[str, ProviderEntry]:
        return load_providers(Path(self.folder) if self.folder else None)


class AccountsResource(dg.ConfigurableResource[None]):
    """Which ad accounts the job `promotion` asks: those of the file `path`, empty for the one that ships.

    `routes` (host → `127.0.0.1:port`) sends what is asked to a stand-in on this machine.
    """

    path: str = ""
    routes: dict[str, str] = Field(default_factory=dict)

    def sources(self) -> PromotionSources:
        return load_promotion(Path(self.path) if self.path else None)
