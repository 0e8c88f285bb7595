"""Which listings of a population tell the same thing twice, by their start and title."""

from typing import Final

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

#: Titles at least so alike (token set, 0 to 100) at the same start are near duplicates.
_ALIKE: Final = 85
#: Of a block of hundreds, a calendar of placeholders, so many tell enough.
_MOST_AT_ONCE: Final = 40


def mark_near_duplicates(listings: pl.DataFrame) -> pl.DataFrame:
    """`listings` with is_near_duplicate: another one of the population and city begins then, with nearly this title.

    Null where nothing has a time.
    """
    numbered = listings.with_row_index("row")
    scope = ["population", "pull_city_id", "starts_local"]
    at = numbered.select("row", *scope, "title").drop_nulls(["starts_local", "title"])
    block = pl.len().over(scope)
    crowded = at.filter(block > 1).filter(pl.int_range(pl.len()).over(scope) < _MOST_AT_ONCE)
    pairs = crowded.join(crowded, on=scope, nulls_equal=True).filter(pl.col("row") < pl.col("row_right"))
    alike = process.cpdist(
        pairs["title"].str.to_lowercase().to_list(),
        pairs["title_right"].str.to_lowercase().to_list(),
        scorer=fuzz.token_set_ratio,
        dtype=np.float32,
    )
    found = pairs.filter(pl.Series(alike >= _ALIKE, dtype=pl.Boolean))
    rows = pl.concat([found["row"], found["row_right"]]).unique().implode()
    is_one = pl.when(pl.col("starts_local").is_not_null()).then(pl.col("row").is_in(rows))
    return numbered.with_columns(is_near_duplicate=is_one).drop("row")
