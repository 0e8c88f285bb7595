"""Clustering under constraints: accepted edges join, strongest first, unless that would join what must stay apart."""

from collections.abc import Iterable, Sequence

import polars as pl


def cluster_rows(
    row_count: int, groups: Sequence[object], edges: Iterable[tuple[int, int]], apart: Iterable[tuple[int, int]]
) -> list[int]:
    """Rows 0…`row_count`-1 → the smallest row of each row's cluster.

    `edges` are taken in order; an edge is refused when the two clusters hold rows of one group (`groups[row]`, None
    for no group) or a pair of `apart`, so no cluster ever does.
    """
    clusters = _Clusters(row_count, groups, apart)
    for left, right in edges:
        clusters.join(left, right)
    return clusters.smallest_rows()


class _Clusters:
    """Disjoint sets that know their groups and their enemies."""

    def __init__(self, row_count: int, groups: Sequence[object], apart: Iterable[tuple[int, int]]) -> None:
        self._members: dict[int, list[int]] = {}
        self._root = list(range(row_count))
        self._groups = groups
        self._enemies: dict[int, set[int]] = {}
        for left, right in apart:
            self._enemies.setdefault(left, set()).add(right)
            self._enemies.setdefault(right, set()).add(left)

    def join(self, left: int, right: int) -> bool:
        """Unite the clusters of two rows; False when they are one already or must stay apart."""
        a, b = self._root[left], self._root[right]
        if a == b or self._conflicts(a, b):
            return False
        keep, drop = min(a, b), max(a, b)
        moved = self._of(drop)
        for row in moved:
            self._root[row] = keep
        self._members[keep] = self._of(keep) + moved
        self._members.pop(drop, None)
        return True

    def smallest_rows(self) -> list[int]:
        return self._root

    def _of(self, root: int) -> list[int]:
        return self._members.get(root, [root])

    def _conflicts(self, a: int, b: int) -> bool:
        ours, theirs = self._of(a), self._of(b)
        named = {self._groups[row] for row in ours} - {None}
        if any(self._groups[row] in named for row in theirs):
            return True
        return any(not self._enemies.get(row, set()).isdisjoint(theirs) for row in ours)


def order_edges(scored: pl.DataFrame, at_least: float) -> list[tuple[int, int]]:
    """Scored pairs → (left, right) of those at or above the probability, strongest first, ties by rows."""
    kept = scored.filter(pl.col("probability") >= at_least)
    ranked = kept.sort("probability", "left", "right", descending=[True, False, False])
    return list(ranked.select("left", "right").iter_rows())


def list_conflicts(scored: pl.DataFrame, at_most: float) -> list[tuple[int, int]]:
    """Scored pairs → (left, right) of those so improbable, or at places so different, that they stay apart."""
    refused = (pl.col("probability") <= at_most) | (pl.col("place") == "different")
    return list(scored.filter(refused).sort("left", "right").select("left", "right").iter_rows())
