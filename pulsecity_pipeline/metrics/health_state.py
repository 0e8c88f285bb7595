"""The rules that turn a feed's counts into a state and a reason."""

from datetime import date

import polars as pl

from pulsecity_pipeline.config.health import HealthRules

#: Above this share of rejected records a feed is degraded.
DEGRADED_ABOVE = 0.05

_RECORDS = pl.col("records")
_REJECTS = pl.col("rejects")
_LOST_PAGES = pl.col("lost_pages")
_IS_WHOLE = pl.col("state").is_in(["healthy", "empty"])


def add_state(counted: pl.DataFrame, rules: HealthRules, night: date) -> pl.DataFrame:
    """Adds state and reason (null where healthy), unwell_nights, seen_whole_on; the first rule that holds decides.

    missing: no page was asked for. failing: no listing, and no page was good or every record was rejected. Either is
    retired from `patience_nights` nights on. degraded: over 5 % of the records rejected, a page ends early, or a page
    of several was lost. halved: less than `halved_share` of at least `halved_from` upcoming listings expected, until
    patience ends and what is left is believed. empty: no records. healthy: everything else.
    So `healthy` and `empty` alone say that the feed was seen whole: only there does a missing listing mean anything.
    Columns in: pages, lost_pages (failed or rejected as a whole), cut_short, records, listings, rejects, page_reason,
    refusal, upcoming, upcoming_expected, unwell_before, whole_before.
    """
    found = counted.with_columns(state=_state(rules))
    counting = found.with_columns(
        unwell_nights=pl.when(_IS_WHOLE).then(0).otherwise(pl.col("unwell_before") + 1),
        seen_whole_on=pl.when(_IS_WHOLE).then(pl.lit(night)).otherwise("whole_before"),
    )
    silent = pl.col("state").is_in(["missing", "failing"]) & (pl.col("unwell_nights") >= rules.patience_nights)
    reasoned = counting.with_columns(reason=_reason())
    return reasoned.with_columns(
        state=pl.when(silent).then(pl.lit("retired")).otherwise("state"),
        reason=pl.when(silent)
        .then(pl.format("nothing usable for {} nights: mend it or take it out ({})", "unwell_nights", "reason"))
        .otherwise("reason"),
    )


def _state(rules: HealthRules) -> pl.Expr:
    missing = pl.col("pages") == 0
    failing = (pl.col("listings") == 0) & ((pl.col("pages") <= _LOST_PAGES) | (_REJECTS > 0))
    degraded = (_REJECTS > DEGRADED_ABOVE * _RECORDS) | (_LOST_PAGES > 0) | (pl.col("cut_short") > 0)
    expected = pl.col("upcoming_expected")
    halved = (expected >= rules.halved_from) & (pl.col("upcoming") < rules.halved_share * expected)
    is_patient = pl.col("unwell_before") < rules.patience_nights
    return (
        pl.when(missing).then(pl.lit("missing"))
        .when(failing).then(pl.lit("failing"))
        .when(degraded).then(pl.lit("degraded"))
        .when(halved & is_patient).then(pl.lit("halved"))
        .when((_RECORDS == 0) & (pl.col("listings") == 0)).then(pl.lit("empty"))
        .otherwise(pl.lit("healthy"))
    )  # fmt: skip


def _reason() -> pl.Expr:
    share = pl.format("{} of {} records rejected, mostly {}", "rejects", "records", "refusal")
    early = pl.format("cut short; {}", share)
    refused = pl.when(pl.col("cut_short") > 0).then(early).when(_REJECTS > 0).then(share)
    known = pl.coalesce("page_reason", refused, pl.lit("no records"))
    halved = pl.format("{} upcoming listings where {} were expected", "upcoming", "upcoming_expected")
    return (
        pl.when(pl.col("state") == "healthy").then(pl.lit(None, pl.String))
        .when(pl.col("state") == "missing").then(pl.lit("no page tonight"))
        .when(pl.col("state") == "halved").then(halved)
        .otherwise(known)
    )  # fmt: skip
