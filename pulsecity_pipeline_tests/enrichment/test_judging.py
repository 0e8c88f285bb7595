"""Judging: the namesake that leads is taken, and none where another is as likely or too little is known."""

from datetime import date
from typing import Any

import pytest

from pulsecity_pipeline.enrichment.candidates import Candidate
from pulsecity_pipeline.enrichment.judging import Billing, Judgement, judge
from pulsecity_pipeline_tests.enrichment.answers import DAVIS

SHOW = date(2026, 8, 29)


def artist(number: int, name: str = "Lo Ferry", **known: Any) -> Candidate:
    return Candidate(mbid=f"00000000-0000-4000-8000-00000000a00{number}", name=name, **known)


def judged(*candidates: Candidate, name: str = "lo ferry", is_music: bool = True, are_all: bool = True) -> Judgement:
    billing = Billing(name, is_music, SHOW, ["folk", "night", "music"])
    return judge(billing, candidates, DAVIS, are_all=are_all)


def test_the_only_one_of_the_name_at_a_concert() -> None:
    found = judged(artist(1), artist(2, "Lo Ferry Duo"))
    assert (found.chosen, found.rivals, found.evidence) == (artist(1), 0, "name same, music; 0 rivals")


def test_the_only_one_of_the_name_at_no_concert_is_left() -> None:
    found = judged(artist(1), is_music=False)
    assert found.chosen is None
    assert found.evidence.startswith("left: too little speaks for it; name same")


@pytest.mark.parametrize(
    "known",
    [{"country": "US"}, {"areas": frozenset({"davis"})}, {"tags": ("folk",)}, {"aliases": frozenset({"lo ferry"})}],
)
def test_equal_rivals_are_left_and_one_thing_more_decides(known: dict[str, Any]) -> None:
    equal = judged(artist(1, **known), artist(2, **known))
    assert equal.chosen is None
    assert equal.evidence.startswith("left: another is as likely")
    assert equal.rivals == 1
    led = judged(artist(1), artist(2, **known))
    assert led.chosen == (None if "aliases" in known else artist(2, **known))


def test_a_name_is_more_than_an_alias() -> None:
    alias = artist(2, "Another", aliases=frozenset({"lo ferry"}))
    assert judged(alias).chosen is None
    assert judged(artist(1), alias).chosen == artist(1)
    known = artist(2, "Another", aliases=frozenset({"lo ferry"}), country="US", tags=("folk",))
    assert judged(known).chosen == known


@pytest.mark.parametrize(
    ("known", "is_there"),
    [
        ({"is_ended": True, "ended": "1991-03-02"}, False),
        ({"is_ended": True}, False),
        ({"is_ended": True, "ended": "2026-08"}, True),
        ({"is_ended": True, "ended": "2026-08-28"}, False),
        ({"began": "2026-08-30"}, False),
        ({"began": "2026"}, True),
        ({"kind": "Character"}, False),
        ({"kind": "Person"}, True),
    ],
)
def test_who_cannot_be_there(known: dict[str, Any], is_there: bool) -> None:
    assert (judged(artist(1, **known)).chosen is not None) is is_there


def test_the_dead_namesake_is_no_equal_rival() -> None:
    found = judged(artist(1, is_ended=True, ended="1991"), artist(2))
    assert (found.chosen, found.rivals) == (artist(2), 1)


def test_the_kind_in_the_name_decides() -> None:
    person, orchestra = artist(1, "Yolo Orchestra", kind="Person"), artist(2, "Yolo Orchestra", kind="Orchestra")
    assert judged(person, orchestra, name="yolo orchestra").chosen == orchestra


def test_more_namesakes_than_were_read_are_left() -> None:
    assert judged(artist(1), are_all=False).evidence.startswith("left: more of that name than were read")


def test_a_tag_that_every_concert_has_says_nothing() -> None:
    assert judged(artist(1, tags=("music",)), artist(2)).chosen is None


def test_nobody_of_the_name() -> None:
    assert judged(artist(1, "Low Ferry")) == Judgement(None, 0, 0, "nobody of that name among 1")
