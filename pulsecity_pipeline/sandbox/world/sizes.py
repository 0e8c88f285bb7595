"""How large a fictional city is, and how many of something it has."""

import math

from pulsecity_pipeline.config.cities import City


def size_of(city: City, scale: float = 1.0) -> float:
    """1.0 for a city of a million people at scale 1; by the root of the population, between a third and twice that."""
    return scale * min(2.0, max(0.35, math.sqrt(city.population / 1_000_000)))


def count_of(at_size_one: float, size: float) -> int:
    """How many there are in a city of a size: at least one."""
    return max(1, round(at_size_one * size))
