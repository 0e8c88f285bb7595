"""Working on distinct values once: derive columns from the few different values, then give every row its own."""

from collections.abc import Callable

import polars as pl


def derive_distinct(
    frame: pl.DataFrame, keys: list[str], derive: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Columns that depend on `keys` alone, one row for each row of `frame`, in its order.

    `derive` gets the distinct rows of `keys` and returns them, keys included, in any order; the keys are left out
    of the result. Null is a value like any other.
    """
    derived = derive(frame.select(keys).unique(maintain_order=True))
    joined = frame.select(keys).join(derived, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.drop(keys)


def map_texts(texts: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """`function` of every text, called once for each distinct one; null stays null."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    if distinct.is_empty():
        return texts
    results = pl.Series([function(text) for text in distinct], dtype=pl.String)
    return texts.replace_strict(distinct, results, default=None, return_dtype=pl.String)
