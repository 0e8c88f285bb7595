"""Every declared expectation can fail, and Polars and Great Expectations fail it on the same rows."""

import random
import socket
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import polars as pl
import pytest

from pulsecity_pipeline.contracts import STORED_TABLES, Reading, Table
from pulsecity_pipeline.contracts.base import Money, Utc, column
from pulsecity_pipeline.contracts.expectation import Expectation, not_after
from pulsecity_pipeline.quality.gx_suite import validate_with_gx
from pulsecity_pipeline.quality.outcome import CheckOutcome
from pulsecity_pipeline.quality.planting import plant_fault, valid_rows
from pulsecity_pipeline.quality.polars_checks import evaluate

TABLES = [t for t in STORED_TABLES.values() if t.__module__.startswith("pulsecity_pipeline.")] + [Reading]
CASES = [
    pytest.param(table, position, id=f"{table.table}-{expectation.name}")
    for table in TABLES
    for position, expectation in enumerate(table.expectations())
]
ALL_ROWS = 10_000

Outcomes = dict[type[Table], list[CheckOutcome]]


class Edge(Table):
    """One row per value that engines are known to read differently."""

    stored: ClassVar[bool] = False
    table: ClassVar[str] = "test.edges"
    key: ClassVar[tuple[str, ...]] = ("place", "number")
    partition: ClassVar[str] = "place"
    rules: ClassVar[tuple[Expectation, ...]] = (
        not_after("low", "high"),
        not_after("cheap", "dear"),
        not_after("began_at", "ended_at"),
    )

    place: str | None = column("Text with an anchored pattern.", "EUR", pattern=r"^[A-Z]{3}$")
    number: int | None = column("Whole number, half open.", 1, ge=1)
    low: float | None = column("Number below a limit.", 0.0, le=5)
    high: float = column("Number above a limit.", 1.0, ge=0)
    cheap: Money | None = column("Money.", "1.000", ge=0)
    dear: Money | None = column("Money.", "2.000", ge=0)
    began_at: Utc | None = column("Moment.", "2026-08-22T00:00:00Z")
    ended_at: Utc | None = column("Moment.", "2026-08-22T00:00:00Z")
    names: list[str] = column("List.", [])
    body: bytes = column("Bytes.", b"")


def edge_rows() -> pl.DataFrame:
    nan, inf = float("nan"), float("inf")
    early, late = datetime(2026, 8, 22, tzinfo=UTC), datetime(2026, 8, 22, 0, 0, 0, 1, tzinfo=UTC)
    rows: list[tuple[Any, ...]] = [
        ("EUR", 1, 0.0, 1.0, Decimal("1.000"), Decimal("1.001"), early, late, [], b""),
        ("EUR\n", 2, nan, 1.0, Decimal("1.001"), Decimal("1.000"), late, early, None, None),
        ("eur", 0, inf, inf, None, Decimal("-0.001"), None, early, ["a"], b"a"),
        (None, 3, -inf, nan, Decimal("1.000"), None, late, None, [None], b"\x00"),
        (None, 3, 5.0, nan, Decimal("999999999.999"), Decimal("999999999.998"), early, early, [], b""),
        ("EUR", None, 5.1, -inf, None, None, None, None, [], b""),
        ("", 2**53, None, None, None, None, None, None, [], b""),
        ("EUR", 1, nan, 0.0, None, None, None, None, [], b""),
        ("ÄUR", 9, None, -0.0, None, None, None, None, [], b""),
    ]
    return pl.DataFrame(rows, schema=_field_order(Edge), orient="row").select(list(Edge.polars_schema()))


def _field_order(table: type[Table]) -> pl.Schema:
    schema = table.polars_schema()
    return pl.Schema({name: schema[name] for name in table.model_fields})


def every_fault(table: type[Table]) -> pl.DataFrame:
    """Two rows per expectation, broken in the first of them."""
    frame = valid_rows(table, 2 * len(table.expectations()))
    for position, expectation in enumerate(table.expectations()):
        frame = plant_fault(frame, expectation, row=2 * position)
    return frame


def many_faults(table: type[Table]) -> pl.DataFrame:
    """Faults of all kinds over one another, at seeded places."""
    chance, frame = random.Random(11), valid_rows(table, 40)
    for _ in range(60):
        expectation, row = chance.choice(table.expectations()), chance.randrange(39)
        is_complete = None not in frame.select(expectation.columns).row(row)
        if is_complete or expectation.kind != "not_after":
            frame = plant_fault(frame, expectation, row)
    return frame


def by_table(frames: dict[type[Table], pl.DataFrame]) -> Outcomes:
    outcomes = validate_with_gx(frames, sample_size=ALL_ROWS)
    return {table: [outcome for outcome in outcomes if outcome.table == table.table] for table in frames}


@pytest.fixture(scope="module")
def faults_in_polars() -> Outcomes:
    return {table: evaluate(every_fault(table), table, sample_size=ALL_ROWS)[1:] for table in TABLES}


@pytest.fixture(scope="module")
def faults_in_gx() -> Outcomes:
    return by_table({table: every_fault(table) for table in TABLES})


@pytest.fixture(scope="module")
def valid_in_gx() -> Outcomes:
    return by_table({table: valid_rows(table, 5) for table in TABLES})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table)
def test_valid_rows_pass_everything_in_both_engines(table: type[Table], valid_in_gx: Outcomes) -> None:
    in_polars = evaluate(valid_rows(table, 5), table)
    assert [outcome for outcome in in_polars if not outcome.passed] == []
    assert valid_in_gx[table] == in_polars[1:]
    assert len(valid_in_gx[table]) == len(table.expectations())


@pytest.mark.parametrize(("table", "position"), CASES)
def test_a_planted_fault_fails_its_expectation_alone(table: type[Table], position: int) -> None:
    expectation = table.expectations()[position]
    outcomes = evaluate(plant_fault(valid_rows(table, 3), expectation), table)[1:]
    failed = [e for e, outcome in zip(table.expectations(), outcomes, strict=True) if not outcome.passed]
    assert expectation in failed
    others = [e for e in failed if e != expectation]
    assert all(e.kind == "not_after" and expectation.columns[0] in e.columns for e in others)


@pytest.mark.parametrize(("table", "position"), CASES)
def test_great_expectations_flags_the_same_rows(
    table: type[Table], position: int, faults_in_polars: Outcomes, faults_in_gx: Outcomes
) -> None:
    in_polars, in_gx = faults_in_polars[table][position], faults_in_gx[table][position]
    assert not in_gx.passed
    assert in_gx == in_polars
    assert in_gx.violation_count == len(in_gx.sample)


def test_engines_agree_on_many_faults_at_once() -> None:
    frames = {table: many_faults(table) for table in TABLES}
    in_gx = by_table(frames)
    in_polars = {table: evaluate(frame, table, sample_size=ALL_ROWS)[1:] for table, frame in frames.items()}
    assert in_gx == in_polars
    assert sum(outcome.violation_count for outcomes in in_gx.values() for outcome in outcomes) > 500


@pytest.fixture
def sealed_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a network connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_engines_agree_on_values_that_they_read_differently(
    sealed_off: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    in_gx = validate_with_gx({Edge: edge_rows()}, sample_size=ALL_ROWS)
    in_polars = evaluate(edge_rows(), Edge, sample_size=ALL_ROWS)
    assert in_polars[0].passed
    assert in_gx == in_polars[1:]
    counts = {outcome.name: outcome.violation_count for outcome in in_gx}
    assert counts == {
        "matches(place)": 4,
        "between(number)": 1,
        "between(low)": 5,
        "not_null(high)": 1,
        "between(high)": 4,
        "between(cheap)": 0,
        "between(dear)": 1,
        "not_null(names)": 1,
        "not_null(body)": 1,
        "unique(place, number)": 2,
        "not_after(low, high)": 2,
        "not_after(cheap, dear)": 2,
        "not_after(began_at, ended_at)": 1,
    }
    assert list(sealed_off.iterdir()) == []
    assert "".join(capfd.readouterr()) == ""


def test_a_column_that_is_absent_or_of_another_type_is_not_checked_in_either_engine() -> None:
    frame = edge_rows().drop("low").with_columns(pl.col("number").cast(pl.String))
    in_gx, in_polars = validate_with_gx({Edge: frame}), evaluate(frame, Edge)
    assert in_gx == in_polars[1:]
    unchecked = [outcome for outcome in in_gx if outcome.sample and outcome.sample[0].startswith("not checked")]
    names = ["between(number)", "between(low)", "unique(place, number)", "not_after(low, high)"]
    assert [outcome.name for outcome in unchecked] == names
    assert not any(outcome.passed for outcome in unchecked)
    assert unchecked[0].sample == ("not checked: column number is String, expected Int64",)
    assert unchecked[1].sample == ("not checked: column low is absent",)


def test_empty_frames_pass_in_both_engines() -> None:
    outcomes = [*validate_with_gx({Edge: Edge.empty()}), *evaluate(Edge.empty(), Edge)]
    assert all(outcome.passed for outcome in outcomes)
