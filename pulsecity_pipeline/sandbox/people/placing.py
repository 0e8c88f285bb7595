"""Where a sequential draw without replacement puts each candidate: the exact chance of every position.

A candidate of weight w arrives at a time drawn from the exponential distribution of rate w; in the order of their
arrivals the candidates are a draw without replacement by weight (Plackett and Luce). Candidate i is the jth exactly if
j - 1 of the others arrive before it, so its chance is the integral over t of w e^(-wt) times the chance that of the
others, each there with 1 - e^(-wt), just j - 1 are. Over log t the integrand is smooth and dies out on both sides, and
the trapezoid rule leaves an error below 1e-9 (a test compares it with all permutations).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from pulsecity_pipeline.sandbox.people.scene import Floats

_STEP: Final = 0.2
_FIRST: Final = -25.0
#: At the last node even the lightest candidate has arrived, but for e^-40.
_ARRIVED: Final = 40.0
#: Contexts taken together, so that their arrays stay in the processor's cache.
_CHUNK: Final = 32


def place_shares(weights: Floats, places: int) -> Floats:
    """Contexts × candidates → contexts × candidates × places: the chance that the candidate stands at the place.

    A weight of 0 is no candidate. Places beyond the number of candidates have chance 0.
    """
    chunks = [_place_chunk(weights[at : at + _CHUNK], places) for at in range(0, len(weights), _CHUNK)]
    return np.concatenate(chunks) if chunks else np.zeros((0, weights.shape[1], places))


def _place_chunk(weights: Floats, places: int) -> Floats:
    total = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0.0)
    lightest = shares[shares > 0.0].min(initial=1.0)
    times = np.exp(np.arange(_FIRST, np.log(_ARRIVED / lightest) + _STEP, _STEP))
    passed = -np.expm1(-shares[:, :, None] * times)
    density = _STEP * times * shares[:, :, None] * (1.0 - passed)
    nobody = np.zeros((len(weights), places, len(times)))
    nobody[:, 0] = 1.0
    others = _leave_one_out(passed, nobody)
    return np.stack([np.einsum("ct,cpt->cp", density[:, i], others_i) for i, others_i in enumerate(others)], axis=1)


def _leave_one_out(passed: Floats, before: Floats) -> Iterator[Floats]:
    """For each candidate how many of all others have arrived; `before`: of those that are not in `passed`."""
    count = passed.shape[1]
    if count == 1:
        yield before
        return
    half = count // 2
    yield from _leave_one_out(passed[:, :half], _add(before, passed[:, half:]))
    yield from _leave_one_out(passed[:, half:], _add(before, passed[:, :half]))


def _add(before: Floats, passed: Floats) -> Floats:
    """The distribution of arrivals with these candidates too; more than fit are left out."""
    for i in range(passed.shape[1]):
        arrives = passed[:, None, i]
        after = before * (1.0 - arrives)
        after[:, 1:] += before[:, :-1] * arrives
        before = after
    return before
