"""Keys that configuration names: where each goes, and the variable of the environment that holds it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from pulsecity_pipeline.config.loading import Strict


class KeyEntry(Strict):
    """Where a key goes: as query parameter or header `name` of requests to `host`; `variable` of the environment holds
    it. A key that is not `required` is used where it is set.
    """

    variable: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    host: str = Field(pattern=r"^[a-z0-9.-]+$")
    place: Literal["query", "header"]
    name: str
    prefix: str = ""
    required: bool = True


class Keyed(Strict):
    """A configuration entry that may need keys."""

    keys: list[KeyEntry] = Field(default_factory=list)

    def missing_keys(self, environment: Mapping[str, str]) -> list[str]:
        """Variables that must be set and are not."""
        return [key.variable for key in self.keys if key.required and not environment.get(key.variable)]
