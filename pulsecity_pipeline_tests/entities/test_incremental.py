"""What stands from the night before is not compared again, and every table is as if it had been."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.contracts import MatchEvidence
from pulsecity_pipeline.entities.resolution import Resolution
from pulsecity_pipeline_tests.entities.frames import AT, START, as_previous, background, frame, listing, resolve
from pulsecity_pipeline_tests.entities.worlds import FRAMES, Change, crowd_matching, play, sequences

HALL: dict[str, Any] = {"venue_name": "Teatro Centrale", "address": "12 Via Roma, Roma"}
LATER: dict[str, Any] = {"night": (AT + timedelta(days=1)).date(), "at": AT + timedelta(days=1)}


def assert_same(one: Resolution, other: Resolution) -> None:
    """All frames equal, but for the night that a pair was compared."""
    for name in FRAMES:
        frames = (getattr(one, name), getattr(other, name))
        left, right = (made.drop("compared_at", strict=False) for made in frames)
        assert left.equals(right), f"{name}: {left.join(right, on=left.columns, how='anti', nulls_equal=True)}"


def check_nights(nights: list[list[Change]], *, crowded: bool) -> None:
    for night in play(nights, crowd_matching() if crowded else load_matching()):
        assert_same(night.made, resolve(night.listings, night.previous.without_evidence(), **night.given))


@seed(20270301)
@settings(max_examples=7, deadline=None)
@given(sequences, st.booleans())
def test_any_night_is_as_if_all_pairs_were_compared(nights: list[list[Change]], crowded: bool) -> None:
    check_nights(nights, crowded=crowded)


@pytest.mark.slow
@seed(20270302)
@settings(max_examples=80, deadline=None)
@given(sequences, st.booleans())
def test_any_of_many_nights_is_as_if_all_pairs_were_compared(nights: list[list[Change]], crowded: bool) -> None:
    check_nights(nights, crowded=crowded)


def pair_of(made: Resolution, *rows: dict[str, Any]) -> dict[str, Any]:
    left, right = sorted(row["listing_id"] for row in rows)
    found = made.match_evidence.filter((pl.col("left_id") == left) & (pl.col("right_id") == right))
    return found.row(0, named=True) if found.height else {}


PAIR = tuple(listing("Ondina Xenakis", feed, url="https://x.example/a", **HALL) for feed in ("hall", "paper"))


def more(title: str, count: int, **stated: Any) -> list[dict[str, Any]]:
    """Listings of other feeds on other days."""
    return [
        listing(title.format(n), f"feed {n}", f"m{n}", START + timedelta(days=40 + n), **stated) for n in range(count)
    ]


NAMED = tuple(listing("Ondina Xenakis at Teatro Centrale", feed, **HALL) for feed in ("hall", "paper"))
BRANCHES = [row | {"venue_name": f"Branch {n}"} for n, row in enumerate(more("Ondina Xenakis at", 5))]

#: A pair, what others do, and the column of the pair that it changes. Neither listing of the pair says anything new.
ELSEWHERE: dict[str, tuple[tuple[dict[str, Any], ...], list[dict[str, Any]], str]] = {
    "their page becomes a shared one": (PAIR, more("Item {}", 4, url="https://x.example/a"), "url"),
    "their words become common": (PAIR, more("Ondina Xenakis item{}", 40, venue_name="Gym"), "rarity"),
    "their title becomes widespread": (
        PAIR,
        [row | {"title": "Ondina Xenakis"} for row in BRANCHES],
        "rarity",
    ),
    "their title without its place becomes widespread": (NAMED, BRANCHES, "rarity"),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_pair_is_compared_again_when_others_change_what_it_means(case: str) -> None:
    pair, others, column = ELSEWHERE[case]
    first = resolve(frame(*pair, *background()))
    listings = frame(*pair, *others, *background())
    second = resolve(listings, as_previous(first), **LATER)
    assert pair_of(second, *pair)[column] != pair_of(first, *pair)[column]
    assert pair_of(second, *pair)["compared_at"] == LATER["at"]
    assert_same(second, resolve(listings, as_previous(first).without_evidence(), **LATER))


def test_a_pair_is_no_candidate_any_more_when_its_blocks_fill_up() -> None:
    """And becomes one again when they empty; the crowd says the same, so that no word, title or place counts more."""
    tight: dict[str, Any] = {"matching": crowd_matching()}
    crowd = [listing("Ondina Xenakis", f"feed {n}", f"c{n}", **HALL) for n in range(6)]
    pair = [row | {"url": None} for row in PAIR]
    first = resolve(frame(*pair, *background()), **tight)
    assert pair_of(first, *pair)
    second = resolve(frame(*pair, *crowd, *background()), as_previous(first), **LATER | tight)
    assert not pair_of(second, *pair)
    third = resolve(frame(*pair, *background()), as_previous(second), **LATER | tight)
    assert third.match_evidence.drop("compared_at").equals(first.match_evidence.drop("compared_at"))


def test_a_repeat_that_becomes_the_first_is_compared() -> None:
    """The smaller listing id is the first of its feed's repeats; when it is lost, the other takes its place."""
    repeats = sorted((listing("Ondina", "hall", n, **HALL) for n in range(2)), key=lambda row: str(row["listing_id"]))
    other = listing("Ondina", "paper", **HALL)
    first = resolve(frame(*repeats, other, *background()))
    assert not pair_of(first, repeats[1], other)
    second = resolve(frame(repeats[1], other, *background()), as_previous(first), **LATER)
    assert pair_of(second, repeats[1], other)["compared_at"] == LATER["at"]
    third = resolve(frame(*repeats, other, *background()), as_previous(second), **LATER)
    assert not pair_of(third, repeats[1], other)
    assert third.match_evidence.drop("compared_at").equals(first.match_evidence.drop("compared_at"))


def test_only_pairs_of_what_changed_are_compared() -> None:
    others = [listing("Bell choir", feed, "o", START + timedelta(days=3), **HALL) for feed in ("hall", "paper")]
    first = resolve(frame(*PAIR, *others, *background()))
    moved = others[1] | {"starts_at": START + timedelta(days=3, minutes=15)}
    second = resolve(frame(*PAIR, others[0], moved, *background()), as_previous(first), **LATER)
    assert pair_of(second, *PAIR)["compared_at"] == AT
    assert pair_of(second, *others)["compared_at"] == LATER["at"]
    assert pair_of(second, *others)["start"] == "close"


def test_what_stands_is_taken_from_the_evidence_and_a_new_configuration_takes_nothing() -> None:
    """A planted value shows where a pair comes from."""
    first = resolve(frame(*PAIR, *background()))
    planted = first.match_evidence.with_columns(evidence=pl.lit("planted")).match_to_schema(
        MatchEvidence.polars_schema()
    )
    previous = as_previous(first)
    object.__setattr__(previous, "match_evidence", planted)
    again = resolve(frame(*PAIR, *background()), previous, **LATER)
    assert again.match_evidence["evidence"].unique().to_list() == ["planted"]
    weights = load_matching().events.weights.model_copy(update={"prior": -4.5})
    events = load_matching().events.model_copy(update={"weights": weights})
    other = resolve(
        frame(*PAIR, *background()), previous, **LATER, matching=load_matching().model_copy(update={"events": events})
    )
    assert "planted" not in other.match_evidence["evidence"]
