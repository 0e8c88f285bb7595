"""Ids of APIs: numbers and mixed letters from keys, and the words that addresses are made of."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, write_number

Mint = Callable[[Keys], pl.Series]

BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LOWER: Final = "bcdfghjklmnpqrstvwxyz"
_PER_KEY = 10
_NO_WORD = re.compile(r"[^a-z0-9]+")


def write_letters(keys: Keys, length: int, alphabet: str = BASE62) -> pl.Series:
    """`length` characters of an alphabet a key."""
    letters = np.array(list(alphabet))
    columns: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []
    for place in range(length):
        if place % _PER_KEY == 0:
            left = derive_keys(keys, f"letters {place}")
        columns.append(left % np.uint64(len(alphabet)))
        left = left // np.uint64(len(alphabet))
    drawn = letters[np.stack(columns, axis=1).astype(np.int64)] if len(keys) else np.empty((0, length), dtype="U1")
    return pl.Series(np.ascontiguousarray(drawn).view(f"U{length}").ravel().astype(str).tolist(), dtype=pl.String())


def mint_number(digits: int) -> Mint:
    """Ids that are numbers of so many digits (as text)."""
    return lambda keys: write_number(keys, digits)


def mint_letters(prefix: str, length: int) -> Mint:
    """Ids of a prefix and so many letters and digits."""
    return lambda keys: prefix + write_letters(keys, length)


@lru_cache(maxsize=4096)
def slug(text: str | None, between: str = "-") -> str:
    """A text as the part of an address: `Café & Co` → `cafe-co`."""
    plain = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub(between, plain).strip(between)
