"""Titles: words and their weights, and the levels at which two titles compare."""

from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.entities.places import list_places
from pulsecity_pipeline.entities.preparing import prepare_listings
from pulsecity_pipeline.entities.title_comparing import compare_titles
from pulsecity_pipeline.entities.titles import split_titles, strip_places
from pulsecity_pipeline_tests.entities.frames import background, frame, listing

LIMITS = load_matching().events.title


def compare(left: str, right: str, *others: dict[str, Any]) -> tuple[str, str]:
    """(title level, rarity) of two titles among the background and others."""
    rows = [listing(left, "one"), listing(right, "two"), *others]
    places, prepared = list_places(prepare_listings(frame(*rows, *background())))
    titles, words = split_titles(strip_places(prepared, places), LIMITS)
    ids = titles.join(prepared.filter(pl.col("feed").is_in(["one", "two"])), on=["title_fold", "year"])["title_id"]
    pair = pl.DataFrame(
        {"left_title": [ids.min()], "right_title": [ids.max()]},
        schema_overrides={"left_title": pl.UInt32, "right_title": pl.UInt32},
    )
    found = compare_titles(pair, titles, words, LIMITS)
    return str(found["title"].item()), str(found["rarity"].item())


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Quartetto Ondina", "QUARTETTO  ONDINA!", "same"),
        ("Very Ondina Trip", "VeryOndinaTrip", "same"),
        ("The Ondina", "Ondina", "same"),
        ("Ondina conf 2027", "Ondina conf", "same"),
        ("Ondinaconf27", "Ondinaconf", "same"),
        ("Kimberly Ondina", "Kimberley Ondina", "near"),
        ("Quartetto Ondina", "Quartetto Ondina live", "contained_mostly"),
        ("Ondina", "Ribs, Ondina, Paprika, Marjoram", "contained_partly"),
        ("Roma JV Soccer vs Ostia Lido", "Roma Varsity Soccer vs Ostia Lido", "overlap_high"),
        ("Quartetto Ondina Xenakis", "Kronos plays Xenakis", "overlap_low"),
        ("Quartetto Ondina", "Bell choir", "different"),
    ],
)
def test_levels(left: str, right: str, level: str) -> None:
    assert compare(left, right)[0] == level
    assert compare(right, left) == compare(left, right)


def test_rarity_is_measured_in_the_city() -> None:
    assert compare("Quartetto Ondina plays Xenakis", "Quartetto Ondina plays Xenakis")[1] == "rare"
    assert compare("Board Meeting", "Board Meeting")[1] == "generic"
    assert compare("Quartetto Ondina", "Bell choir")[1] == "usual"


def test_a_title_of_many_feeds_that_state_no_place_is_generic() -> None:
    others = [listing("Quokka Hour", f"feed {number}") for number in range(LIMITS.generic_places - 2)]
    assert compare("Quokka Hour", "Quokka Hour", *others[1:]) == ("same", "rare")
    assert compare("Quokka Hour", "Quokka Hour", *others) == ("same", "generic")


def test_the_words_of_the_own_place_are_stripped_unless_nothing_is_left() -> None:
    rows = [
        listing("Ondina a Trastevere", "one", venue_name="Trastevere"),
        listing("Trastevere", "two", venue_name="Trastevere"),
        listing("Ondina a Trastevere", "three"),
    ]
    places, prepared = list_places(prepare_listings(frame(*rows)))
    bare = strip_places(prepared, places).select("feed", "bare_fold")
    assert dict(bare.iter_rows()) == {"one": "ondina a", "two": "trastevere", "three": "ondina a trastevere"}


def test_titles_count_places_over_all_feeds_and_within_one() -> None:
    rows = [listing("Family Time", "library", n, venue_name=f"Branch {n}") for n in range(3)]
    places, prepared = list_places(prepare_listings(frame(*rows, listing("Family-Time", "paper"))))
    titles, _ = split_titles(strip_places(prepared, places), LIMITS)
    found = titles.select("squeezed", "places", "feed_places", "is_widespread").rows()
    assert found == [("familytime", 4, 3, True)]
