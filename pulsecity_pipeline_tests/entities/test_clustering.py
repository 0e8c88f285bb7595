"""Clustering under constraints: no cluster ever holds what must stay apart."""

from hypothesis import given
from hypothesis import strategies as st

from pulsecity_pipeline.entities.clustering import cluster_rows

ROWS = 8
PAIRS = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, ROWS - 1)).filter(lambda pair: pair[0] != pair[1]))


def test_edges_join_strongest_first_and_refuse_a_second_of_a_group() -> None:
    groups = ["a", "b", "a", "b"]
    assert cluster_rows(4, groups, [(0, 1), (1, 2), (2, 3)], []) == [0, 0, 2, 2]


def test_a_third_row_does_not_join_two_that_must_stay_apart() -> None:
    assert cluster_rows(3, [None] * 3, [(0, 1), (1, 2)], [(2, 0)]) == [0, 0, 2]
    assert cluster_rows(3, [None] * 3, [(0, 1), (1, 2)], []) == [0, 0, 0]


@given(st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=ROWS, max_size=ROWS), PAIRS, PAIRS)
def test_no_cluster_violates(
    groups: list[str | None], edges: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> None:
    roots = cluster_rows(ROWS, groups, edges, apart)
    assert all(roots[left] != roots[right] for left, right in apart)
    named = [(roots[row], group) for row, group in enumerate(groups) if group is not None]
    assert len(named) == len(set(named))
    assert all(root <= row and roots[root] == root for row, root in enumerate(roots))
