"""What a check found, and how it is shown: one outcome per expectation and a short Markdown table of many."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.contracts.expectation import Expectation

#: The Dagster UI folds Markdown of 1,000 characters or more away.
MARKDOWN_LIMIT = 999
_CELL_WIDTH = 60


@dataclass(frozen=True)
class CheckOutcome:
    """`name` is the expectation's; `violation_count` counts rows; `sample` holds a few offending keys, in row order."""

    table: str
    name: str
    passed: bool
    violation_count: int
    sample: tuple[str, ...] = ()


def not_checked(table: type[Table], expectation: Expectation, reason: str) -> CheckOutcome:
    """The outcome of an expectation that could not be evaluated: failed, with the reason where keys would be."""
    return CheckOutcome(table.table, expectation.name, False, 0, (f"not checked: {reason}",))


def uncheckable_reason(frame: pl.DataFrame, table: type[Table], expectation: Expectation) -> str | None:
    """Why `expectation` cannot be evaluated on `frame`: a column is absent or of another type; None where it can."""
    expected = table.polars_schema()
    for column in expectation.columns:
        if column not in frame.schema:
            return f"column {column} is absent"
        if frame.schema[column] != expected[column]:
            return f"column {column} is {frame.schema[column]}, expected {expected[column]}"
    return None


def key_text(frame: pl.DataFrame, table: type[Table]) -> pl.Expr:
    """Text expression `key`: the key columns the frame has, joined by ` | `, with `null` for what is missing."""
    present = [pl.col(name).cast(pl.String).fill_null("null") for name in table.key if name in frame.columns]
    return pl.concat_str(present or [pl.lit("no key column")], separator=" | ").alias("key")


def summarize(outcomes: Sequence[CheckOutcome]) -> str:
    """Markdown of under 1,000 characters: how many checks passed, and those that failed, most violations first."""
    failed = sorted(
        (outcome for outcome in outcomes if not outcome.passed),
        key=lambda outcome: (-outcome.violation_count, outcome.table, outcome.name),
    )
    text = f"{len(outcomes) - len(failed)} of {len(outcomes)} checks passed"
    if not failed:
        return text
    text += "\n\n| table | check | rows | for example |\n|---|---|---|---|"
    for shown, outcome in enumerate(failed):
        line = "\n" + _line(outcome)
        rest = f"\n\nand {len(failed) - shown} more failed"
        if len(text) + len(line) + len(rest) > MARKDOWN_LIMIT:
            return text + rest
        text += line
    return text


def _line(outcome: CheckOutcome) -> str:
    rows = f"{outcome.violation_count:,}"
    cells = [outcome.table, outcome.name, rows, ", ".join(outcome.sample)]
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    short = flat if len(flat) <= _CELL_WIDTH else flat[: _CELL_WIDTH - 1] + "…"
    return short.replace("|", "\\|")
