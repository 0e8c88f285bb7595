"""Nights resolved one by one end where one resolution of the last night's listings ends, up to the ledger."""

from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import Resolution
from pulsecity_pipeline_tests.entities.frames import resolve
from pulsecity_pipeline_tests.entities.worlds import Change, Night, bring_back, crowd_matching, play, sequences

#: What is minted, and what is made of it; ids are compared by the listings they stand for.
_MINTED = ("event_id", "venue_id", "content_hash")


def name_by_listings(made: Resolution) -> pl.DataFrame:
    """Events without minted ids, each named by its listings: what two histories of one calendar must agree on."""
    members = made.event_listings.group_by("event_id").agg(pl.col("listing_id").sort().str.join(" "))
    return made.events.join(members, on="event_id").drop(_MINTED).sort("listing_id")


def check_ending(played: list[Night]) -> None:
    """The last night against one resolution without any history.

    Compared is where history may not matter: everything, when no listing is gone. A gone listing states nothing and
    is held to its event by the links of the night before; so of a night with gone listings the pairs are compared as
    they are, and the events with one resolution that is given those links and nothing else: no ids, no evidence.
    """
    last = played[-1]
    alone = resolve(last.listings, **last.given)
    assert last.made.match_evidence.drop("compared_at").equals(alone.match_evidence.drop("compared_at"))
    held = replace(Previous.nothing(), event_listings=last.previous.without_evidence().event_listings)
    told = resolve(last.listings, held, **last.given)
    assert name_by_listings(last.made).equals(name_by_listings(told))
    present = bring_back(last)
    assert name_by_listings(present.made).equals(name_by_listings(resolve(present.listings, **present.given)))


def check_ids(played: list[Night]) -> None:
    """Every id ever published is an event of the last night, redirects to one, or left for clean.past_events."""
    heirs: dict[str, str] = {}
    past: set[str] = set()
    for before, night in pairwise(played):
        ledger = night.made.ledger.filter(pl.col("entity") == "event")
        redirects = ledger.filter(pl.col("op") == "redirect")
        heirs |= {row["from_ids"][0]: row["to_ids"][0] for row in redirects.rows(named=True)}
        archived = set(ledger.filter(pl.col("op") == "archive")["from_ids"].explode())
        assert archived == set(night.made.past_events["event_id"])
        past |= archived
        ids_before, ids = set(before.made.events["event_id"]), set(night.made.events["event_id"])
        assert len(ids) == night.made.events.height
        assert ids_before - ids == archived | set(redirects["from_ids"].explode())
        minted = ledger.filter(pl.col("op") == "mint")["to_ids"].explode()
        assert ids - ids_before == set(minted)
        assert not ids & heirs.keys()
    living = set(played[-1].made.events["event_id"])
    for night in played:
        for event_id in night.made.events["event_id"]:
            found = event_id
            while found in heirs and found not in living:
                found = heirs[found]
            assert found in living | past


def check_venues(played: list[Night]) -> None:
    """A venue's id stays, named or not, unless it redirects; one that nobody names has no listings."""
    for before, night in pairwise(played):
        ledger = night.made.ledger.filter((pl.col("entity") == "venue") & (pl.col("op") == "redirect"))
        ids = night.made.venues["venue_id"].to_list()
        assert len(ids) == len(set(ids))
        assert set(before.made.venues["venue_id"]) - set(ids) == set(ledger["from_ids"].explode())
        named = night.made.venues.filter(pl.col("listing_count") > 0)["venue_id"]
        assert set(night.made.events["venue_id"].drop_nulls()) <= set(named)


def check_nights(nights: list[list[Change]], *, crowded: bool) -> None:
    played = list(play(nights, crowd_matching() if crowded else load_matching()))
    check_ending(played)
    check_ids(played)
    check_venues(played)


@seed(20270303)
@settings(max_examples=7, deadline=None)
@given(sequences, st.booleans())
def test_nights_one_by_one_end_where_one_resolution_ends(nights: list[list[Change]], crowded: bool) -> None:
    check_nights(nights, crowded=crowded)


@pytest.mark.slow
@seed(20270304)
@settings(max_examples=80, deadline=None)
@given(sequences, st.booleans())
def test_many_nights_one_by_one_end_where_one_resolution_ends(nights: list[list[Change]], crowded: bool) -> None:
    check_nights(nights, crowded=crowded)
