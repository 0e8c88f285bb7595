"""What the people are simulated upon: a city, what is on in it, the days, and how the site ranks."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.sandbox.chance import key_of

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)
#: With fewer there are more bots than people.
FEWEST_ACCOUNTS = 50


@dataclass(frozen=True)
class Policy:
    """How the site ranks: what pulls a happening up, and the share of the draw that is even over all candidates."""

    popularity: float = 1.0
    taste: float = 1.2
    soon: float = 0.03
    exploration: float = 0.2


@dataclass(frozen=True)
class Scene:
    """A city on the days `first` to `last` of its own calendar, both counted.

    `happenings`: HAPPENING of world/frames.py and `public_ref`, the address or id by which the site names it; those
    without a start are nowhere shown. `venues`: VENUE. `tiers`: PRICE_TIER; without it tickets cost price_min or
    price_max from the announcement to the start. `accounts`: how many there are on any one day. A day's rows hang on
    the happenings and the day, not on where the range begins and ends. Raises ValueError where it is none,
    or accounts are few.
    """

    city: City
    happenings: pl.DataFrame
    venues: pl.DataFrame
    seed: int
    first: date
    last: date
    accounts: int = 2_000
    tiers: pl.DataFrame | None = None
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"last day {self.last} lies before first day {self.first}")
        if self.accounts < FEWEST_ACCOUNTS:
            raise ValueError(f"{self.accounts} accounts: expected {FEWEST_ACCOUNTS} or more")

    def key(self, *what: str | int) -> np.uint64:
        return key_of(self.seed, self.city.city_id, *what)

    @property
    def days(self) -> Ints:
        """Days since 1970, of the city's calendar."""
        return np.arange((self.first - _EPOCH).days, (self.last - _EPOCH).days + 1)


def categories() -> list[str]:
    """The top categories, in the order of all taste vectors."""
    return load_taxonomy().slugs()
