"""Blocking, comparing and scoring: which pairs are looked at, at which levels, and what they weigh."""

from datetime import timedelta
from math import exp
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.entities.matching import match_listings
from pulsecity_pipeline.entities.places import list_places
from pulsecity_pipeline.entities.preparing import find_repeats, prepare_listings
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.scoring import COMPARISONS, score_pairs
from pulsecity_pipeline_tests.entities.frames import AT, START, background, frame, listing

MATCHING = load_matching()


def compare(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any] | None:
    """The scored pair, or None where the two are no candidates."""
    places, prepared = list_places(prepare_listings(frame(left, right, *background())))
    keyed, scored = match_listings(prepared, places, Previous.nothing(), MATCHING, AT)
    rows = keyed.filter(pl.col("listing_id").is_in([left["listing_id"], right["listing_id"]]))["row"].sort().to_list()
    found = scored.filter((pl.col("left") == rows[0]) & (pl.col("right") == rows[1]))
    return found.row(0, named=True) if found.height else None


def level(comparison: str, left: dict[str, Any], right: dict[str, Any]) -> str:
    found = compare(listing("Quartetto Ondina", "one", **left), listing("Quartetto Ondina", "two", **right))
    assert found is not None
    return str(found[comparison])


DAY: dict[str, Any] = {"all_day": True, "time_precision": "day", "starts": START.replace(hour=0)}


def later(minutes: int) -> dict[str, Any]:
    return {"starts": START + timedelta(minutes=minutes)}


@pytest.mark.parametrize(
    ("comparison", "left", "right", "expected"),
    [
        ("start", {}, {}, "same"),
        ("start", {}, later(15), "close"),
        ("start", later(60), {}, "apart"),
        ("start", DAY, DAY, "same_days"),
        ("start", DAY, {}, "day_and_time"),
        ("url", {"url": "https://x.example/a"}, {"url": "http://www.x.example/a/"}, "same"),
        ("url", {"url": "https://x.example/a"}, {}, "differs"),
        ("identifier", {"source_event_id": "long-enough-1"}, {"source_event_id": "long-enough-1"}, "same"),
        ("identifier", {"source_event_id": "7"}, {"source_event_id": "7"}, "differs"),
        ("performers", {"performers": ["Ondina", "Zoë"]}, {"performers": ["ZOE"]}, "shared"),
        ("performers", {"performers": ["Ondina"]}, {"performers": ["Zoë"]}, "none_shared"),
        ("performers", {"performers": ["Ondina"]}, {}, "unknown"),
        ("place", {"attendance_mode": "online"}, {"attendance_mode": "online"}, "online"),
        ("place", {"venue_name": "Peel"}, {}, "unknown"),
    ],
)
def test_levels(comparison: str, left: dict[str, Any], right: dict[str, Any], expected: str) -> None:
    assert level(comparison, left, right) == expected
    assert level(comparison, right, left) == expected


def test_starts_too_far_apart_and_one_feed_are_never_compared() -> None:
    ondina = listing("Quartetto Ondina", "one")
    assert compare(ondina, listing("Quartetto Ondina", "two", **later(120))) is None
    assert compare(ondina, listing("Quartetto Ondina", "two", **later(24 * 60))) is None
    assert compare(ondina, listing("Quartetto Ondina", "one", 2, venue_name="Peel")) is None
    assert compare(ondina, listing("Bell choir", "two")) is None


def test_several_day_listings_that_overlap_are_compared() -> None:
    fair = listing("Ondina fair", "one", **DAY, ends_on=START.date() + timedelta(days=2))
    next_day = DAY | {"starts": DAY["starts"] + timedelta(days=1)}
    found = compare(fair, listing("Ondina fair", "two", **next_day, ends_on=START.date() + timedelta(days=2)))
    assert found is not None
    assert found["start"] == "overlapping_days"
    assert compare(fair, listing("Ondina fair", "two", **next_day)) is None


def test_a_block_over_the_limit_is_skipped() -> None:
    crowd = [listing(f"Ondina {n}{n}{n}", f"feed{n}", n) for n in range(8)]
    small = MATCHING.events.blocking.model_copy(update={"same_start_limit": 5, "same_day_limit": 5})
    tight = MATCHING.model_copy(update={"events": MATCHING.events.model_copy(update={"blocking": small})})
    places, prepared = list_places(prepare_listings(frame(*crowd)))
    assert match_listings(prepared, places, Previous.nothing(), tight, AT)[1].height == 0
    assert match_listings(prepared, places, Previous.nothing(), MATCHING, AT)[1].height == 28


def test_repeats_are_of_one_feed_start_title_and_place_or_page() -> None:
    rows = [
        listing("Ondina", "one", 1, venue_name="Peel"),
        listing("ONDINA", "one", 2, venue_name="The Peel"),
        listing("Ondina", "one", 3, venue_name="Gym"),
        listing("Ondina", "one", 4, url="https://x.example/4"),
        listing("Ondina", "one", 5, url="https://x.example/5"),
        listing("Ondina", "two", 6, venue_name="Peel"),
    ]
    prepared = prepare_listings(frame(*rows))
    ids = dict(prepared.select("row", "listing_id").iter_rows())
    repeats = {ids[row]: ids[first] for row, first in find_repeats(prepared).iter_rows() if row != first}
    assert [set(pair) for pair in repeats.items()] == [{rows[0]["listing_id"], rows[1]["listing_id"]}]


def test_the_probability_is_the_logistic_sum_of_the_weights() -> None:
    levels = {
        "title": "same",
        "rarity": "rare",
        "start": "same",
        "place": "unknown",
        "url": "differs",
        "identifier": "differs",
        "performers": "unknown",
    }
    assert tuple(levels) == COMPARISONS
    pair = pl.DataFrame([levels | {"left": 0, "right": 1, "title_likeness": 1.0, "start_gap_minutes": -0.0}])
    weights = MATCHING.events.weights
    total = weights.prior + weights.title.same + weights.rarity.rare + weights.start.same + weights.place.unknown
    scored = score_pairs(pair, weights)
    assert scored["probability"].item() == pytest.approx(1 / (1 + exp(-total)))
    assert scored["evidence"].item() == "title 1.0 (rare words), start +0 min, venue unknown"


def test_of_two_readings_that_weigh_the_same_the_more_alike_counts() -> None:
    """With its own place, which the other names too, the title says as much as without; with it more is shared."""
    other = listing("Story Night Paprika Kronos Thyme Sage Bay Trastevere", "two")
    title = "Story Night Marjoram Basil Sumac Trastevere"
    whole, both = (compare(listing(title, "one", venue_name=venue), other) for venue in ("Teatro", "Trastevere"))
    assert whole is not None
    assert both is not None
    assert (whole["title"], whole["rarity"]) == (both["title"], both["rarity"]) == ("overlap_low", "generic")
    assert both["title_likeness"] > whole["title_likeness"]
