"""Tonight's readings become listings and rejects that add up, whatever a recurring record holds."""

from datetime import date

import polars as pl

from pulsecity_pipeline.city_run.known import KnownPull
from pulsecity_pipeline.contracts import Reject
from pulsecity_pipeline.metrics.accounting import check_accounting
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.city_run.pulls import pull_calendars
from pulsecity_pipeline_tests.defs.toy import CITY, calendar, entry


def test_a_series_with_an_unusable_title_is_one_reject_an_occurrence_and_blocks_nothing() -> None:
    series = entry("s1", "<br>", "20270305T190000", "RRULE:FREQ=WEEKLY;COUNT=4")
    pages = {"library": calendar(series, entry("ok", "Choir", "20270305T190000")).encode()}
    made, _ = pull_calendars(pages, KnownPull.nothing(), city_id=CITY, night=date(2027, 3, 1))
    assert made.listings["title"].to_list() == ["Choir"]
    assert made.rejects["rule"].unique().to_list() == ["title_empty"]
    assert (made.rejects.height, made.rejects["is_record"].sum()) == (4, 1)
    assert [outcome.name for outcome in evaluate(made.rejects, Reject) if not outcome.passed] == []
    assert check_accounting(made.source_health).is_empty()
    counts = made.source_health.select(pl.col("records", "expansions", "listings", "rejects", "repeats").sum())
    assert counts.row(0) == (2, 0, 1, 1, 0)
