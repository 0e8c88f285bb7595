"""Lists as they are served: the draw of each, and the probabilities it was drawn with."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_share
from pulsecity_pipeline.sandbox.people.policy import CANDIDATES, MOST_PLACES, PLACES, Contexts
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints
from pulsecity_pipeline.sandbox.people.sessions import LISTS, Pages

#: Of searches, those with a slip of the finger in them, which find nothing.
SLIPS: Final = 0.04
_CHUNK: Final = 20_000


@dataclass(frozen=True)
class Served:
    """Of each page its context and how many it shows; `joint`, the probability of the whole sequence. One entry an
    impression of the rest: its page, position from 0, item, and the two propensities."""

    context: Ints
    shown: Ints
    is_slip: Bools
    joint: Floats
    page: Ints
    position: Ints
    item: Ints
    conditional: Floats
    marginal: Floats


def serve(pages: Pages, contexts: Contexts, shares: Floats) -> Served:
    """Draw every list: exponential arrival times by weight, the first to come stand above."""
    context = contexts.row(pages.day, pages.part, pages.kind, pages.segment)
    is_search = pages.kind == LISTS.index("search")
    is_slip = is_search & (draw_share(pages.keys, "slip") < SLIPS)
    shown = np.where(is_slip, 0, np.minimum(PLACES[pages.kind], contexts.sizes[context]))
    parts = [
        _draw(pages.keys[at : at + _CHUNK], context[at : at + _CHUNK], shown[at : at + _CHUNK], contexts, shares)
        for at in range(0, max(len(context), 1), _CHUNK)
    ]
    order, conditional, marginal = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    is_shown = np.arange(MOST_PLACES) < shown[:, None]
    page, position = np.nonzero(is_shown)
    item = contexts.candidates[context[page], order[is_shown]]
    joint = np.where(is_shown, conditional, 1.0).prod(axis=1)
    return Served(context, shown, is_slip, joint, page, position, item, conditional[is_shown], marginal[is_shown])


def _draw(keys: Keys, context: Ints, shown: Ints, contexts: Contexts, shares: Floats) -> tuple[Ints, Floats, Floats]:
    """Pages × places: the candidate, its probability given those above it, and its probability at that place."""
    weights = contexts.weights[context]
    places = np.tile(np.arange(CANDIDATES), len(keys))
    share = draw_share(derive_keys(np.repeat(keys, CANDIDATES), places), "arrives").reshape(weights.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.where(weights > 0.0, -np.log1p(-share) / weights, np.inf)
    order = np.argsort(times, axis=1, kind="stable")[:, :MOST_PLACES]
    is_shown = np.arange(MOST_PLACES) < shown[:, None]
    drawn = np.where(is_shown, np.take_along_axis(weights, order, axis=1), 0.0)
    left = weights.copy()
    np.put_along_axis(left, order, np.where(is_shown, 0.0, np.take_along_axis(weights, order, axis=1)), axis=1)
    # What is left is summed up from the end, so that the last of all is certain and not nearly so.
    remaining = left.sum(axis=1, keepdims=True) + np.cumsum(drawn[:, ::-1], axis=1)[:, ::-1]
    conditional = np.divide(drawn, remaining, out=np.ones_like(drawn), where=is_shown)
    return order, conditional, shares[context[:, None], order, np.arange(MOST_PLACES)]
