"""Merging: typed rows → interactions without user ids, each once, beside those that are known."""

from datetime import datetime

import orjson
import polars as pl

from pulsecity_pipeline.contracts import Interaction
from pulsecity_pipeline.contracts.interactions import SIGNAL
from pulsecity_pipeline.identity import hash_ids
from pulsecity_pipeline.interactions.hashing import UserKey
from pulsecity_pipeline.interactions.rejecting import hide

_CONTENT = ["kind", "user_key", "name", "happened_at", "properties"]


def close_door(typed: pl.DataFrame, key: UserKey, *, source: str, received_at: datetime) -> pl.DataFrame:
    """TYPED rows → rows of clean.interactions, repeats still among them; from here on there are no user ids."""
    hidden = _hide_users(typed)
    keyed = hidden.with_columns(user_key=key.hash_users(hidden["user_id"])).drop("user_id")
    return keyed.select(
        _interaction_ids(keyed),
        "user_key",
        "name",
        "happened_at",
        "event_id",
        "properties",
        signal=pl.lit(SIGNAL),
        happened_on=pl.col("happened_at").dt.date(),
        received_at=pl.lit(received_at, dtype=Interaction.polars_schema()["received_at"]),
        source=pl.lit(source),
    ).select(*Interaction.polars_schema())


def keep_new(rows: pl.DataFrame, known: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows whose `key` is not among those of `known`, the first of each; order kept."""
    first = rows.unique(key, keep="first", maintain_order=True)
    return first.join(known.select(key), on=key, how="anti", maintain_order="left")


def _interaction_ids(keyed: pl.DataFrame) -> pl.Series:
    """By the id given, else by content."""
    given = pl.col("given_id").is_not_null()
    moment = pl.col("happened_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    parts = keyed.select(
        kind=pl.when(given).then(pl.lit("id")).otherwise(pl.lit("content")),
        user_key=pl.when(given).then(pl.col("given_id")).otherwise(pl.col("user_key")),
        name=pl.when(~given).then(pl.col("name")),
        happened_at=pl.when(~given).then(moment),
        properties=pl.when(~given).then(pl.col("properties")),
    )
    return hash_ids("int", parts, _CONTENT).alias("interaction_id")


def _hide_users(typed: pl.DataFrame) -> pl.DataFrame:
    """Properties, and with them the event id, that quote the user id do so no longer; few do."""
    quotes = typed.select(pl.col("properties").str.contains(pl.col("user_id"), literal=True)).to_series()
    quotes = quotes.fill_null(value=False)
    if not quotes.any():
        return typed
    told = typed.filter(quotes)
    texts = [_hide(text, user) for text, user in zip(told["properties"], told["user_id"], strict=True)]
    events = [hide(event_id, user) for event_id, user in zip(told["event_id"], told["user_id"], strict=True)]
    safe = told.with_columns(properties=pl.Series(texts, dtype=pl.String), event_id=pl.Series(events, dtype=pl.String))
    return pl.concat([typed.filter(~quotes), safe]).sort("line")


def _hide(text: str, user_id: str) -> str:
    return orjson.dumps(hide(orjson.loads(text), user_id), option=orjson.OPT_SORT_KEYS).decode()
