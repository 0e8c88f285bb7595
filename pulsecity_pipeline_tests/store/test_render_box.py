"""How a result looks on a screen."""

import polars as pl

from pulsecity_pipeline.store.query import render_box


def test_columns_that_do_not_fit_are_counted_and_no_line_is_too_long() -> None:
    frame = pl.DataFrame({f"column_{index}": ["a rather long text"] for index in range(40)})
    drawn = render_box(frame, width=100, rows=5)
    assert max(map(len, drawn.splitlines())) <= 100
    assert "40 columns" in drawn


def test_rows_that_are_not_shown_are_counted() -> None:
    drawn = render_box(pl.DataFrame({"n": range(30_000)}), width=80, rows=5)
    assert drawn.endswith("the first 5 of 30,000 rows\n")
    assert "│     4 │" in drawn
    assert "│     5 │" not in drawn


def test_nothing_to_show() -> None:
    assert render_box(pl.DataFrame(), width=80, rows=5) == ""
