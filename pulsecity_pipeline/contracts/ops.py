"""Contracts of operations: what has been published, and what each publish changed."""

from datetime import date
from typing import ClassVar

from pulsecity_pipeline.contracts.base import Table, Utc, column


class Published(Table):
    """One row per city, night and table: the lake version that the rest of the world reads."""

    table: ClassVar[str] = "ops.published"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "table_name")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"
    reproducible: ClassVar[bool] = False

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    table_name: str = column("Dotted table name.", "clean.events", pattern=r"^[a-z]+\.[a-z_]+$")
    version: int = column("Delta version of the table.", 12, ge=0)
    row_count: int = column("Rows of the city in that version.", 812, ge=0)
    run_id: str = column("Dagster run that published.", "5f0c…")
    published_at: Utc = column("As-of of the night.", "2026-08-22T00:00:00Z")
    withdrawn_at: Utc | None = column("When this night was taken back; null while it holds.", "2026-08-24T07:12:00Z")


class PublishDiff(Table):
    """One row per city, night and table: what a publish changed against the city's publish before it."""

    table: ClassVar[str] = "ops.publish_diffs"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "table_name")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    table_name: str = column("Dotted table name.", "clean.events", pattern=r"^[a-z]+\.[a-z_]+$")
    compared_night: date | None = column("Night of the publish compared with; null for the city's first.", "2026-08-21")
    rows_before: int = column("Rows of the city then; of a history table those of that night.", 806, ge=0)
    rows_after: int = column("Rows of the city now; of a history table those of this night.", 812, ge=0)
    added: int = column("Keys that are new; of a history table the rows of this night.", 8, ge=0)
    removed: int = column("Keys that are no longer there; of a history table 0.", 2, ge=0)
    changed: int = column("Rows of the same key where a value other than bookkeeping differs.", 14, ge=0)
    aged: int = column("Rows of the same key where only time went by: scheduled became past.", 31, ge=0)
    fields: list[str] = column("Columns of the changed rows as name=rows, most frequent first.", ["description=12"])
    causes: list[str] = column(
        "What accounts for most of it, feed by feed, most frequent first; empty for tables without feeds.",
        ["ics/city_library: description=10", "ics/downtown: added=6"],
    )
