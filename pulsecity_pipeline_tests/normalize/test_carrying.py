"""What the night before knew of a listing: kept, changed, gone, over, or not known for want of the feed."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Listing
from pulsecity_pipeline.normalize.carrying import carry_over
from pulsecity_pipeline.quality.planting import valid_rows

FIRST, SECOND, THIRD = (datetime(2027, 3, day, tzinfo=UTC) for day in (1, 2, 3))
WHOLE = pl.DataFrame({"source": ["ics"], "feed": ["library"]})
NOBODY = WHOLE.clear()


def listings(at: datetime, *stated: dict[str, Any]) -> pl.DataFrame:
    """Valid listings as of a night, with the columns that are stated."""
    schema = Listing.polars_schema()
    usual = {"feed": "library", "first_seen_at": at, "last_seen_at": at, "changed_at": at, "gone_at": None}
    rows = [row | usual | own for row, own in zip(valid_rows(Listing, len(stated)).to_dicts(), stated, strict=True)]
    return pl.DataFrame(rows, schema=schema)


def ids(*numbers: int) -> list[dict[str, Any]]:
    upcoming = {"starts_on": date(2027, 4, 1), "ends_on": None}
    return [{"listing_id": f"lst_{'a' * 15}{'abcdefgh'[number]}", **upcoming} for number in numbers]


def test_dates_are_carried_and_only_a_new_fingerprint_is_a_change() -> None:
    same, edited = ids(0, 1)
    before = listings(FIRST, same, edited | {"fingerprint": "old"})
    after = carry_over(listings(SECOND, same, edited | {"fingerprint": "new"}), before, WHOLE, at=SECOND)
    assert after["first_seen_at"].to_list() == [FIRST, FIRST]
    assert after["changed_at"].to_list() == [FIRST, SECOND]
    assert after["last_seen_at"].to_list() == [SECOND, SECOND]


def test_missing_from_a_whole_feed_is_gone_once() -> None:
    stays, leaves = ids(0, 1)
    second = carry_over(listings(SECOND, stays), listings(FIRST, stays, leaves), WHOLE, at=SECOND)
    third = carry_over(listings(THIRD, stays), second, WHOLE, at=THIRD)
    assert second["gone_at"].to_list() == [None, SECOND]
    assert third["gone_at"].to_list() == [None, SECOND]


def test_a_feed_that_failed_says_nothing() -> None:
    before = listings(FIRST, *ids(0, 1))
    assert carry_over(Listing.empty(), before, NOBODY, at=SECOND).equals(before)


def test_what_is_over_is_not_gone() -> None:
    (past,) = ids(0)
    over = past | {"starts_on": date(2027, 2, 20), "ends_on": None}
    running = past | {"starts_on": date(2027, 2, 20), "ends_on": date(2027, 3, 9)}
    assert carry_over(Listing.empty(), listings(FIRST, over), WHOLE, at=SECOND)["gone_at"].to_list() == [None]
    assert carry_over(Listing.empty(), listings(FIRST, running), WHOLE, at=SECOND)["gone_at"].to_list() == [SECOND]


def test_back_again_is_not_gone() -> None:
    (one,) = ids(0)
    gone = carry_over(Listing.empty(), listings(FIRST, one), WHOLE, at=SECOND)
    back = carry_over(listings(THIRD, one), gone, WHOLE, at=THIRD)
    assert (back["gone_at"].to_list(), back["first_seen_at"].to_list()) == ([None], [FIRST])
