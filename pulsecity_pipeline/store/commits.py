"""Retrying Delta commits: what counts as a conflict, and how long to wait before the next attempt."""

import random
from collections.abc import Callable
from typing import TypeVar

import stamina
from deltalake.exceptions import CommitFailedError, DeltaError

Result = TypeVar("Result")

#: Attempts before a conflict is given up; an append beside overwrites loses about two of five.
MAX_ATTEMPTS = 40
_FIRST_WAIT_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 2.0
#: What Delta says when another process has created the table, or taken the version, in between.
_TAKEN = ("already exists", "version already", "conflict")


def is_conflict(error: Exception) -> bool:
    """True where another writer came first and trying again on the newer version is right."""
    if isinstance(error, CommitFailedError):
        return True
    return isinstance(error, DeltaError) and any(words in str(error).lower() for words in _TAKEN)


class Backoff:
    """Answers stamina's question "retry?" with a wait in seconds: full jitter below a doubling ceiling.

    Seeded, so that a run repeats itself; seeds must differ between writers, or they would collide in step.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311  (spreads waits, guards no secret)
        self._ceiling = _FIRST_WAIT_SECONDS

    def __call__(self, error: Exception) -> float | bool:
        if not is_conflict(error):
            return False
        wait = self._random.uniform(0, self._ceiling)
        self._ceiling = min(2 * self._ceiling, _LONGEST_WAIT_SECONDS)
        return wait


def commit_with_retry(commit: Callable[[], Result], *, seed: str, attempts: int = MAX_ATTEMPTS) -> Result:
    """The result of `commit`, called again after each conflict; it must read the table anew every time.

    Raises the last conflict after `attempts`, and anything that is no conflict at once.
    """
    for attempt in stamina.retry_context(on=Backoff(seed), attempts=attempts, timeout=None):
        with attempt:
            return commit()
    raise AssertionError("stamina ends by returning or raising")
