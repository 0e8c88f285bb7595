"""Minting: ids are minted once, kept by the heaviest part, merged into the survivor, and the ledger says so."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.contracts import LedgerEntry
from pulsecity_pipeline.entities.minting import (
    FOUNDERS_SCHEMA,
    VOTES_SCHEMA,
    Minted,
    archive_ids,
    mint_ids,
    settle_votes,
    write_ledger,
)

OLD, YOUNG = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def mint(clusters: int, votes: list[tuple[Any, ...]]) -> Minted:
    founders = [(n, f"fresh{n}", f"split{n}", "first listing") for n in range(clusters)]
    return mint_ids(
        pl.DataFrame(founders, schema=FOUNDERS_SCHEMA, orient="row"),
        pl.DataFrame(votes, schema=VOTES_SCHEMA, orient="row"),
    )


def test_a_new_cluster_mints() -> None:
    minted = mint(1, [])
    assert minted.ids == {0: "fresh0"}
    assert minted.decisions == [("mint", [], ["fresh0"], "first listing")]


def test_a_known_cluster_keeps_its_id_in_silence() -> None:
    minted = mint(1, [(0, "p", 3, OLD)])
    assert minted.ids == {0: "p"}
    assert minted.decisions == []


def test_a_merge_keeps_the_heavier_then_the_older_then_the_smaller_id() -> None:
    assert mint(1, [(0, "young", 2, YOUNG), (0, "old", 1, OLD)]).ids == {0: "young"}
    assert mint(1, [(0, "a", 1, YOUNG), (0, "b", 1, OLD)]).ids == {0: "b"}
    merged = mint(1, [(0, "b", 1, OLD), (0, "a", 1, OLD)])
    assert merged.ids == {0: "a"}
    assert [decision[:3] for decision in merged.decisions] == [("merge", ["a", "b"], ["a"]), ("redirect", ["b"], ["a"])]


def test_a_split_keeps_the_id_with_the_larger_part_and_never_reuses_one() -> None:
    minted = mint(2, [(0, "p", 1, OLD), (1, "p", 2, OLD)])
    assert minted.ids == {0: "split0", 1: "p"}
    assert [decision[:3] for decision in minted.decisions] == [
        ("split", ["p"], ["p", "split0"]),
        ("mint", [], ["split0"]),
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from("pqrst"), st.integers(1, 3), st.just(OLD)),
        unique_by=lambda vote: vote[:2],
    )
)
def test_ids_are_one_to_one_and_no_previous_id_gets_lost(votes: list[tuple[Any, ...]]) -> None:
    minted = mint(5, votes)
    assert len(set(minted.ids.values())) == 5
    redirected = {decision[1][0] for decision in minted.decisions if decision[0] == "redirect"}
    assert {vote[1] for vote in votes} == (set(minted.ids.values()) & set("pqrst")) | redirected
    assert not redirected & set(minted.ids.values())


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from("pqrst"), st.integers(1, 3), st.sampled_from([OLD, YOUNG])),
        unique_by=lambda vote: vote[:2],
    )
)
def test_settling_what_nobody_contests_first_changes_no_id_and_no_decision(votes: list[tuple[Any, ...]]) -> None:
    whole = mint(7, votes)
    settled, contested = settle_votes(pl.DataFrame(votes, schema=VOTES_SCHEMA, orient="row"))
    founders = [(n, f"fresh{n}", f"split{n}", "first listing") for n in range(7) if n not in settled["cluster"]]
    rest = mint_ids(pl.DataFrame(founders, schema=FOUNDERS_SCHEMA, orient="row"), contested)
    assert dict(rest.join_ids(settled).iter_rows()) == whole.ids
    assert rest.decisions == whole.decisions


def test_a_taken_id_is_not_minted_again() -> None:
    founders = pl.DataFrame([(0, "fresh", "split", "first listing")], schema=FOUNDERS_SCHEMA, orient="row")
    none = pl.DataFrame(schema=VOTES_SCHEMA)
    assert mint_ids(founders, none, frozenset({"fresh"})).ids == {0: "split"}
    assert mint_ids(founders, none, frozenset({"other"})).ids == {0: "fresh"}


def test_what_is_neither_there_nor_redirected_is_archived() -> None:
    minted = mint(1, [(0, "a", 2, OLD), (0, "b", 1, OLD)])
    left = archive_ids(minted, pl.Series(["d", "a", "b", "c"]), pl.Series(["a"]))
    assert left.to_list() == ["c", "d"]
    assert [decision[:3] for decision in minted.decisions if decision[0] == "archive"] == [
        ("archive", ["c"], []),
        ("archive", ["d"], []),
    ]


def test_the_ledger_is_numbered_and_of_the_contract() -> None:
    ledger = write_ledger({"venue": mint(1, []), "event": mint(2, [])}, "it-roma", date(2027, 3, 1), OLD)
    assert ledger.schema == LedgerEntry.polars_schema()
    assert ledger.select("seq", "entity", "to_ids").rows() == [
        (1, "event", ["fresh0"]),
        (2, "event", ["fresh1"]),
        (3, "venue", ["fresh0"]),
    ]
