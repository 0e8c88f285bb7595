"""From one night to the next: merges, splits, gone listings and renewed ids."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from pulsecity_pipeline_tests.entities.frames import (
    AT,
    START,
    as_previous,
    background,
    frame,
    listing,
    resolve,
)

HALL: dict[str, Any] = {"venue_name": "Teatro Centrale", "address": "12 Via Roma, Roma"}
LATER: dict[str, Any] = {"night": date(2027, 3, 2), "at": datetime(2027, 3, 2, tzinfo=UTC)}


def test_two_events_that_turn_out_to_be_one_merge_into_the_older() -> None:
    old = listing("Ondina", "hall", first_seen_at=AT - timedelta(days=3), **HALL)
    new = listing("Totally else", "paper", **HALL)
    first = resolve(frame(old, new, *background()))
    ids = dict(first.event_listings.select("listing_id", "event_id").iter_rows())
    survivor, lost = ids[old["listing_id"]], ids[new["listing_id"]]
    assert survivor != lost
    second = resolve(frame(old, new | {"title": "Ondina"}, *background()), as_previous(first), **LATER)
    assert second.ledger.select("op", "from_ids", "to_ids").rows() == [
        ("merge", sorted([survivor, lost]), [survivor]),
        ("redirect", [lost], [survivor]),
    ]
    assert survivor in second.events["event_id"]
    assert lost not in second.events["event_id"]


def test_an_event_that_turns_out_to_be_two_splits_and_the_larger_part_keeps_the_id() -> None:
    stay = [listing("Quartetto Ondina", feed, **HALL) for feed in ("hall", "paper")]
    leave = listing("Quartetto Ondina", "blog", **HALL, first_seen_at=AT - timedelta(days=1))
    first = resolve(frame(*stay, leave, *background()))
    event_id = first.events.filter(pl.col("listing_count") == 3)["event_id"].item()
    moved = leave | {
        "starts_at": leave["starts_at"] + timedelta(days=9),
        "starts_on": date(2027, 4, 3),
        "starts_local": leave["starts_local"] + timedelta(days=9),
    }
    second = resolve(frame(*stay, moved, *background()), as_previous(first), **LATER)
    kept = second.event_listings.filter(pl.col("listing_id").is_in([row["listing_id"] for row in stay]))
    assert kept["event_id"].unique().to_list() == [event_id]
    split, mint = second.ledger.sort("op", descending=True).rows(named=True)
    assert (split["op"], split["from_ids"]) == ("split", [event_id])
    assert mint["to_ids"] == [split["to_ids"][1]]
    assert mint["to_ids"] != [event_id]


def test_a_gone_listing_stays_with_its_event_when_the_others_move() -> None:
    gone, there = listing("Quartetto Ondina", "hall", **HALL), listing("Quartetto Ondina", "paper", **HALL)
    first = resolve(frame(gone, there))
    event_id = first.events["event_id"].item()
    later = START + timedelta(days=2)
    moved = there | {"starts_on": later.date(), "starts_at": later, "starts_local": later.replace(tzinfo=None)}
    second = resolve(frame(gone | {"gone_at": LATER["at"]}, moved), as_previous(first), **LATER)
    assert second.events.select("event_id", "listing_count").row(0) == (event_id, 2)
    assert second.events["starts_on"].item() == later.date()
    assert second.ledger.is_empty()


def test_a_renewed_id_keeps_the_event() -> None:
    old, other = listing("Quartetto Ondina", "hall", 1, **HALL), listing("Quartetto Ondina", "paper", **HALL)
    first = resolve(frame(old, other, *background()))
    renewed = listing("Quartetto Ondina and guests", "hall", 2, **HALL, first_seen_at=LATER["at"])
    second = resolve(frame(old | {"gone_at": LATER["at"]}, renewed, other, *background()), as_previous(first), **LATER)
    assert second.events["event_id"].to_list() == first.events["event_id"].to_list()
    assert second.events["listing_count"].max() == 3
