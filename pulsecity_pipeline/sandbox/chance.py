"""Chance that repeats: every draw hangs on keys and on what is drawn, never on the order of drawing."""

import hashlib
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

Part: TypeAlias = str | int
Keys: TypeAlias = NDArray[np.uint64]

_GOLDEN, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_TO_SHARE = 2.0**-53


def key_of(*parts: Part) -> np.uint64:
    """One key from parts; the same in every process and on every machine."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def derive_keys(keys: Keys | np.uint64, *others: Keys | NDArray[np.int64] | Part) -> Keys:
    """New keys from keys and what tells them apart: arrays of one length, or single parts. SplitMix64 between steps."""
    mixed = _mix(np.atleast_1d(np.asarray(keys, dtype=np.uint64)))
    for other in others:
        added = other.astype(np.uint64) if isinstance(other, np.ndarray) else key_of(other)
        mixed = _mix(mixed ^ added)
    return mixed


def draw_share(keys: Keys, what: str) -> NDArray[np.float64]:
    """A number in [0, 1) a key; `draw_share(keys, "x") < 0.4` holds for 40 % of them."""
    shares: NDArray[np.float64] = (derive_keys(keys, what) >> np.uint64(11)).astype(np.float64) * _TO_SHARE
    return shares


def draw_index(keys: Keys, what: str, count: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """A whole number in [0, count) a key."""
    index: NDArray[np.int64] = (draw_share(keys, what) * count).astype(np.int64)
    return index


def draw_range(keys: Keys, what: str, low: float, high: float) -> NDArray[np.float64]:
    """A number in [low, high) a key."""
    return low + draw_share(keys, what) * (high - low)


def draw_normal(keys: Keys, what: str) -> NDArray[np.float64]:
    """A standard normal number a key (Box and Muller)."""
    first, second = draw_share(keys, what + "\x1f1"), draw_share(keys, what + "\x1f2")
    normal: NDArray[np.float64] = np.sqrt(-2.0 * np.log1p(-first)) * np.cos(2.0 * np.pi * second)
    return normal


def draw_choice(keys: Keys, what: str, choices: list[str] | tuple[str, ...]) -> pl.Series:
    """One of the choices a key, as texts."""
    return pl.Series(choices, dtype=pl.String()).gather(draw_index(keys, what, len(choices)))


def draw_weighted(keys: Keys, what: str, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """An index a key, as likely as its weight."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, draw_share(keys, what), side="right"), len(weights) - 1)


def write_hex(keys: Keys, length: int = 16) -> pl.Series:
    """`length` (at most 32) hexadecimal characters a key."""
    halves = [keys, derive_keys(keys, "hex")] if length > 16 else [keys]
    texts = ["".join(f"{int(half[i]):016x}" for half in halves)[:length] for i in range(len(keys))]
    return pl.Series(texts, dtype=pl.String())


def write_number(keys: Keys, digits: int = 9) -> pl.Series:
    """A number of `digits` digits (at most 18) a key, as text."""
    least = np.uint64(10 ** (digits - 1))
    return pl.Series(least + keys % (np.uint64(9) * least)).cast(pl.String())


def _mix(keys: Keys) -> Keys:
    """SplitMix64's step and output function (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        state = keys + _GOLDEN
        state = (state ^ (state >> np.uint64(30))) * _MIX_1
        state = (state ^ (state >> np.uint64(27))) * _MIX_2
        return state ^ (state >> np.uint64(31))
