"""Resolution as a whole: what must meet, and what must stay apart."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Event, EventListing, LedgerEntry, MatchEvidence, PastEvent, Venue
from pulsecity_pipeline_tests.entities.frames import (
    AT,
    CITY,
    NIGHT,
    START,
    background,
    frame,
    listing,
    resolve,
    resolve_rows,
    together,
)

HALL: dict[str, Any] = {"venue_name": "Teatro Centrale", "address": "12 Via Roma, Roma"}


def test_the_same_event_of_two_feeds_is_one() -> None:
    assert together(listing("Quartetto Ondina", "hall", **HALL), listing("Quartetto Ondina (live)", "paper", **HALL))


def test_a_rare_title_needs_no_venue() -> None:
    assert together(
        listing("Quartetto Ondina plays Xenakis", "hall", **HALL), listing("Quartetto Ondina plays Xenakis", "blog")
    )


@pytest.mark.parametrize("title", ["Story Time", "Trivia Night", "Open Mic", "Board Meeting"])
def test_a_generic_title_needs_its_venue(title: str) -> None:
    assert not together(listing(title, "library"), listing(title, "paper"))
    assert together(listing(title, "library", **HALL), listing(title, "paper", **HALL))


def test_a_title_that_one_feed_holds_at_several_places_is_generic_however_rare_its_words() -> None:
    elsewhere = [
        listing(
            "Quokka Hour", "branches", f"q{number}", START + timedelta(days=number + 1), venue_name=f"Branch {number}"
        )
        for number in range(2)
    ]
    pair = (listing("Quokka Hour", "library"), listing("Quokka Hour", "paper"))
    assert together(*pair)
    events = resolve_rows(*pair, *elsewhere)
    assert events[pair[0]["listing_id"]] != events[pair[1]["listing_id"]]


def test_known_different_venues_block_a_merge_also_through_a_third_listing() -> None:
    here = listing("Quartetto Ondina plays Xenakis", "hall", **HALL)
    there = listing("Quartetto Ondina plays Xenakis", "barn", venue_name="Fienile", address="77 Via Appia, Roma")
    unsure = listing("Quartetto Ondina plays Xenakis", "blog")
    assert not together(here, there)
    events = resolve_rows(here, there, unsure)
    assert events[here["listing_id"]] != events[there["listing_id"]]


def test_all_day_and_timed_on_one_date_may_be_one() -> None:
    day: dict[str, Any] = {"all_day": True, "time_precision": "day"}
    assert together(
        listing("Quartetto Ondina plays Xenakis", "hall", **HALL),
        listing("Quartetto Ondina plays Xenakis", "paper", starts=START.replace(hour=0), **day, **HALL),
    )


def test_one_identifier_in_two_feeds_is_one_event() -> None:
    same: dict[str, Any] = {"source_event_id": "story-time-2027@library.example"}
    assert together(listing("Story Time", "library", **same), listing("Story Time", "all", **same))
    assert not together(
        listing("Story Time", "library", source_event_id="17"), listing("Story Time", "all", source_event_id="17")
    )


def test_one_page_is_strong_unless_many_titles_share_it() -> None:
    page: dict[str, Any] = {"url": "https://www.city.example/e/ondina?utm_source=x"}
    pair = (
        listing("Ondina", "hall", **page),
        listing("String quartet evening", "paper", url="http://city.example/e/ondina/", venue_name="Teatro"),
    )
    assert not together(*pair)
    placed = [row | HALL for row in pair]
    assert together(*placed)
    crowd = [listing(f"Something {n}", "paper", f"s{n}", START + timedelta(days=n + 1), **page) for n in range(5)]
    events = resolve_rows(*placed, *crowd)
    assert events[placed[0]["listing_id"]] != events[placed[1]["listing_id"]]


HARD_NEGATIVES: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "branches": (
        [
            listing("Family Time", "library", n, venue_name=f"{name} Library")
            for n, name in enumerate(("North", "South"))
        ],
        listing("Family Time", "paper"),
    ),
    "junior and varsity": (
        [listing(f"Roma {team} Soccer vs Ostia", "school", n) for n, team in enumerate(("JV", "Varsity"))],
        listing("Roma Soccer vs Ostia", "paper"),
    ),
    "matinee and evening": (
        [listing("Il Gattopardo", "hall", n, START + timedelta(minutes=60 * n), **HALL) for n in range(2)],
        listing("Il Gattopardo", "paper", 1, START + timedelta(minutes=30), **HALL),
    ),
    "on this, on that": (
        [listing(f"Evening course on {what}", "school", n, **HALL) for n, what in enumerate(("Bernini", "Caravaggio"))],
        listing("Evening course", "paper", **HALL),
    ),
    "weekly classes": (
        [listing("Ashtanga with Zoe", "studio", n, START + timedelta(days=7 * n), **HALL) for n in range(2)],
        listing("Ashtanga with Zoe", "paper", **HALL),
    ),
}


@pytest.mark.parametrize("name", HARD_NEGATIVES)
def test_what_one_feed_tells_apart_stays_apart_also_through_a_third_listing(name: str) -> None:
    (first, second), third = HARD_NEGATIVES[name]
    assert not together(first, second)
    events = resolve_rows(first, second, third)
    assert events[first["listing_id"]] != events[second["listing_id"]]


def test_true_repeats_of_one_feed_are_one() -> None:
    assert together(listing("Quartetto Ondina", "hall", 1, **HALL), listing("Quartetto ONDINA", "hall", 2, **HALL))


def test_only_events_take_part_and_only_of_this_city() -> None:
    parking = listing("Parking for Ondina", "hall", 9, listing_class="parking")
    assert resolve(frame(parking)).events.is_empty()
    with pytest.raises(ValueError, match="other cities"):
        resolve(frame(listing("Ondina", "hall", city_id="it-milano")))


def test_no_listings_give_empty_tables_of_the_contracts() -> None:
    made = resolve(frame())
    assert made.events.equals(Event.empty())
    assert made.venues.equals(Venue.empty())
    assert made.event_listings.equals(EventListing.empty())
    assert made.ledger.equals(LedgerEntry.empty())
    assert made.match_evidence.equals(MatchEvidence.empty())
    assert made.past_events.equals(PastEvent.empty())


def test_a_start_that_is_not_known_stays_alone() -> None:
    tba: dict[str, Any] = {"starts_on": None, "starts_at": None, "starts_local": None, "time_precision": "tba", **HALL}
    assert not together(listing("Quartetto Ondina", "hall", **tba), listing("Quartetto Ondina", "paper", **tba))


def test_links_say_why_and_ledger_and_evidence_are_of_the_contract() -> None:
    made = resolve(
        frame(listing("Quartetto Ondina", "hall", **HALL), listing("Quartetto Ondina", "paper", **HALL), *background())
    )
    linked = made.event_listings.filter(pl.col("evidence").str.contains("with lst_"))
    assert linked.height == 2
    assert linked["evidence"][0].startswith("title 1.0 (")
    assert ", start +0 min, venue same; with lst_" in linked["evidence"][0]
    assert linked["match_probability"].min() > 0.8  # type: ignore[operator]
    assert made.event_listings.filter(pl.col("evidence") == "alone")["match_probability"].unique().to_list() == [1.0]
    assert made.ledger["seq"].to_list() == list(range(1, made.ledger.height + 1))
    assert set(made.ledger["city_id"]) == {CITY}
    assert set(made.ledger["night"]) == {NIGHT}
    assert made.match_evidence.schema == MatchEvidence.polars_schema()
    pair = made.match_evidence.filter(pl.col("left_id").is_in(linked["listing_id"].implode())).row(0, named=True)
    assert (pair["start"], pair["place"], pair["compared_at"]) == ("same", "same", AT)
    assert pair["left_id"] < pair["right_id"]
    assert pair["evidence"] in linked["evidence"][0]
