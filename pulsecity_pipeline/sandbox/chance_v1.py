"""Chance that repeats: every draw hangs on the seed and on what is drawn for, never on the order of drawing."""

import hashlib
import random
from typing import TypeAlias

Part: TypeAlias = str | int
#: What a generator's seed is made of; the first is the world's seed, the second the city.
Parts: TypeAlias = tuple[Part, ...]


def seeded(*parts: Part) -> random.Random:
    """A generator that gives the same draws for the same parts, in every process."""
    return random.Random(":".join(map(str, parts)))  # noqa: S311 - fiction needs repeatable chance, not secrecy


def digest_text(*parts: Part, length: int = 26) -> str:
    """`length` (at most 64) hexadecimal characters that hang on the parts alone."""
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:length]


def digest_number(*parts: Part, digits: int = 9) -> int:
    """A number of `digits` digits that hangs on the parts alone."""
    least: int = 10 ** (digits - 1)
    return least + int(digest_text(*parts, length=16), 16) % (9 * least)


def digest_share(*parts: Part) -> float:
    """A number in [0, 1) that hangs on the parts alone; `digest_share(…) < 0.4` holds for 40 % of them."""
    return int(digest_text(*parts, length=13), 16) / 2.0**52
