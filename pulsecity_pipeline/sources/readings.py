"""What `read` made of a page → one frame of contract `Reading`, occurrences joined to the rows they repeat."""

import polars as pl

from pulsecity_pipeline.contracts import Reading
from pulsecity_pipeline.sources.protocol import ReadResult

_SCHEMA = Reading.polars_schema()
_ROW = "row"
_SPREAD = {
    _ROW: pl.UInt32(),
    "source_event_id": pl.String(),
    "start_wall": _SCHEMA["start_wall"],
    "end_wall": _SCHEMA["end_wall"],
}


def readings_frame(result: ReadResult, *, source: str, feed: str, page_id: str) -> pl.DataFrame:
    """Rows and expansions as exactly `Reading.polars_schema()`, in file order, expansions by start after their row.

    Columns that a row leaves out are null, or false, or an empty list where the contract allows no null.
    """
    columns = {name: pl.Series(name, [row.get(name) for row in result.rows], dtype) for name, dtype in _SCHEMA.items()}
    rows = (
        pl.DataFrame(columns)
        .with_row_index(_ROW)
        .with_columns(
            *(pl.col(name).fill_null(pl.lit([], pl.List(pl.String))) for name in ("categories", "performers")),
            source=pl.lit(source),
            feed=pl.lit(feed),
            page_id=pl.lit(page_id),
            is_expansion=pl.lit(False),
            start_is_date=pl.col("start_is_date").fill_null(False),
            end_is_date=pl.col("end_is_date").fill_null(False),
        )
    )
    if result.expansions:
        rows = pl.concat([rows, _expand(rows, result)]).sort(_ROW, "is_expansion", "start_wall", "source_event_id")
    return rows.select(_SCHEMA.names())


def _expand(rows: pl.DataFrame, result: ReadResult) -> pl.DataFrame:
    """One row an expansion: the columns of its row, but for its own id, start and end."""
    spread = pl.DataFrame(result.expansions, schema=_SPREAD, orient="row")
    same = rows.drop("source_event_id", "start_wall", "end_wall")
    joined = spread.join(same, on=_ROW, how="left", maintain_order="left")
    return joined.with_columns(is_expansion=pl.lit(True)).select(rows.columns)
