"""What is over turns past by itself, and nothing else does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Listing
from pulsecity_pipeline.normalize.aging import age_status, over_at
from pulsecity_pipeline.quality.planting import valid_rows

ZONE = "America/Los_Angeles"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def listing(**stated: Any) -> pl.DataFrame:
    bare = dict.fromkeys(("starts_on", "starts_at", "ends_on", "ends_at")) | {"timezone": ZONE, "status": "scheduled"}
    return pl.DataFrame([valid_rows(Listing, 1).to_dicts()[0] | bare | stated], schema=Listing.polars_schema())


@pytest.mark.parametrize(
    ("stated", "over"),
    [
        (
            {"starts_on": date(2027, 7, 1), "starts_at": utc(2027, 7, 2, 2), "ends_at": utc(2027, 7, 2, 4)},
            utc(2027, 7, 2, 4),
        ),
        ({"starts_on": date(2027, 7, 1), "starts_at": utc(2027, 7, 2, 2)}, utc(2027, 7, 3, 2)),
        (
            {"starts_on": date(2027, 7, 1), "starts_at": utc(2027, 7, 1, 7), "ends_on": date(2027, 7, 3)},
            utc(2027, 7, 4, 7),
        ),
        ({"starts_on": date(2027, 7, 1)}, utc(2027, 7, 2, 7)),
        ({}, None),
    ],
)
def test_over_is_the_stated_end_else_a_day_after_the_start(stated: dict[str, Any], over: datetime | None) -> None:
    found = listing(**stated)
    assert over_at(found).to_list() == [over]
    if over is not None:
        turned = [age_status(found, at=over + timedelta(seconds=moved))["status"][0] for moved in (0, 1)]
        assert turned == ["scheduled", "past"]


def test_what_says_more_than_scheduled_keeps_saying_it() -> None:
    cancelled = listing(starts_on=date(2027, 7, 1), status="cancelled")
    assert age_status(cancelled, at=utc(2028, 1, 1))["status"].to_list() == ["cancelled"]
