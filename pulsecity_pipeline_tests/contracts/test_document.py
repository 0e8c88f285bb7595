"""docs/tables.md is what the contracts say today, and says everything that they say."""

from pathlib import Path
from typing import ClassVar

import duckdb
import polars as pl
import pytest

from pulsecity_pipeline.contracts import STORED_TABLES, Table
from pulsecity_pipeline.contracts.base import column
from pulsecity_pipeline.contracts.document import documented_tables, duckdb_type, render_table, render_tables
from pulsecity_pipeline.contracts.expectation import Expectation, not_after

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


class Sample(Table):
    """One row per thing: whatever it is."""

    stored: ClassVar[bool] = False
    table: ClassVar[str] = "test.samples"
    key: ClassVar[tuple[str, ...]] = ("kind",)
    partition: ClassVar[str] = "kind"
    history: ClassVar[str | None] = "night"
    rules: ClassVar[tuple[Expectation, ...]] = (not_after("low", "high"),)

    low: int | None = column("Low | lower.", None, ge=1)
    high: float = column("High.", 2.5, le=9.5)
    kind: str = column("Kind.", "a", min_length=1, pattern="^(a|b)$")


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_tables(), "docs/tables.md is stale: run `make docs`"


def test_every_stored_table_and_column_is_in_it() -> None:
    page = render_tables()
    for table in documented_tables():
        section = page.split(f"\n## {table.table}\n")[1].split("\n## ")[0]
        assert all(f"\n| `{name}` | " in section for name in table.polars_schema())
    assert [t.table for t in documented_tables()] == [
        name for name, t in STORED_TABLES.items() if t.__module__.startswith("pulsecity_pipeline.")
    ]


def test_a_section_says_what_the_contract_says() -> None:
    assert render_table(Sample) == (
        "\n## test.samples\n\nOne row per thing: whatever it is.\n\n"
        "- Key: `kind`\n- Partition: `kind`\n"
        "- History: a run replaces its own `kind` and `night`, the rest is kept.\n\n"
        "| column | type | null? | limits | meaning | example |\n|---|---|---|---|---|---|\n"
        "| `kind` | VARCHAR | no | `^(a\\|b)$`, not empty | Kind. | `a` |\n"
        "| `low` | BIGINT | yes | ≥ 1 | Low \\| lower. |  |\n"
        "| `high` | DOUBLE | no | ≤ 9.5 | High. | `2.5` |\n\n"
        "Across columns:\n\n- `low` ≤ `high` where both are known"
    )


@pytest.mark.parametrize("table", documented_tables(), ids=lambda table: table.table)
def test_type_names_are_the_ones_duckdb_gives(table: type[Table]) -> None:
    rows = table.empty()
    assert rows.width
    named = {name: duckdb_type(dtype) for name, dtype in table.polars_schema().items()}
    described = duckdb.execute("select column_name, column_type from (describe from rows)").fetchall()
    assert dict(described) == named


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(KeyError):
        duckdb_type(pl.UInt64())
