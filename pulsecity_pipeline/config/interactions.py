"""Where interactions come from: a folder of drops, and endpoints that are polled."""

from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from pulsecity_pipeline.config.keys import Keyed
from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class EndpointEntry(Keyed):
    """One endpoint that lists interactions page by page; see interactions.yaml."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    url: str = Field(pattern=r"^https?://")
    enabled: bool = True
    records: str = "events"
    cursor_field: str = "next_cursor"
    cursor_parameter: str = "cursor"
    most_pages: int = Field(default=200, ge=1)


class InteractionSources(Strict):
    """The folder of drops, below the data folder unless it is absolute, and the endpoints."""

    drops: Path
    endpoints: list[EndpointEntry]

    @field_validator("endpoints")
    @classmethod
    def _names_differ(cls, endpoints: list[EndpointEntry]) -> list[EndpointEntry]:
        if len({endpoint.name for endpoint in endpoints}) < len(endpoints):
            raise ValueError("two endpoints have one name")
        return endpoints

    def folder(self, data_dir: Path) -> Path:
        """The folder of drops."""
        return data_dir / self.drops


@cache
def load_interaction_sources(path: Path | None = None) -> InteractionSources:
    """What `path` says, or what ships. Raises ConfigurationError."""
    return load_yaml(path or packaged("interactions.yaml"), InteractionSources)
