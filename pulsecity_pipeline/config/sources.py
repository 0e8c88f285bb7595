"""The sources: which are on for live input, and the feeds each city pulls."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class FeedEntry(Strict):
    """One publisher's feed of a city."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    url: str = Field(pattern=r"^(https?|webcal)://")


class SourceEntry(Strict):
    """One source. `consent` is null where its terms do not ask for it, else must be true to be pulled."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    enabled: bool
    verified_on: date | None
    consent: bool | None
    feeds: dict[str, list[FeedEntry]]

    @property
    def is_live(self) -> bool:
        return self.enabled and self.verified_on is not None and self.consent is not False


class _Sources(Strict):
    sources: list[SourceEntry]


@cache
def load_sources(path: Path | None = None) -> dict[str, SourceEntry]:
    """Source name → entry, in file order. Raises ConfigurationError."""
    loaded = load_yaml(path or packaged("sources.yaml"), _Sources)
    return {entry.name: entry for entry in loaded.sources}
