"""Who of the accounts is no person, and when such accounts are there.

Bursts ask for hundreds of pages within minutes. Rings, accounts that share a device and a network, come within the same
minutes and click and save one happening without having been shown it. The slow ones come at even distances all day and
night, every day, and click whatever stands there, wherever it stands.
"""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_range, draw_share
from pulsecity_pipeline.sandbox.people.moments import DAY, HOUR, MINUTE
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints

PERSON: Final = "person"
BURST: Final = "bot_burst"
COORDINATED: Final = "bot_coordinated"
SLOW: Final = "bot_slow"
KINDS: Final = (PERSON, BURST, COORDINATED, SLOW)

#: Accounts of a ring.
RING_SIZE: Final = 12
#: Visits of a slow bot each day.
SLOW_VISITS: Final = 6
#: Of days: a burst of an account, a meeting of a ring.
BURST_DAYS: Final = 0.15
RING_DAYS: Final = 0.5
#: Of the happenings shown to them, how many they click, wherever they stand.
CLICK_SHARE: Final = {BURST: 0.02, COORDINATED: 0.0, SLOW: 0.3}


def draw_kinds(accounts: int) -> tuple[Ints, Ints]:
    """For each place of an account its kind, as a place in KINDS, and its ring; -1 where it is in none."""
    kinds, rings = np.zeros(accounts, dtype=np.int64), np.full(accounts, -1)
    bursts = max(2, accounts // 1000)
    ringed = RING_SIZE * max(1, accounts // 2_000)
    slow = max(3, accounts // 250)
    kinds[:bursts] = KINDS.index(BURST)
    kinds[bursts : bursts + ringed] = KINDS.index(COORDINATED)
    kinds[bursts + ringed : bursts + ringed + slow] = KINDS.index(SLOW)
    rings[bursts : bursts + ringed] = np.arange(len(rings[bursts : bursts + ringed])) // RING_SIZE
    return kinds, rings


def is_kind(kinds: pl.Series, kind: str) -> Bools:
    """Which of `kinds` are `kind`."""
    return (kinds == kind).to_numpy()


def count_visits(kinds: pl.Series, keys: Keys, ring_keys: Keys, people: Ints) -> Ints:
    """Visits on a day: those of `people` but where the account is none. Keys are of the account or ring and the day."""
    visits = np.where(is_kind(kinds, SLOW), SLOW_VISITS, people)
    visits = np.where(is_kind(kinds, BURST), draw_share(keys, "bursts") < BURST_DAYS, visits)
    return np.where(is_kind(kinds, COORDINATED), draw_share(ring_keys, "meets") < RING_DAYS, visits)


def draw_times(kinds: pl.Series, keys: Keys, ring_keys: Keys, visit: Ints, awake: Ints) -> Ints:
    """Milliseconds since midnight of each visit, the `visit`th of its day: `awake` where the account is a person."""
    even = (visit + draw_range(keys, "even", 0.4, 0.6)) / SLOW_VISITS * DAY
    meeting = draw_range(ring_keys, "meeting", 8 * HOUR, 22 * HOUR) + draw_range(keys, "late", 0, 8 * MINUTE)
    burst = draw_range(keys, "burst", 0, 23 * HOUR)
    times = np.where(is_kind(kinds, SLOW), even, awake)
    times = np.where(is_kind(kinds, COORDINATED), meeting, times)
    return np.where(is_kind(kinds, BURST), burst, times).astype(np.int64)


def count_pages(kinds: pl.Series, keys: Keys, people: Ints) -> Ints:
    """Pages of each visit: those of `people` but where the account is no person; rings need none."""
    pages = np.where(is_kind(kinds, SLOW), 1, people)
    pages = np.where(is_kind(kinds, COORDINATED), 0, pages)
    return np.where(is_kind(kinds, BURST), draw_range(keys, "asked", 150, 400), pages).astype(np.int64)


def click_shares(kinds: pl.Series) -> Floats:
    """The share that bots click of what they are shown, whatever it is and wherever it stands; NaN for people."""
    return kinds.replace_strict(CLICK_SHARE, default=None, return_dtype=pl.Float64).fill_null(float("nan")).to_numpy()


def ring_keys_of(rings: pl.Series, own: Keys) -> Keys:
    """One key a ring; of accounts in none their own."""
    keys = own.copy()
    for ring in rings.drop_nulls().unique():
        held = (rings == ring).fill_null(value=False).to_numpy()
        keys[held] = derive_keys(np.uint64(0), ring)
    return keys
