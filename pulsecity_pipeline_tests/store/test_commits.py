"""Retries: which errors are conflicts, how the waits spread, and when it gives up."""

import pytest
from deltalake.exceptions import CommitFailedError, DeltaError

from pulsecity_pipeline.store.commits import Backoff, commit_with_retry


def test_conflicts_are_tried_again() -> None:
    calls = []

    def commit() -> int:
        calls.append(1)
        if len(calls) < 3:
            raise CommitFailedError("another writer")
        return 7

    assert commit_with_retry(commit, seed="s") == 7
    assert len(calls) == 3


def test_the_last_conflict_comes_through() -> None:
    calls = []

    def commit() -> None:
        calls.append(1)
        raise CommitFailedError("another writer")

    with pytest.raises(CommitFailedError):
        commit_with_retry(commit, seed="s", attempts=4)
    assert len(calls) == 4


def test_other_errors_come_through_at_once() -> None:
    calls = []

    def commit() -> None:
        calls.append(1)
        raise DeltaError("disk full")

    with pytest.raises(DeltaError, match="disk full"):
        commit_with_retry(commit, seed="s")
    assert len(calls) == 1


def test_waits_repeat_by_seed_differ_between_writers_and_stay_bounded() -> None:
    def waits(seed: str) -> list[float]:
        backoff = Backoff(seed)
        return [float(backoff(CommitFailedError("x"))) for _ in range(12)]

    assert waits("7/clean.events/a") == waits("7/clean.events/a")
    assert waits("7/clean.events/a") != waits("7/clean.events/b")
    assert all(0 <= wait <= 2 for wait in waits("a"))
    assert max(waits("a")[:1]) <= 0.05
