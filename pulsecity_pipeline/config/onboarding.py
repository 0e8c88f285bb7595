"""Onboarding: what a source has to give, for one city, before it is taken in."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged

Share = Annotated[float, Field(ge=0, le=1)]
FilledField = Literal[
    "title", "start", "end", "venue", "address", "coordinates", "price", "url", "image", "description", "category"
]


class OnboardingRules(Strict):
    """Thresholds of `pulsecity source try`; see onboarding.yaml."""

    min_upcoming: int = Field(ge=1)
    max_failed_pages: Share
    max_rejects: Share
    max_unaccounted: int = Field(ge=0)
    min_in_city: Share
    min_unique: Share
    max_foreign_zones: Share
    max_small_hours: Share
    max_duplicates: Share
    max_past: Share
    max_far: Share
    far_days: int = Field(ge=1)
    min_stable_ids: Share
    min_fill: dict[FilledField, Share]


@cache
def load_onboarding(path: Path | None = None) -> OnboardingRules:
    """The rules of `path`, or those that ship. Raises ConfigurationError."""
    return load_yaml(path or packaged("onboarding.yaml"), OnboardingRules)
