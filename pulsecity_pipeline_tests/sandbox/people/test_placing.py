"""Chances of positions are exact: they are those of all permutations, and those of many draws."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.people.placing import place_shares
from pulsecity_pipeline.sandbox.people.scene import Floats
from pulsecity_pipeline_tests.sandbox.people.world import people


def all_orders(weights: list[float], places: int) -> Floats:
    """Candidate × place, by adding up the probability of every order."""
    shares = np.zeros((len(weights), places))
    for order in permutations(range(len(weights))):
        chance, left = 1.0, sum(weights)
        for one in order:
            chance, left = chance * weights[one] / left, left - weights[one]
        for place, one in enumerate(order[:places]):
            shares[one, place] += chance
    return shares


@pytest.mark.parametrize(
    "weights", [[0.2] * 5, [0.7, 0.2, 0.05, 0.04, 0.01], [0.9, 0.0999, 0.0001], [1.0], [3.0, 1.0, 2.0, 0.5, 9.0, 4.0]]
)
def test_they_are_those_of_all_orders(weights: list[float]) -> None:
    found = place_shares(np.array([weights]), 5)[0]
    places = min(5, len(weights))
    assert np.abs(found[:, :places] - all_orders(weights, places)).max() < 1e-9
    assert np.abs(found[:, places:]).max(initial=0.0) < 1e-9


def test_what_is_no_candidate_stands_nowhere() -> None:
    padded = place_shares(np.array([[0.5, 0.0, 0.3, 0.2], [0.0, 0.0, 0.0, 0.0]]), 3)
    assert np.abs(padded[0][[0, 2, 3]] - all_orders([0.5, 0.3, 0.2], 3)).max() < 1e-9
    assert not padded[0][1].any()
    assert not padded[1].any()


def test_every_position_is_somebodys() -> None:
    sums = people().truth["propensities"].group_by("context_id", "position").agg(pl.col("propensity").sum())
    assert sums.height > 5_000
    assert (sums["propensity"] - 1.0).abs().to_numpy().max() < 1e-9
