"""How listings are matched: limits, weights and thresholds of matching/*.yaml, read strictly."""

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Kilometres = Annotated[float, Field(gt=0)]


class BlockingLimits(Strict):
    """Which listings are compared at all."""

    same_start_limit: Count
    same_day_limit: Count
    prefix_length: Count
    span_days: Annotated[int, Field(ge=0)]


class StartLimits(Strict):
    """Minutes between two starts."""

    close_minutes: Annotated[float, Field(ge=0)]
    limit_minutes: Annotated[float, Field(ge=0)]


class TitleLimits(Strict):
    """Bounds of the title levels and of rarity; weights in units of what names one title among all."""

    near_ratio: Share
    mostly_share: Share
    overlap_high: Share
    overlap_some: Share
    common_share: Share
    generic_weight: float
    rare_weight: float
    generic_places: Count
    generic_feed_places: Count


class UrlLimits(Strict):
    """From how many titles a page is shared."""

    shared_titles: Count


class IdentifierLimits(Strict):
    """Which identifiers are unlikely to be equal by chance."""

    minimum_length: Count


class TitleWeights(Strict):
    """Log-odds by how the titles compare."""

    same: float
    near: float
    contained_mostly: float
    contained_partly: float
    overlap_high: float
    overlap_some: float
    overlap_low: float
    different: float


class RarityWeights(Strict):
    """Log-odds by how rare the shared words are in the city."""

    rare: float
    usual: float
    generic: float


class StartWeights(Strict):
    """Log-odds by how the starts compare."""

    same: float
    close: float
    apart: float
    same_days: float
    overlapping_days: float
    day_and_time: float


class PlaceWeights(Strict):
    """Log-odds by how the places compare."""

    same: float
    near: float
    online: float
    unknown: float
    unlike: float
    different: float


class UrlWeights(Strict):
    """Log-odds by whether both link to one page."""

    same: float
    shared: float
    differs: float


class IdentifierWeights(Strict):
    """Log-odds by whether two feeds state one identifier."""

    same: float
    differs: float


class PerformerWeights(Strict):
    """Log-odds by whether the bills share a name."""

    shared: float
    none_shared: float
    unknown: float


class Weights(Strict):
    """Natural log-odds: the prior, and one weight per level of each comparison."""

    prior: float
    title: TitleWeights
    rarity: RarityWeights
    start: StartWeights
    place: PlaceWeights
    url: UrlWeights
    identifier: IdentifierWeights
    performers: PerformerWeights


class Decision(Strict):
    """Probabilities at which a pair is linked, kept apart for good, or kept for inspection."""

    match_probability: Share
    conflict_probability: Share
    floor_probability: Share

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.conflict_probability < self.floor_probability <= self.match_probability:
            raise ValueError("expected conflict_probability < floor_probability <= match_probability")
        return self


class MergingRules(Strict):
    """Whose value wins."""

    trust_order: list[str]
    cancelled_share: Share


class EventMatching(Strict):
    """matching/events.yaml."""

    blocking: BlockingLimits
    start: StartLimits
    title: TitleLimits
    url: UrlLimits
    identifier: IdentifierLimits
    weights: Weights
    decision: Decision
    merging: MergingRules


class VenueMatching(Strict):
    """matching/venues.yaml."""

    name_ratio: Share
    near_km: Kilometres
    apart_km: Kilometres
    area_ratio: Share
    places_limit: Count


class Matching(Strict):
    """Everything the matcher is told."""

    events: EventMatching
    venues: VenueMatching


@cache
def load_matching(folder: Path | None = None) -> Matching:
    """events.yaml and venues.yaml of `folder`, by default the packaged ones. Raises ConfigurationError."""
    folder = folder or packaged("matching")
    return Matching(
        events=load_yaml(folder / "events.yaml", EventMatching),
        venues=load_yaml(folder / "venues.yaml", VenueMatching),
    )
