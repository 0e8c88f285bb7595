"""Old ids and what they are now: chains, cycles, and ids that came back to life."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pulsecity_pipeline.contracts import Event, LedgerEntry, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, an_id, publish, rows

NIGHTS = (NIGHT_1, NIGHT_2, NIGHT_3)
E = [an_id("evt", number) for number in range(12)]
V = [an_id("ven", number) for number in range(3)]


def moved(old: str, new: str, op: str = "redirect") -> dict[str, Any]:
    kept = [new, old] if op == "merge" else [old]
    entity = "event" if old.startswith("evt") else "venue"
    return {"op": op, "entity": entity, "from_ids": kept, "to_ids": [new], "reason": f"{old} into {new}"}


def build(folder: Path, ledger: list[list[dict[str, Any]]], alive: list[str]) -> Path:
    """A warehouse of Davis with a night per list of decisions, and the events and venues `alive`."""
    lake = Lake(folder / "lake")
    tables = (Event, Venue, LedgerEntry)
    events = [{"city_id": DAVIS, "event_id": found} for found in alive if found.startswith("evt")]
    venues = [{"city_id": DAVIS, "venue_id": found} for found in alive if found.startswith("ven")]
    for night, decisions in zip(NIGHTS, ledger, strict=False):
        for table, overrides in ((Event, events), (Venue, venues)):
            lake.replace(table, rows(table, *overrides), partition=DAVIS)
        fixed = {"city_id": DAVIS, "night": night}
        said = [fixed | {"seq": number} | decision for number, decision in enumerate(decisions, 1)]
        lake.replace(LedgerEntry, rows(LedgerEntry, *said), partition=DAVIS, night=night)
        publish(lake, DAVIS, night, *tables)
    build_warehouse(lake, folder / "w.duckdb")
    return folder / "w.duckdb"


def current(path: Path) -> dict[str, str]:
    return dict(query_warehouse(path, "SELECT old_id, current_id FROM current_ids ORDER BY old_id").rows())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ledger = [
        [moved(E[0], E[1], "merge"), moved(E[0], E[1]), moved(V[0], V[1])],
        [moved(E[1], E[2]), moved(E[3], E[4]), moved(E[5], E[6])],
        # 4 went back into 3, which is a cycle; 5 came back to life; 7 is redirected twice in one night.
        [moved(E[4], E[3]), moved(E[7], E[8]), moved(E[7], E[9]), moved(V[1], V[2])],
    ]
    alive = [E[2], E[5], E[6], E[9], V[2]]
    return build(tmp_path_factory.mktemp("ids"), ledger, alive)


def test_chains_are_followed_to_their_end(path: Path) -> None:
    found = current(path)
    assert {old: found[old] for old in (E[0], E[1])} == {E[0]: E[2], E[1]: E[2]}
    assert {old: found[old] for old in (V[0], V[1])} == {V[0]: V[2], V[1]: V[2]}
    row = query_warehouse(path, "FROM current_ids WHERE old_id = ?", [E[0]]).to_dicts()
    assert row == [
        {
            "entity": "event",
            "city_id": DAVIS,
            "old_id": E[0],
            "current_id": E[2],
            "steps": 2,
            "path": [E[0], E[1], E[2]],
        }
    ]


def test_cycles_end(path: Path) -> None:
    found = current(path)
    assert {old: found[old] for old in (E[3], E[4])} == {E[3]: E[4], E[4]: E[3]}


def test_an_id_that_lives_again_is_its_own_and_the_last_word_counts(path: Path) -> None:
    found = current(path)
    assert found[E[5]] == E[5]
    assert found[E[7]] == E[9]
    assert set(found) == {E[0], E[1], E[3], E[4], E[5], E[7], V[0], V[1]}


def test_a_chain_as_long_as_the_nights_of_a_year(tmp_path: Path) -> None:
    long = [f"evt_{number:016d}".translate(str.maketrans("0189", "abcd")) for number in range(366)]
    found = current(build(tmp_path, [[moved(a, b) for a, b in pairwise(long)]], [long[-1]]))
    assert len(found) == 365
    assert set(found.values()) == {long[-1]}
