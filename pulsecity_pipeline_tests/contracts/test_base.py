"""What is derived from a contract: column types, key order and expectations."""

from datetime import date
from typing import Any, ClassVar, Literal

import polars as pl
import pytest

from pulsecity_pipeline.contracts import STORED_TABLES, Table
from pulsecity_pipeline.contracts.base import LOCAL_DATETIME, MONEY, UTC_DATETIME, Local, Money, Utc, column
from pulsecity_pipeline.contracts.expectation import Expectation, not_after

TABLES = [t for t in STORED_TABLES.values() if t.__module__.startswith("pulsecity_pipeline.")]


class Sample(Table):
    """One row per thing."""

    stored: ClassVar[bool] = False
    table: ClassVar[str] = "test.things"
    key: ClassVar[tuple[str, ...]] = ("night", "name")
    partition: ClassVar[str] = "name"
    rules: ClassVar[tuple[Expectation, ...]] = (not_after("low", "high"),)

    name: str = column("Name.", "a", min_length=2)
    low: int | None = column("Low.", 1, ge=0)
    high: float = column("High.", 1.0, ge=0, le=1)
    state: Literal["on", "off"] = column("State.", "on")
    code: str | None = column("Code.", "ab", pattern="^ab$")
    seen_at: Utc = column("Moment.", "2026-08-22T00:00:00Z")
    seen_local: Local | None = column("Wall clock.", "2026-08-22T00:00:00")
    night: date = column("Night.", "2026-08-22")
    price: Money | None = column("Price.", "1.000")
    words: list[str] = column("Words.", [])
    moments: list[Utc] = column("Moments.", [])
    body: bytes = column("Body.", b"")
    flag: bool = column("Flag.", True)


def test_types_and_order_with_key_columns_first() -> None:
    assert list(Sample.polars_schema().items()) == [
        ("night", pl.Date()),
        ("name", pl.String()),
        ("low", pl.Int64()),
        ("high", pl.Float64()),
        ("state", pl.String()),
        ("code", pl.String()),
        ("seen_at", UTC_DATETIME),
        ("seen_local", LOCAL_DATETIME),
        ("price", MONEY),
        ("words", pl.List(pl.String())),
        ("moments", pl.List(UTC_DATETIME)),
        ("body", pl.Binary()),
        ("flag", pl.Boolean()),
    ]


def test_expectations_follow_from_types_and_limits() -> None:
    assert [e for e in Sample.expectations() if e.kind != "not_null"] == [
        Expectation("matches", ("name",), pattern="(?s).{2,}"),
        Expectation("between", ("low",), low=0),
        Expectation("between", ("high",), low=0, high=1),
        Expectation("in_set", ("state",), choices=("on", "off")),
        Expectation("matches", ("code",), pattern="^ab$"),
        Expectation("unique", ("night", "name")),
        Expectation("not_after", ("low", "high")),
    ]
    required = [e.columns[0] for e in Sample.expectations() if e.kind == "not_null"]
    assert required == ["name", "high", "state", "seen_at", "night", "words", "moments", "body", "flag"]


def test_a_type_without_a_column_form_is_an_error() -> None:
    class Odd(Table):
        """One row per oddity."""

        stored: ClassVar[bool] = False
        table: ClassVar[str] = "test.odd"
        key: ClassVar[tuple[str, ...]] = ("what",)
        partition: ClassVar[str] = "what"
        what: dict[str, Any] = column("What.", {})

    with pytest.raises(TypeError, match="no column type for"):
        Odd.polars_schema()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table)
def test_every_contract_is_complete(table: type[Table]) -> None:
    names = set(table.model_fields)
    assert table.table in STORED_TABLES
    assert (table.__doc__ or "").startswith("One row per ")
    assert {*table.key, table.partition, *([table.history] if table.history else [])} <= names
    assert {name for rule in table.rules for name in rule.columns} <= names
    assert all(field.description and field.description.endswith(".") for field in table.model_fields.values())
    assert all(field.examples for field in table.model_fields.values())
    assert set(table.bookkeeping) <= names - {*table.key, table.partition}
    required = {e.columns[0] for e in table.expectations() if e.kind == "not_null"}
    assert {*table.key, table.partition} <= required


def test_what_moves_on_its_own_is_bookkeeping() -> None:
    moving = {"known_at", "last_seen_at", "updated_at", "changed_at", "page_id", "pointer", "days_ahead"}
    snapshots = [table for table in TABLES if table.history is None]
    assert {
        (t.table, name) for t in snapshots for name in moving & set(t.model_fields) - {*t.bookkeeping, *t.key}
    } == set()
