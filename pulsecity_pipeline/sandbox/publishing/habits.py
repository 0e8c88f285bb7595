"""How publishers write: the habits of each source as data, and those that a site draws within them."""

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.loading import load_yaml
from pulsecity_pipeline.sandbox.chance import derive_keys, draw_share, draw_weighted, key_of
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.serving.protocol import Site

Range = tuple[float, float]


class Habits(BaseModel):
    """What one source's publishers leave out, reword and get wrong; see habits.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    own: list[str]
    own_share: float
    posts: dict[str, float]
    kinds: list[str]
    paid_only: bool
    follows: Range
    days_back: Range
    days_ahead: Range
    lag_days: Range
    delay_days: Range
    ends: Range
    description: Range
    brief: Range
    typographic: Range
    url: Range
    place: Range
    coordinates: Range
    vague_coordinates: Range
    price: Range
    price_text: bool
    fees_known: Range
    performers: Range
    image: Range
    organizer: Range
    date_only: Range
    typos: Range
    shouting: Range
    twice: Range
    vanishing: Range
    wrong_zone: float
    unstable_ids: float
    cancelled: dict[str, float]
    places: dict[str, float]
    titles: dict[str, float]
    noise: dict[str, float] = Field(default_factory=dict)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    defaults: Habits
    sources: dict[str, Habits]


@cache
def load_habits() -> dict[str, Habits]:
    """Source, or `source/habits name` → habits."""
    return load_yaml(Path(__file__).parent / "habits.yaml", _File).sources


def habits_of(site: Site) -> Habits:
    """The habits of a site's hand, or of its source. Raises ConfigurationError for a source that has none."""
    known = load_habits()
    found = known.get(f"{site.source}/{site.habits}") or known.get(site.source)
    if found is None:
        raise ConfigurationError(f"habits.yaml: field sources: no habits of {site.source}: expected an entry")
    return found


#: What a site draws within its source's range.
DRAWN: Final = (
    "follows", "days_back", "days_ahead", "lag_days", "delay_days", "ends", "description", "brief", "typographic",
    "url", "place", "coordinates", "vague_coordinates", "price", "fees_known", "performers", "image", "organizer",
    "date_only", "typos", "shouting", "twice", "vanishing",
)  # fmt: skip


def draw_habits(sites: list[Site], seed: int) -> pl.DataFrame:
    """One row per site: site (its number), site_key, `habit_…` of each of DRAWN, keeps_series, says_price_in_words,
    has_wrong_zone, has_unstable_ids.
    """
    keys = np.array([key_of(seed, site.source, site.feed, site.city_id) for site in sites], dtype=np.uint64)
    habits = [habits_of(site) for site in sites]
    columns: dict[str, object] = {"site": np.arange(len(sites), dtype=np.int64), "site_key": keys}
    for name in DRAWN:
        low, high = np.array([getattr(one, name) for one in habits], dtype=float).reshape(-1, 2).T
        columns[f"habit_{name}"] = low + (high - low) * draw_share(keys, name)
    columns["keeps_series"] = np.array([_keeps_series(site) for site in sites])
    columns["says_price_in_words"] = np.array([one.price_text for one in habits])
    columns["has_wrong_zone"] = draw_share(keys, "zone") < np.array([one.wrong_zone for one in habits])
    columns["has_unstable_ids"] = draw_share(keys, "ids") < np.array([one.unstable_ids for one in habits])
    return pl.DataFrame(columns)


def _keeps_series(site: Site) -> bool:
    writes_series = getattr(DIALECTS[site.source], "writes_series", None)
    return writes_series is not None and writes_series(site)


def draw_of_site(frame: pl.DataFrame, sites: list[Site], what: str) -> pl.Series:
    """One word a row out of the site's weights `what` (cancelled, places, titles), by voice_key."""
    chosen = pl.Series([None] * frame.height, dtype=pl.String())
    keys = derive_keys(frame["voice_key"].to_numpy(), what)
    number = frame["site"].to_numpy()
    by_habit: dict[tuple[tuple[str, float], ...], list[int]] = {}
    for at, site in enumerate(sites):
        by_habit.setdefault(tuple(getattr(habits_of(site), what).items()), []).append(at)
    for weights, members in by_habit.items():
        rows = np.flatnonzero(np.isin(number, members))
        if rows.size:
            index = draw_weighted(keys[rows], "which", np.array([weight for _, weight in weights], dtype=float))
            chosen = chosen.scatter(rows, pl.Series([word for word, _ in weights]).gather(index))
    return chosen
