"""The ids that a source gives to what it lists, in its own shape, stable or not."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, key_of
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS


def identify(frame: pl.DataFrame) -> pl.DataFrame:
    """native_id, venue_native_id, organizer_native_id, performer_native_ids, series_native_id in the source's shapes.

    At sites of unstable ids a listing's id changes with its state.
    """
    changing = derive_keys(frame["listing_key"].to_numpy(), frame["revision"].fill_null(0).cast(pl.Int64).to_numpy())
    keys = np.where(frame["has_unstable_ids"].to_numpy(), changing, frame["listing_key"].to_numpy())
    parts = []
    for (source,), part in frame.with_columns(id_key=pl.Series(keys)).group_by("source", maintain_order=True):
        dialect = DIALECTS[str(source)]
        native: Mapping[str, object] = getattr(dialect, "NATIVE_IDS", {})
        ids = part.with_columns(native_id=dialect.mint_native_id(part["id_key"].to_numpy()))
        ids = ids.with_columns(
            venue_native_id=_native(part["house_id"], native.get("venue"), str(source)),
            organizer_native_id=_native(part["organizer"], native.get("organizer"), str(source)),
            performer_native_ids=_native_lists(part["performer_ids"], native.get("performer"), str(source)),
            series_native_id=_native(part["series_id"] + "/" + part["feed"], dialect.mint_native_id, str(source)),
        )
        parts.append(ids)
    return pl.concat(parts)


def _native(names: pl.Series, mint: object, source: str) -> pl.Series:
    """The source's id of each name of the truth; null where there is none, or the source has no such ids."""
    if not callable(mint) or names.null_count() == len(names):
        return pl.Series([None] * len(names), dtype=pl.String())
    known = names.drop_nulls().unique().sort()
    keys = np.array([key_of(source, name) for name in known], dtype=np.uint64)
    return names.replace_strict(known, mint(keys), default=None, return_dtype=pl.String())


def _native_lists(names: pl.Series, mint: object, source: str) -> pl.Series:
    """The same of lists of names; empty where the source has no such ids."""
    known = names.explode().drop_nulls().unique().sort()
    if not callable(mint) or known.is_empty():
        return pl.repeat([], len(names), dtype=pl.List(pl.String()), eager=True)
    native = _native(known, mint, source)
    return names.list.eval(pl.element().replace_strict(known, native, return_dtype=pl.String()))
