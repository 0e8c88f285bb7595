"""Pairs for reading: merged or not, one of each pair of titles and feeds, none that shares an id of theirs."""

from datetime import date

import polars as pl

from pulsecity_pipeline.bench.pairs import SHOWN, judge_pairs


def listing(listing_id: str, title: str, feed: str, uid: str) -> dict[str, object]:
    values: dict[str, object] = dict.fromkeys(SHOWN)
    return values | {
        "listing_id": listing_id,
        "title": title,
        "feed": feed,
        "source_event_id": uid,
        "starts_on": date(2027, 3, 5),
    }


LISTINGS = pl.DataFrame(
    [
        listing("a1", "Choir", "one", "u1"),
        listing("a2", "Choir", "one", "u2"),
        listing("b1", "Choir Night", "two", "v1"),
        listing("b2", "Choir Night", "two", "v2"),
        listing("c", "Choir", "three", "u1"),
        listing("d", "Chess", "four", "w"),
    ]
)
LINKS = pl.DataFrame({"listing_id": ["a1", "b1", "a2", "b2", "c", "d"], "event_id": ["x", "x", "y", "y", "x", "z"]})
PAIRS = pl.DataFrame(
    {"left_id": ["a1", "a2", "a1", "a1"], "right_id": ["b1", "b2", "c", "d"], "probability": [0.9, 0.9, 1.0, 0.4]}
)


def test_pairs_are_judged_by_their_events() -> None:
    judged = judge_pairs(PAIRS, LINKS, LISTINGS)
    assert judged.select("left_id", "right_id", "verdict").rows() == [
        ("a1", "b1", "merged"),
        ("a1", "d", "near_miss"),
    ]
