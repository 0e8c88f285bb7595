"""What a night brought, counted by hand, feed by feed."""

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Listing, Night
from pulsecity_pipeline.history.nights import build_nights
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.history.frames import CITY, at_of, make_rows, night_of

COUNTS = [name for name in Night.polars_schema() if name not in ("city_id", "night", "source", "feed")]
BEFORE: dict[str, Any] = {"first_seen_at": at_of(0), "last_seen_at": at_of(0), "changed_at": at_of(0)}
TONIGHT = BEFORE | {"last_seen_at": at_of(1)}


def frame(number_of: dict[int, dict[str, Any]], **common: Any) -> pl.DataFrame:
    rows = ({"listing_id": f"lst_{'a' * 15}{chr(97 + number)}"} | common | row for number, row in number_of.items())
    return make_rows(Listing, *rows) if number_of else Listing.empty()


def count(tonight: dict[int, dict[str, Any]], before: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of metrics.nights, zeros left out; listings present tonight unless they say otherwise."""
    nights = build_nights(
        frame(tonight, **TONIGHT), frame(before, **BEFORE), city_id=CITY, night=night_of(1), at=at_of(1)
    )
    assert all(found.passed for found in evaluate(nights, Night))
    parts = nights.select(pl.sum_horizontal("unchanged", "new", "changed", "rewritten", "back")).to_series()
    assert parts.equals(nights["listings"], check_names=False)
    return [{name: row[name] for name in ("feed", *COUNTS) if row[name]} for row in nights.to_dicts()]


def one(tonight: dict[str, Any] | None, before: dict[str, Any] | None) -> dict[str, Any]:
    """What one listing counts in."""
    (row,) = count({} if tonight is None else {0: tonight}, {} if before is None else {0: before})
    return {name: number for name, number in row.items() if name != "feed"}


def test_first_night_unchanged_and_rewritten() -> None:
    assert one({"first_seen_at": at_of(1)}, None) == {"listings": 1, "new": 1}
    assert one({"page_id": "pag_another", "pointer": "vevent/13"}, {}) == {"listings": 1, "unchanged": 1}
    rewritten = {"fingerprint": "another", "changed_at": at_of(1), "revision": 3}
    assert one(rewritten, {}) == {"listings": 1, "rewritten": 1}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"title": "Another"}, set()),
        ({}, {"starts_on": "2027-03-26"}, {"moved"}),
        ({}, {"starts_local": "2027-03-25T20:00:00"}, {"moved"}),
        ({"starts_on": None}, {}, set()),
        ({"all_day": True, "starts_local": "2027-03-25T00:00:00"}, {}, set()),
        ({}, {"venue_name": "Sala 3"}, {"moved"}),
        ({}, {"venue_name": "SALA-2"}, set()),
        ({"venue_name": None}, {}, set()),
        ({}, {"address": "Via Roma 2, Roma"}, {"moved"}),
        ({"address": "1 Main Ave E"}, {"address": "1 Main Avenue East"}, set()),
        ({"address": "Town hall"}, {"address": "Library"}, {"moved"}),
        ({}, {"status": "cancelled"}, {"cancelled"}),
        ({}, {"status": "cancelled", "venue_name": "Closed"}, {"cancelled"}),
        ({}, {"status": "postponed"}, {"postponed"}),
        ({}, {"status": "rescheduled", "starts_on": "2027-04-25"}, {"postponed", "moved"}),
        ({"status": "cancelled"}, {"title": "Another", "status": "cancelled"}, set()),
        ({"status": "past"}, {}, set()),
    ],
)
def test_changed_and_how(before: dict[str, Any], after: dict[str, Any], told: set[str]) -> None:
    assert one(after, before) == {"listings": 1, "changed": 1} | dict.fromkeys(told, 1)


def test_growing_past_is_no_change() -> None:
    assert one({"status": "past"}, {}) == {"listings": 1, "unchanged": 1}
    assert one({"status": "past", "fingerprint": "another"}, {}) == {"listings": 1, "rewritten": 1}
    moved = {"status": "past", "starts_on": "2026-03-25"}
    assert one(moved, {}) == {"listings": 1, "changed": 1, "moved": 1}


def test_gone_missing_and_back() -> None:
    absent = {"last_seen_at": at_of(0)}
    assert one(absent | {"gone_at": at_of(1)}, {}) == {"gone": 1}
    assert one(absent | {"gone_at": at_of(0)}, {"gone_at": at_of(0)}) == {}
    assert one(absent, {}) == {"missing": 1}
    assert one({}, {"gone_at": at_of(0)}) == {"listings": 1, "back": 1}
    assert one({"status": "cancelled"}, {"gone_at": at_of(0)}) == {"listings": 1, "back": 1, "cancelled": 1}
    assert one({"first_seen_at": datetime.fromisoformat("2026-06-01T00:00:00Z")}, None) == {"listings": 1, "back": 1}
    assert one(None, {}) == {"archived": 1}


def test_every_feed_of_either_night_has_its_row() -> None:
    nights = count(
        {0: {"feed": "a"}, 1: {"feed": "a", "first_seen_at": at_of(1)}}, {0: {"feed": "a"}, 2: {"feed": "b"}}
    )
    assert nights == [{"feed": "a", "listings": 2, "unchanged": 1, "new": 1}, {"feed": "b", "archived": 1}]
