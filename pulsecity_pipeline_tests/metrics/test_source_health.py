"""Counts and states of feeds, and the account that has to close."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.health import load_health
from pulsecity_pipeline.contracts import Listing, Reject, SourceHealth
from pulsecity_pipeline.metrics.accounting import check_accounting
from pulsecity_pipeline.metrics.source_health import build_source_health
from pulsecity_pipeline_tests.features.frames import assert_contract

CITY, NIGHT = "us-ca-davis", date(2026, 8, 22)
PAGE_SCHEMA = pl.Schema(
    [(name, pl.String()) for name in ("source", "feed", "page_id", "outcome", "reason")]
    + [(name, pl.Int64()) for name in ("size_bytes", "records", "records_read", "expansions", "repeats")]
    + [("unread_fields", pl.List(pl.String))]
)


def page(page_id: str = "pag_1", **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"source": "ics", "feed": "library", "page_id": page_id, "outcome": "ok", "reason": None}
    row |= {"size_bytes": 100, "records": 0, "records_read": 0, "expansions": 0, "repeats": 0, "unread_fields": []}
    return row | changes


def failed(page_id: str = "pag_1", reason: str | None = "timeout after 20 s") -> dict[str, Any]:
    return page(page_id, outcome="failed", reason=reason, size_bytes=None)


def listings(count: int, city_id: str = CITY, **changes: Any) -> list[dict[str, Any]]:
    return [{"source": "ics", "feed": "library", "city_id": city_id} | changes for _ in range(count)]


def rejects(count: int, rule: str = "start_missing", **changes: Any) -> list[dict[str, Any]]:
    row: dict[str, Any] = {"source": "ics", "feed": "library", "page_id": "pag_1", "rule": rule}
    row |= {"pointer": "vevent/1", "stage": "read", "reason": "found", "is_record": True}
    return [row | changes for _ in range(count)]


def refused_page(page_id: str = "pag_1", reason: str = "not a calendar: HTML page") -> list[dict[str, Any]]:
    return rejects(1, rule="not_a_calendar", pointer="page", page_id=page_id, reason=reason, is_record=False)


def health(
    pages: list[dict[str, Any]],
    made: list[dict[str, Any]],
    refused: list[dict[str, Any]] | None = None,
    known: pl.DataFrame | None = None,
    before: pl.DataFrame | None = None,
    night: date = NIGHT,
) -> pl.DataFrame:
    return build_source_health(
        pl.DataFrame(pages, schema=PAGE_SCHEMA),
        pl.DataFrame(made, schema=Listing.polars_schema()),
        pl.DataFrame(refused or [], schema=Reject.polars_schema()),
        Listing.empty() if known is None else known,
        SourceHealth.empty() if before is None else before,
        city_id=CITY,
        night=night,
        rules=load_health(),
    )


def test_a_healthy_feed_counted_by_hand() -> None:
    pages = [
        page("pag_1", records=30, expansions=5, repeats=2, unread_fields=["GEO=3", "X-A=B=2"]),
        page("pag_2", records=20, size_bytes=50, unread_fields=["X-A=B=4", "ATTACH=3"]),
    ]
    frame = health(pages, listings(50) + listings(2, city_id="elsewhere"), rejects(1))
    assert frame.row(0, named=True) == {
        "city_id": CITY, "night": NIGHT, "source": "ics", "feed": "library", "state": "healthy", "reason": None,
        "pages": 2, "size_bytes": 150, "records": 50, "listings": 52, "expansions": 5, "rejects": 1, "repeats": 2,
        "page_rejects": 0, "located_elsewhere": 2, "unread_fields": ["X-A=B=6", "ATTACH=3", "GEO=3"],
        "records_read": 0, "upcoming": 52, "upcoming_expected": 0, "unwell_nights": 0, "seen_whole_on": NIGHT,
    }  # fmt: skip
    assert check_accounting(frame).is_empty()


@pytest.mark.parametrize(
    ("pages", "made", "refused", "state", "reason"),
    [
        ([failed()], [], [], "failing", "timeout after 20 s"),
        ([failed(reason=None)], [], [], "failing", "failed without a reason"),
        ([page()], [], refused_page(), "failing", "not a calendar: HTML page"),
        ([page(records=2)], [], rejects(2), "failing", "2 of 2 records rejected, mostly start_missing"),
        ([failed("pag_1"), page("pag_2")], [], refused_page("pag_2"), "failing", "timeout after 20 s"),
        ([page()], [], [], "empty", "no records"),
        ([failed("pag_1"), page("pag_2")], [], refused_page("pag_1", "timeout after 20 s"), "degraded", "timeout after 20 s"),
        ([page(records=20)], listings(19), rejects(1), "healthy", None),
        ([page(records=19)], listings(18), rejects(1), "degraded", "1 of 19 records rejected, mostly start_missing"),
        (
            [page(records=9)], listings(4), rejects(2, rule="b") + rejects(3, rule="c"), "degraded",
            "5 of 9 records rejected, mostly c",
        ),
        ([page(records=50)], listings(50), refused_page(reason="ends early"), "degraded", "ends early"),
        ([page(records=50), failed("pag_2")], listings(50), [], "degraded", "timeout after 20 s"),
        ([page(outcome="not_modified", records=9)], listings(9), [], "healthy", None),
        (
            [page(records=40)], listings(39), rejects(1, rule="truncated_record", stage="split"), "degraded",
            "cut short; 1 of 40 records rejected, mostly truncated_record",
        ),
        ([page(records=4)], listings(9), rejects(2, pointer="vevent/2", is_record=False), "healthy", None),
        ([page(records=1, repeats=1)], [], [], "healthy", None),
    ],
)  # fmt: skip
def test_states(
    pages: list[dict[str, Any]],
    made: list[dict[str, Any]],
    refused: list[dict[str, Any]],
    state: str,
    reason: str | None,
) -> None:
    assert health(pages, made, refused).select("state", "reason").row(0) == (state, reason)


def test_a_page_counts_as_rejected_once() -> None:
    refused = refused_page() + refused_page(reason="and more") + refused_page("pag_2")
    assert health([page("pag_1"), page("pag_2")], [], refused)["page_rejects"].item() == 2


def test_feeds_are_apart_and_none_is_lost() -> None:
    pages = [page(feed="b", records=1), page(feed="a", records=2)]
    frame = health(pages, listings(2, feed="a") + listings(1, feed="ghost"), rejects(1, feed="phantom"))
    assert frame["feed"].to_list() == ["a", "b", "ghost", "phantom"]
    assert_contract(frame, SourceHealth, ["source", "feed"])
    assert check_accounting(frame).select("feed", "difference").rows() == [("b", 1), ("ghost", -1), ("phantom", -1)]


def test_no_pages_no_rows() -> None:
    assert_contract(health([], []), SourceHealth, ["source", "feed"])


@pytest.mark.parametrize("count", ["records", "expansions", "listings", "rejects", "repeats"])
@pytest.mark.parametrize("step", [1, -1])
def test_any_planted_difference_is_found(count: str, step: int) -> None:
    pages = [page(records=30, expansions=5, repeats=2)]
    whole = health(pages, listings(30), rejects(3))
    assert check_accounting(whole).is_empty()
    row = check_accounting(whole.with_columns(pl.col(count) + step)).row(0, named=True)
    assert row["difference"] == (step if count in ("records", "expansions") else -step)
    assert row["found"] - row["accounted"] == row["difference"]


def test_page_rejects_are_no_part_of_the_account() -> None:
    assert check_accounting(health([page(records=3)], listings(3), refused_page())).is_empty()


def upcoming(count: int, **changes: Any) -> list[dict[str, Any]]:
    return listings(count, starts_on=date(2026, 9, 1), **changes)


def known(count: int) -> pl.DataFrame:
    return pl.DataFrame(upcoming(count), schema=Listing.polars_schema())


def test_half_a_feed_is_unwell_and_not_seen_whole() -> None:
    frame = health([page(records=9)], upcoming(9), known=known(20))
    assert frame.select("state", "reason", "unwell_nights", "seen_whole_on").row(0) == (
        "halved", "9 upcoming listings where 20 were expected", 1, None,
    )  # fmt: skip
    assert health([page(records=10)], upcoming(10), known=known(20))["state"].to_list() == ["healthy"]
    assert health([page(records=1)], upcoming(1), known=known(7))["state"].to_list() == ["healthy"]
    assert health([page()], [], known=known(8))["state"].to_list() == ["halved"]


def test_what_is_over_is_not_expected() -> None:
    over = pl.DataFrame(listings(20, starts_on=date(2026, 8, 1)), schema=Listing.polars_schema())
    assert health([page(records=1)], upcoming(1), known=over)["state"].to_list() == ["healthy"]


def test_a_halved_feed_is_believed_when_patience_ends() -> None:
    frame, states = health([page(records=20)], upcoming(20)), list[str]()
    for number in range(1, 10):
        night = NIGHT + timedelta(days=number)
        frame = health([page(records=9)], upcoming(9), known=known(20), before=frame, night=night)
        states.append(frame["state"][0])
    assert states == ["halved"] * 7 + ["healthy", "halved"]


@pytest.mark.parametrize("pages", [[], [failed()]])
def test_a_silent_feed_is_retired_after_seven_nights_and_asks_a_human(pages: list[dict[str, Any]]) -> None:
    frame, states = health([page(records=20)], upcoming(20)), list[str]()
    for number in range(1, 9):
        frame = health(pages, [], known=known(20), before=frame, night=NIGHT + timedelta(days=number))
        states.append(frame["state"][0])
    assert states == (["failing"] if pages else ["missing"]) * 6 + ["retired"] * 2
    assert frame["seen_whole_on"].to_list() == [NIGHT]
    assert "mend it or take it out" in frame["reason"][0]
    again = health([page(records=20)], upcoming(20), known=known(20), before=frame, night=NIGHT + timedelta(days=9))
    assert again.select("state", "unwell_nights").row(0) == ("healthy", 0)
