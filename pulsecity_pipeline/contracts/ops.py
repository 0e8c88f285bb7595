"""Contracts of operations: what has been published."""

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
