"""The world bench: how long it takes, and how much memory, to draw the listings of all cities."""

import resource
import time
from dataclasses import dataclass
from datetime import date

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.night import SandboxNight


@dataclass(frozen=True)
class WorldFigures:
    """One process, one city after another; `peak_rss_mib` is the process's."""

    cities: int
    happenings: int
    listings: int
    seconds: float
    listings_per_second: float
    peak_rss_mib: float


def bench_world(night: date, seed: int, scale: float) -> WorldFigures:
    """Draw each city's world and what its sites say of it, and keep nothing."""
    fiction = SandboxNight(load_cities(), seed=seed, night=night, scale=scale)
    started, happenings, listings = time.perf_counter(), 0, 0
    for city_id in fiction.cities:
        published = fiction.published(city_id)
        listings += published.listings.height
        happenings += published.truth["happening_id"].n_unique()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return WorldFigures(len(fiction.cities), happenings, listings, seconds, listings / seconds, peak)
