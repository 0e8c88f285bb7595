"""Merging: which listing's value an event carries."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.matching import MergingRules
from pulsecity_pipeline.contracts import Event
from pulsecity_pipeline.entities.merging import merge_listings
from pulsecity_pipeline_tests.entities.frames import AT, START, frame, listing

EVENT = "evt_aaaaaaaaaaaaaaaa"


def merge(*rows: dict[str, Any], trust: list[str] | None = None) -> dict[str, Any]:
    members = frame(*rows).with_columns(
        event_id=pl.lit(EVENT), feed_key=pl.col("source") + "/" + pl.col("feed"), venue_id=pl.lit(None, pl.String)
    )
    events = merge_listings(members, MergingRules(trust_order=trust or [], cancelled_share=0.5))
    assert events.schema == Event.polars_schema()
    return events.row(0, named=True)


def test_one_listing_passes_through() -> None:
    row = listing(
        "Ondina", "hall", description="Text", price_min=Decimal("7.500"), performers=["Ondina"], status="tentative"
    )
    event = merge(row)
    for name in (
        "title",
        "description",
        "price_min",
        "performers",
        "status",
        "starts_at",
        "starts_local",
        "time_precision",
    ):
        assert event[name] == row[name], name
    assert (event["source_count"], event["sources"], event["listing_count"], event["status_confidence"]) == (
        1,
        ["ics/hall"],
        1,
        1.0,
    )


def test_trust_then_frequency_then_length() -> None:
    rows = [
        listing("Ondina!", "a"),
        listing("Ondina live", "b"),
        listing("Ondina!", "c"),
        listing("O", "d", source="tickets"),
    ]
    assert merge(*rows)["title"] == "Ondina!"
    assert merge(*rows, trust=["tickets"])["title"] == "O"
    assert merge(rows[0], rows[1])["title"] == "Ondina live"


def test_missing_values_and_gone_listings_never_beat_stated_present_ones() -> None:
    gone = listing("Ondina in full length", "a", gone_at=AT, organizer="Old")
    event = merge(gone, listing("Ondina", "b"), listing("Ondina", "c", category="music", sale_status="sold_out"))
    assert (event["title"], event["organizer"], event["category"], event["sale_status"]) == (
        "Ondina",
        "Old",
        "music",
        "sold_out",
    )


def test_the_more_precise_start_wins_and_only_its_ends_count() -> None:
    day = listing(
        "Ondina",
        "a",
        starts=START.replace(hour=0),
        all_day=True,
        time_precision="day",
        ends_on=START.date() + timedelta(days=4),
    )
    day["ends_at"] = day["starts_at"] + timedelta(days=5)
    timed = listing("Ondina", "b")
    event = merge(day, day | {"listing_id": "lst_aaaaaaaaaaaaaaaa", "feed": "c"}, timed)
    assert (event["starts_at"], event["all_day"], event["time_precision"]) == (timed["starts_at"], False, "minute")
    assert (event["ends_on"], event["ends_at"]) == (None, None)


def test_price_fields_come_from_one_listing() -> None:
    free = listing("Ondina", "a", is_free=True)
    paid = listing("Ondina", "b", price_min=Decimal(5), currency="EUR")
    event = merge(free, paid, paid | {"listing_id": "lst_aaaaaaaaaaaaaaaa", "feed": "c"})
    assert (event["is_free"], event["price_min"], event["currency"]) == (None, Decimal(5), "EUR")


@pytest.mark.parametrize(
    ("statuses", "status", "confidence"),
    [
        ([("scheduled", 0), ("scheduled", 0), ("cancelled", 0)], "scheduled", 2 / 3),
        ([("scheduled", 0), ("cancelled", 0)], "cancelled", 0.5),
        ([("scheduled", 1), ("cancelled", 0)], "cancelled", 0.5),
        ([("scheduled", 0), ("scheduled", 0), ("cancelled", 1)], "cancelled", 1 / 3),
        ([("scheduled", 1), ("postponed", 0)], "scheduled", 0.5),
        ([("scheduled", 0), ("postponed", 1)], "postponed", 0.5),
    ],
)
def test_status(statuses: list[tuple[str, int]], status: str, confidence: float) -> None:
    rows = [
        listing("Ondina", f"f{n}", status=said, changed_at=AT + timedelta(days=days))
        for n, (said, days) in enumerate(statuses)
    ]
    event = merge(*rows)
    assert (event["status"], event["status_confidence"]) == (status, pytest.approx(confidence))
    assert event["updated_at"] == max(row["changed_at"] for row in rows)


def test_the_hash_follows_the_content_alone() -> None:
    row = listing("Ondina", "hall")
    assert (
        merge(row)["content_hash"]
        == merge(row | {"last_seen_at": AT + timedelta(days=1), "page_id": "x"})["content_hash"]
    )
    assert merge(row)["content_hash"] != merge(row | {"price_min": Decimal(1)})["content_hash"]


def test_the_hash_of_known_values_is_kept_and_of_any_other_value_is_new() -> None:
    """A planted hash shows which is which; 0.0 and -0.0 are written differently, so they are not the same value."""
    rules = MergingRules(trust_order=[], cancelled_share=0.5)
    rows = [listing("Ondina", "hall", n, latitude=0.0, longitude=1.0) for n in range(3)]
    members = frame(*rows).with_columns(
        event_id=pl.lit("evt_") + pl.col("listing_id").str.slice(4),
        feed_key=pl.col("source") + "/" + pl.col("feed"),
        venue_id=pl.lit(None, pl.String),
    )
    before = merge_listings(members, rules)
    planted = before.with_columns(content_hash=pl.lit("planted"))
    assert merge_listings(members, rules, planted)["content_hash"].unique().to_list() == ["planted"]
    others = members.with_columns(
        description=pl.Series([None, "New", None], dtype=pl.String), latitude=pl.Series([0.0, 0.0, -0.0])
    )
    after = merge_listings(others, rules, planted).join(members.select("event_id", "listing_id"), on="event_id")
    hashes = dict(after.select("listing_id", "content_hash").iter_rows())
    assert [hashes[row["listing_id"]] == "planted" for row in rows] == [
        value == 0 and text is None
        for value, text in others.select(pl.col("latitude").reinterpret(dtype=pl.Int64), "description").iter_rows()
    ]
    assert merge_listings(others, rules, before).equals(merge_listings(others, rules))
