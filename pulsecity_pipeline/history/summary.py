"""Changes as people read them: a publish's differences as a line or a table, and examples of changed values."""

import polars as pl

_SHORT = 80
_MARKS = {"fields": ", ", "causes": "; "}


def describe_diff(diff: pl.DataFrame) -> str:
    """One row of ops.publish_diffs as a few lines of Markdown: rows, keys, fields, causes.

    Raises ValueError where the frame has not exactly one row.
    """
    row = diff.row(0, named=True) if diff.height == 1 else None
    if row is None:
        raise ValueError(f"one row of ops.publish_diffs expected, not {diff.height}")
    since = f"since {row['compared_night']}" if row["compared_night"] else "first publish"
    counts = [f"{sign}{row[name]:,} {name}" for name, sign in (("added", "+"), ("removed", "−")) if row[name]]
    counts += [f"{row[name]:,} {name}" for name in ("changed", "aged") if row[name]]
    lines = [f"**{row['rows_before']:,} → {row['rows_after']:,} rows** {since}: {', '.join(counts) or 'no difference'}"]
    lines += [f"- {name}: {mark.join(row[name])}" for name, mark in _MARKS.items() if row[name]]
    return "\n".join([lines[0], "", *lines[1:]]).rstrip("\n")


def tabulate_diffs(diffs: pl.DataFrame, *, listed: int = 5) -> pl.DataFrame:
    """Rows of ops.publish_diffs → table, before, after, added, removed, changed, aged, fields, causes; lists as text.

    Of fields and causes the first `listed`. Tables that changed most come first.
    """
    moved = pl.col("added") + pl.col("removed") + pl.col("changed")
    return diffs.sort(moved, "table_name", descending=[True, False]).select(
        "added",
        "removed",
        "changed",
        "aged",
        *(pl.col(name).list.head(listed).list.join(mark) for name, mark in _MARKS.items()),
        table="table_name",
        before="rows_before",
        after="rows_after",
    ).select("table", "before", "after", "added", "removed", "changed", "aged", "fields", "causes")  # fmt: skip


def sample_changes(changes: pl.DataFrame, events: pl.DataFrame, *, count: int = 20) -> pl.DataFrame:
    """Rows of clean.changes → title, op, field, old, new of at most `count`, long texts cut; those of ageing left out.

    Rare fields come first: among hundreds of descriptions the one cancellation is what people look for.
    """
    told = changes.filter(pl.col("field").is_not_null(), pl.col("op") != "aged")
    titled = told.join(events.select("event_id", "title"), on="event_id", how="left", maintain_order="left")
    ordered = titled.sort(pl.len().over("field"), "field", "seq").head(count)
    return ordered.select("title", "op", "field", _shorten("old"), _shorten("new"))


def _shorten(name: str) -> pl.Expr:
    text = pl.col(name)
    return pl.when(text.str.len_chars() > _SHORT).then(text.str.head(_SHORT - 1) + "…").otherwise(text).alias(name)
