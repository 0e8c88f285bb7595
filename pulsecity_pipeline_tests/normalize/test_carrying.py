"""What the night before knew of a listing: kept, changed, gone, over, or not known for want of the feed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Listing, Reject
from pulsecity_pipeline.normalize.carrying import Carried, carry_rejects
from pulsecity_pipeline.normalize.carrying import carry_over as carry_all
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


def carry(tonight: pl.DataFrame, previous: pl.DataFrame, seen_whole: pl.DataFrame, *, at: datetime) -> Carried:
    return carry_all(tonight, previous, seen_whole, at=at, past_after_days=30)


def carry_over(
    tonight: pl.DataFrame, previous: pl.DataFrame, seen_whole: pl.DataFrame, *, at: datetime
) -> pl.DataFrame:
    return carry(tonight, previous, seen_whole, at=at).listings


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
    over = past | {"starts_on": date(2027, 2, 20), "ends_on": None, "starts_at": None, "ends_at": None}
    tonight = past | {"starts_on": SECOND.date(), "ends_on": None}
    assert carry_over(Listing.empty(), listings(FIRST, tonight), WHOLE, at=SECOND)["gone_at"].to_list() == [None]
    running = past | {"starts_on": date(2027, 2, 20), "ends_on": date(2027, 3, 9)}
    assert carry_over(Listing.empty(), listings(FIRST, over), WHOLE, at=SECOND)["gone_at"].to_list() == [None]
    assert carry_over(Listing.empty(), listings(FIRST, running), WHOLE, at=SECOND)["gone_at"].to_list() == [SECOND]


def test_back_again_is_not_gone() -> None:
    (one,) = ids(0)
    gone = carry_over(Listing.empty(), listings(FIRST, one), WHOLE, at=SECOND)
    back = carry_over(listings(THIRD, one), gone, WHOLE, at=THIRD)
    assert (back["gone_at"].to_list(), back["first_seen_at"].to_list()) == ([None], [FIRST])


def test_what_is_over_for_a_month_and_not_listed_leaves() -> None:
    old, recent, gone = ids(0, 1, 2)
    before = listings(
        FIRST,
        old | {"starts_on": date(2027, 1, 20)},
        recent | {"starts_on": date(2027, 2, 20)},
        gone | {"gone_at": datetime(2027, 1, 20, tzinfo=UTC)},
    )
    made = carry(Listing.empty(), before, WHOLE, at=SECOND)
    assert made.listings["listing_id"].to_list() == [recent["listing_id"]]
    assert made.past["listing_id"].to_list() == [old["listing_id"], gone["listing_id"]]
    assert made.past["night"].unique().to_list() == [SECOND.date()]
    assert carry(before, before, WHOLE, at=SECOND).past.is_empty()
    assert carry(Listing.empty(), before, NOBODY, at=SECOND).past.is_empty()
    silent_since = carry(Listing.empty(), before, NOBODY, at=FIRST + timedelta(days=31))
    assert silent_since.past["listing_id"].to_list() == before["listing_id"].to_list()


def rejects(*stated: dict[str, Any]) -> pl.DataFrame:
    rows = [row | own for row, own in zip(valid_rows(Reject, len(stated)).to_dicts(), stated, strict=True)]
    return pl.DataFrame(rows, schema=Reject.polars_schema())


def records(outcome: str, page_id: str = "pag_new") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source": "ics",
            "feed": "library",
            "fingerprint": "f1",
            "outcome": outcome,
            "page_id": page_id,
            "pointer": "vevent/7",
        }
    )


def test_a_reject_keeps_its_first_night_is_replayed_or_leaves_with_its_record() -> None:
    base = {"source": "ics", "feed": "library", "fingerprint": "f1", "replayed_at": None}
    before, again = rejects(base | {"first_seen_at": FIRST}), rejects(base | {"first_seen_at": SECOND})
    kept = carry_rejects(again, before, records("reject"), at=SECOND)
    assert kept.select("first_seen_at", "replayed_at").rows() == [(FIRST, None)]
    accepted = carry_rejects(again.clear(), before, records("listing"), at=SECOND)
    assert accepted.select("first_seen_at", "replayed_at", "pointer").rows() == [(FIRST, SECOND, "vevent/7")]
    later = carry_rejects(again.clear(), accepted, records("listing"), at=THIRD)
    assert later["replayed_at"].to_list() == [SECOND]
    silent = carry_rejects(again.clear(), before, records("reject"), at=SECOND)
    assert silent["replayed_at"].to_list() == [None]
    assert carry_rejects(again.clear(), before, records("listing").clear(), at=SECOND).is_empty()
