"""Rows for tests: a contract's own examples, with what the test is about put over them."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import publish_city

NIGHT_1, NIGHT_2, NIGHT_3 = date(2026, 8, 22), date(2026, 8, 23), date(2026, 8, 24)
DAVIS, ROMA, OSLO = "us-ca-davis", "it-roma", "no-oslo"


def rows(table: type[Table], *overrides: dict[str, Any]) -> pl.DataFrame:
    """One row per override, every other column as the contract's example."""
    example = {name: (field.examples or [None])[0] for name, field in table.model_fields.items()}
    records = [table.model_validate(example | override).model_dump() for override in overrides]
    return pl.DataFrame(records, schema=table.polars_schema())


def an_id(prefix: str, number: int) -> str:
    """A well-formed id: evt_aaaaaaaaaaaaaaab and so on."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return f"{prefix}_{'a' * 14}{letters[number // 26]}{letters[number % 26]}"


def publish(lake: Lake, city_id: str, night: date, *tables: type[Table]) -> None:
    """Publish the heads of `tables` for a city."""
    versions = {table.table: lake.version(table) or 0 for table in tables}
    counts = {table.table: lake.scan(table, partitions=[city_id]).collect().height for table in tables}
    at = datetime.combine(night, datetime.min.time(), UTC)
    publish_city(lake, city_id=city_id, night=night, versions=versions, row_counts=counts, run_id="run-1", at=at)
