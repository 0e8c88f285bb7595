"""The rules that turn a feed's counts into a state and a reason."""

import polars as pl

#: Above this share of rejected records a feed is degraded.
DEGRADED_ABOVE = 0.05

_RECORDS = pl.col("records")
_REJECTS = pl.col("rejects")
_LOST_PAGES = pl.col("lost_pages")


def add_state(counted: pl.DataFrame) -> pl.DataFrame:
    """Adds state and reason (null where healthy); the first rule that holds decides.

    failing: no listing, and no page was good or every record was rejected. degraded: over 5 % of the records rejected,
    a page ends early, or a page of several was lost. empty: no records. healthy: everything else.
    So `healthy` and `empty` alone say that the feed was seen whole: only there does a missing listing mean anything.
    Columns in: pages, lost_pages (failed or rejected as a whole), cut_short, records, listings, rejects, page_reason,
    refusal.
    """
    return counted.with_columns(state=_state()).with_columns(reason=_reason())


def _state() -> pl.Expr:
    failing = (pl.col("listings") == 0) & ((pl.col("pages") <= _LOST_PAGES) | (_REJECTS > 0))
    degraded = (_REJECTS > DEGRADED_ABOVE * _RECORDS) | (_LOST_PAGES > 0) | (pl.col("cut_short") > 0)
    return (
        pl.when(failing)
        .then(pl.lit("failing"))
        .when(degraded)
        .then(pl.lit("degraded"))
        .when((_RECORDS == 0) & (pl.col("listings") == 0))
        .then(pl.lit("empty"))
        .otherwise(pl.lit("healthy"))
    )


def _reason() -> pl.Expr:
    share = pl.format("{} of {} records rejected, mostly {}", "rejects", "records", "refusal")
    early = pl.format("cut short; {}", share)
    refused = pl.when(pl.col("cut_short") > 0).then(early).when(_REJECTS > 0).then(share)
    known = pl.coalesce("page_reason", refused, pl.lit("no records"))
    return pl.when(pl.col("state") != "healthy").then(known)
