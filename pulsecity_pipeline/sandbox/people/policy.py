"""The logging policy: what could be shown in each context, and with which weight it is drawn.

A context is a date, a part of it, a kind of list and a segment (of a search: what is asked for). Its candidates are
retrieved without chance: the best, and some that take turns day by day. The weight of a candidate is a softmax of
popularity, taste and nearness, of which a share is spread evenly, so that none is below exploration ÷ candidates.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_share
from pulsecity_pipeline.sandbox.people.items import Items, lead_days
from pulsecity_pipeline.sandbox.people.moments import DAY, as_dates, to_utc
from pulsecity_pipeline.sandbox.people.placing import place_shares
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints, Policy, Scene, categories
from pulsecity_pipeline.sandbox.people.sessions import EVENING, LISTS, PARTS

#: Positions of each of LISTS.
PLACES: Final = np.array([10, 10, 5])
MOST_PLACES: Final = 10
#: Candidates of a context, and those of them that are the best.
CANDIDATES: Final = 40
BEST: Final = 20
#: How much the segment counts in each of LISTS; what is found by a search is all of what was asked for.
TASTE: Final = np.array([1.0, 0.0, 1.6])
#: How far ahead lists look.
HORIZON: Final = 45


@dataclass(frozen=True)
class Contexts:
    """All contexts of a range, in the order of `context_row`: rows of items (-1 for none), their weights, and how many
    were found before the retrieval."""

    first_day: int
    candidates: Ints
    weights: Floats
    found: Ints

    @property
    def sizes(self) -> Ints:
        """Candidates of each."""
        sizes: Ints = (self.candidates >= 0).sum(axis=1)
        return sizes

    def ids(self) -> pl.Series:
        """Names: date|part|kind|segment."""
        row = np.arange(len(self.found))
        segments, kinds, parts = categories(), list(LISTS), list(PARTS)
        day, rest = np.divmod(row, len(parts) * len(kinds) * len(segments))
        part, rest = np.divmod(rest, len(kinds) * len(segments))
        kind, segment = np.divmod(rest, len(segments))
        names = pl.DataFrame(
            [
                as_dates(self.first_day + day).cast(pl.String).alias("on"),
                pl.Series("part", parts).gather(part),
                pl.Series("kind", kinds).gather(kind),
                pl.Series("segment", segments).gather(segment),
            ]
        )
        return names.select(pl.concat_str(pl.all(), separator="|")).to_series()

    def row(self, day: Ints, part: Ints, kind: Ints, segment: Ints) -> Ints:
        """Where the context stands."""
        return (((day - self.first_day) * len(PARTS) + part) * len(LISTS) + kind) * len(categories()) + segment


def make_contexts(scene: Scene, items: Items) -> Contexts:
    """The candidates and weights of every context of the range."""
    count = len(scene.days) * len(PARTS) * len(LISTS) * len(categories())
    candidates = np.full((count, CANDIDATES), -1)
    weights, found = np.zeros((count, CANDIDATES)), np.zeros(count, dtype=np.int64)
    row = 0
    for day in scene.days:
        for part in range(len(PARTS)):
            open_rows = np.flatnonzero(is_open(items, int(day), part, scene.city.timezone))
            for kind in range(len(LISTS)):
                for segment in range(len(categories())):
                    pool = open_rows[items.category[open_rows] == segment] if kind == 1 else open_rows
                    chosen = _retrieve(items, pool, segment, int(day))
                    candidates[row, : len(chosen)] = chosen
                    weights[row, : len(chosen)] = _weigh(items, chosen, segment, kind, int(day), scene.policy)
                    found[row] = len(pool)
                    row += 1
    return Contexts(int(scene.days[0]), candidates, weights, found)


def is_open(items: Items, day: int, part: int, zone: str) -> Bools:
    """What may be shown in a part of a day: announced before it, beginning after it, in sight, and not cancelled."""
    begins, ends = ((0, EVENING), (EVENING, DAY))[part]
    opens_ms = to_utc(np.array([day * DAY + begins]), zone)[0]
    until = (day + HORIZON) * DAY
    is_ahead = (items.local_ms >= day * DAY + ends) & (items.local_ms < until)
    return np.asarray(items.is_listed & (items.announced_ms <= opens_ms) & is_ahead, dtype=np.bool_)


def position_shares(contexts: Contexts) -> Floats:
    """Contexts × candidates × positions: the exact propensities, see placing.py."""
    return place_shares(contexts.weights, MOST_PLACES)


def _retrieve(items: Items, pool: Ints, segment: int, day: int) -> Ints:
    if len(pool) <= CANDIDATES:
        return pool
    score = items.appeal[pool] - 0.03 * lead_days(items, pool, day) + 1.2 * (items.category[pool] == segment)
    order = np.argsort(-score, kind="stable")
    rest = pool[order[BEST:]]
    turn = np.argsort(draw_share(derive_keys(items.keys[rest], day), "turn"), kind="stable")
    return np.sort(np.concatenate([pool[order[:BEST]], rest[turn[: CANDIDATES - BEST]]]))


def _weigh(items: Items, rows: Ints, segment: int, kind: int, day: int, policy: Policy) -> Floats:
    if not len(rows):
        return np.zeros(0)
    score = policy.popularity * items.appeal[rows] - policy.soon * lead_days(items, rows, day)
    score = score + policy.taste * TASTE[kind] * (items.category[rows] == segment)
    raised = np.exp(score - score.max())
    weights: Floats = (1.0 - policy.exploration) * raised / raised.sum() + policy.exploration / len(rows)
    return weights
