"""The world bench: how long it takes, and how much memory, to draw the listings of all cities."""

import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.night import SandboxNight


@dataclass(frozen=True)
class WorldFigures:
    """Cities side by side, a process a core; `peak_rss_mib` is the sum over processes."""

    cities: int
    processes: int
    happenings: int
    listings: int
    seconds: float
    listings_per_second: float
    peak_rss_mib: float


def bench_world(night: date, seed: int, scale: float) -> WorldFigures:
    """Draw each city's world and what its sites say of it, and keep nothing."""
    city_ids, processes = list(load_cities()), os.cpu_count() or 1
    started = time.perf_counter()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        drawn = list(pool.map(partial(_draw_city, night, seed, scale), city_ids))
    seconds = time.perf_counter() - started
    peaks: dict[int, float] = {}
    for _, _, process, peak in drawn:
        peaks[process] = max(peak, peaks.get(process, 0.0))
    listings = sum(one[1] for one in drawn)
    happenings = sum(one[0] for one in drawn)
    total = sum(peaks.values())
    return WorldFigures(len(city_ids), processes, happenings, listings, seconds, listings / seconds, total)


def _draw_city(night: date, seed: int, scale: float, city_id: str) -> tuple[int, int, int, float]:
    """Happenings, listings, the process and the most it had resident until now, in MiB."""
    published = SandboxNight(load_cities(), seed=seed, night=night, scale=scale).published(city_id)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return published.truth["happening_id"].n_unique(), published.listings.height, os.getpid(), peak
