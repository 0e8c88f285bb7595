"""Searches: what is typed for a category, in words of the taxonomy and of titles, and how much is found."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.sandbox.chance import draw_index
from pulsecity_pipeline.sandbox.people.items import Items
from pulsecity_pipeline.sandbox.people.policy import Contexts
from pulsecity_pipeline.sandbox.people.scene import Ints, categories
from pulsecity_pipeline.sandbox.people.sessions import LISTS, Pages
from pulsecity_pipeline.sandbox.people.showing import Served

#: Titles of each category whose words are typed.
_TITLES: Final = 60
_WORD: Final = r"[\p{L}\d]{4,}"


@dataclass(frozen=True)
class Searches:
    """One entry a search: its page, what is typed, and how many happenings are found."""

    page: Ints
    query: pl.Series
    found: Ints


def make_searches(pages: Pages, served: Served, contexts: Contexts, items: Items) -> Searches:
    """The searches behind the pages that answer them; a slip of the finger finds nothing."""
    at = np.flatnonzero(pages.kind == LISTS.index("search"))
    words = [_words_of(slug, items) for slug in categories()]
    first = np.cumsum([0, *(len(one) for one in words)])[:-1]
    count = np.array([len(one) for one in words])
    segment = pages.segment[at]
    row = first[segment] + draw_index(pages.keys[at], "query", count[segment])
    typed = pl.Series("query", [word for one in words for word in one], dtype=pl.String).gather(row)
    slip = pl.col("query").str.slice(1, 1) + pl.col("query").str.slice(0, 1) + pl.col("query").str.slice(2)
    is_slip = served.is_slip[at]
    query = typed.to_frame().select(pl.when(pl.Series(is_slip)).then(slip).otherwise("query")).to_series()
    return Searches(at, query, np.where(is_slip, 0, contexts.found[served.context[at]]))


def _words_of(slug: str, items: Items) -> list[str]:
    """Names of the category and its subcategories, and the longer words of some of its titles."""
    names = [one.replace("_", " ") for one in (slug, *load_taxonomy().subslugs(slug))]
    titles = items.frame.filter(pl.col("category") == slug)["title"].drop_nulls().head(_TITLES)
    words = titles.str.to_lowercase().str.extract_all(_WORD).explode(empty_as_null=False).unique().sort().to_list()
    return [*names, *words]
