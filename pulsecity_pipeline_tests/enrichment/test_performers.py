"""Performers: whose names are asked for, folded so that no two artists become one."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import ArtistFact, Event
from pulsecity_pipeline.enrichment.folding import fold_name
from pulsecity_pipeline.enrichment.performers import list_performers, put_over, select_due
from pulsecity_pipeline_tests.enrichment.answers import AT
from pulsecity_pipeline_tests.history.frames import make_rows

NIGHT = AT.date()


def event(number: int, *performers: str, **changes: Any) -> dict[str, Any]:
    known = {"event_id": f"evt_{'a' * 15}{'abcdefgh'[number]}", "performers": list(performers), "status": "scheduled"}
    return known | {"starts_on": NIGHT + timedelta(days=number), "title": "Night", "description": None} | changes


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Björk & The Q.E.D.s", "bjork and the q e d s"),
        ("  Sigur   Rós ", "sigur ros"),
        ("P!nk", "p nk"),
        ("!!!", "!!!"),
        ("D'Angelo", "dangelo"),
        ("ガール", "ガール"),
        ("हिन्दी", "हिन्दी"),
        ("ШУМ", "шум"),
    ],
)
def test_folding(name: str, folded: str) -> None:
    assert fold_name(name) == fold_name(folded)
    assert fold_name(name).replace(" ", "") == fold_name(folded).replace(" ", "")


def test_folding_keeps_names_apart() -> None:
    assert fold_name("ガール") != fold_name("カール")
    assert fold_name("की") != fold_name("का")
    assert fold_name("The National") != fold_name("National")


def test_who_is_billed() -> None:
    events = make_rows(
        Event,
        event(3, "Lo Ferry", "TBA"),
        event(2, "LO FERRY", "Nara K", category="arts", subcategory=None),
        event(1, "Lo Ferry", title="Folk at the Barn", category="music", subcategory="folk"),
        event(0, "Gone", gone_at=AT),
        event(4, "Called Off", status="cancelled"),
        event(5, "Over", starts_on=NIGHT - timedelta(days=1)),
        event(6),
    )
    found = list_performers(events, NIGHT)
    assert found.select("performer", "billed_as", "is_music", "first_on").rows() == [
        ("lo ferry", "Lo Ferry", True, date(2026, 8, 23)),
        ("nara k", "Nara K", False, date(2026, 8, 24)),
    ]
    assert {"folk", "barn", "music"} <= set(found["words"][0])


def test_nobody_is_billed() -> None:
    assert list_performers(Event.empty(), NIGHT).is_empty()
    assert list_performers(make_rows(Event, event(1)), NIGHT).is_empty()


def test_what_was_asked_lately_is_not_asked_again() -> None:
    month = timedelta(days=30)
    known = make_rows(
        ArtistFact,
        {"performer": "old", "checked_at": AT - month},
        {"performer": "new", "checked_at": AT - month + timedelta(days=1)},
        {"performer": "broken", "checked_at": AT - timedelta(days=1), "score": 0.0},
    )
    wanted = pl.DataFrame({"performer": ["never", "old", "new", "broken"]})

    def due(retry: pl.Expr | None = None) -> list[str]:
        found = select_due(wanted, known, key="performer", at=AT, refresh=month, retry=retry)
        return list(found["performer"])

    assert due() == ["never", "old"]
    assert due(pl.col("score") == 0) == ["never", "old", "broken"]


def test_new_rows_take_the_place_of_old_ones() -> None:
    known = make_rows(ArtistFact, {"performer": "a", "score": 0.1}, {"performer": "b", "score": 0.2})
    made = make_rows(ArtistFact, {"performer": "b", "score": 0.9})
    assert put_over(made, known, ArtistFact.key)["score"].to_list() == [0.1, 0.9]
