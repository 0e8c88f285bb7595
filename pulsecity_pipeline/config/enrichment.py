"""The providers of enrichment: one file each below config/enrichment, saying whether it is on, its key, its limits."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.keys import Keyed
from pulsecity_pipeline.config.loading import load_yaml, packaged

PROVIDERS = (
    "deezer",
    "foursquare",
    "google_places",
    "holidays",
    "itunes",
    "musicbrainz",
    "open_meteo",
    "open_places",
    "soundcloud",
    "yelp",
)


class ProviderEntry(Keyed):
    """One provider. `consent` is null where its terms do not ask for it, else must be true to be asked."""

    title: str
    enabled: bool
    #: The day its answers were seen to be as expected; one that is on this machine needs none.
    verified_on: date | None = None
    consent: bool | None = None
    is_local: bool = False
    #: What its terms say of storing and showing, in a few words.
    terms: str | None = None
    #: What was asked is not asked again before so many days are over.
    refresh_days: int = Field(default=30, ge=1)
    #: Requests at most for one city in one run; what is left waits for the next.
    max_requests: int = Field(default=200, ge=1)
    #: A file of places on this machine.
    path: Path | None = None
    #: False where its terms forbid keeping more than ids.
    keeps_content: bool = True

    @property
    def is_on(self) -> bool:
        return self.enabled and self.consent is not False and (self.is_local or self.verified_on is not None)

    @property
    def refresh(self) -> timedelta:
        return timedelta(days=self.refresh_days)


@cache
def load_providers(folder: Path | None = None) -> dict[str, ProviderEntry]:
    """Provider name (the file's) → entry, sorted. Raises ConfigurationError."""
    chosen = folder or packaged("enrichment")
    found = sorted(chosen.glob("*.yaml"))
    if not found:
        raise ConfigurationError(f"{chosen}: no provider: expected one of {', '.join(PROVIDERS)}, each as <name>.yaml")
    for path in found:
        if path.stem not in PROVIDERS:
            raise ConfigurationError(f"{path}: unknown provider: expected one of {', '.join(PROVIDERS)}")
    return {path.stem: load_yaml(path, ProviderEntry) for path in found}
