"""When a feed counts as unwell, for how long that is only a bad night, and how long what is over is kept at hand."""

from functools import cache
from pathlib import Path

from pydantic import Field

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class HealthRules(Strict):
    """Thresholds of feed health; see health.yaml."""

    halved_share: float = Field(gt=0, lt=1)
    halved_from: int = Field(ge=1)
    patience_nights: int = Field(ge=2)
    past_after_days: int = Field(ge=1)


@cache
def load_health(path: Path | None = None) -> HealthRules:
    """The rules of `path`, or those that ship. Raises ConfigurationError."""
    return load_yaml(path or packaged("health.yaml"), HealthRules)
