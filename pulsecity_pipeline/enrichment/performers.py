"""Performers: who is billed by a city's coming events, and what these events say that tells namesakes apart."""

from datetime import date, datetime, timedelta

import polars as pl

from pulsecity_pipeline.enrichment.folding import fold_name

#: What stands where a name should.
_PLACEHOLDERS = (
    "tba", "tbd", "to be announced", "various", "various artists", "special guest", "special guests", "guest",
    "guests", "and more", "more", "more tba", "open mic", "live music", "live band", "dj", "djs", "support", "band",
    "local band", "house band", "host", "n a", "none", "unknown",
)  # fmt: skip
PERFORMERS = pl.Schema(
    {
        "performer": pl.String(),
        "billed_as": pl.String(),
        "is_music": pl.Boolean(),
        "first_on": pl.Date(),
        "words": pl.List(pl.String()),
    }
)


def list_performers(events: pl.DataFrame, night: date) -> pl.DataFrame:
    """clean.events → PERFORMERS: folded names billed by events that are still to come, the soonest first.

    `billed_as` is the most used spelling; `is_music` whether any of their events is filed as music; `words` are those
    of titles, descriptions and categories of their events, folded.
    """
    upcoming = events.filter(
        (pl.col("starts_on") >= night) & ~pl.col("status").is_in(["cancelled", "past"]) & pl.col("gone_at").is_null()
    )
    billed = (
        upcoming.select("starts_on", "category", "subcategory", "title", "description", billed_as="performers")
        .explode("billed_as")
        .drop_nulls("billed_as")
        .with_columns(performer=pl.col("billed_as").map_elements(fold_name, return_dtype=pl.String))
        .filter(pl.col("performer") != "", ~pl.col("performer").is_in(_PLACEHOLDERS))
        .with_columns(
            text=pl.concat_str("title", "description", "category", "subcategory", separator=" ", ignore_nulls=True)
        )
    )
    return (
        billed.sort("billed_as")
        .group_by("performer")
        .agg(
            pl.col("billed_as").mode(maintain_order=True).first(),
            is_music=(pl.col("category") == "music").any(),
            first_on=pl.col("starts_on").min(),
            words=pl.col("text").str.join(" ").first(),
        )
        .with_columns(words=pl.col("words").map_elements(_list_words, return_dtype=pl.List(pl.String)))
        .select(pl.col(name).cast(kind) for name, kind in PERFORMERS.items())
        .sort("first_on", "performer")
    )


def select_due(
    wanted: pl.DataFrame,
    known: pl.DataFrame,
    *,
    key: str,
    at: datetime,
    refresh: timedelta,
    retry: pl.Expr | None = None,
) -> pl.DataFrame:
    """Rows of `wanted` that `known` (with `checked_at`) has not by `key`, or only from `refresh` ago or before.

    Known rows for which `retry` is true are due again whatever their age.
    """
    stands = pl.col("checked_at") > at - refresh
    fresh = known.filter(stands if retry is None else stands & ~retry)
    return wanted.join(fresh, on=key, how="anti", maintain_order="left")


def put_over(made: pl.DataFrame, known: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Tonight's rows, and of what was known the keys that they have not; sorted by key."""
    return pl.concat([made, known.join(made, on=list(key), how="anti").select(made.columns)]).sort(key)


def _list_words(text: str) -> list[str]:
    return sorted(set(fold_name(text).split(" ")))
