"""What can still be read: whether the versions that a past night names are there, and since when all of them are."""

from bisect import bisect_left
from datetime import date
from pathlib import Path

import polars as pl
from deltalake.exceptions import DeltaError

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import STORED_TABLES
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.lake import Lake, snapshot_files
from pulsecity_pipeline.store.published import scan_held, select_build


def require_known(lake: Lake, build: pl.DataFrame, night: date) -> None:
    """Raises ConfigurationError where `build` (of `select_build` up to `night`) is empty or its versions are gone.

    The message names the oldest night that can be asked about.
    """
    if build.is_empty():
        first = scan_held(lake).select(pl.col("night").min()).collect().item()
        since = f"the oldest night is {first}" if first else "run `pulsecity run`"
        raise ConfigurationError(f"nothing was published on or before {night}: {since}")
    gone = missing_versions(lake, build)
    if gone:
        oldest = oldest_known(lake, after=night)
        since = f"the oldest night that can be asked about is {oldest}" if oldest else "no night can be asked about"
        raise ConfigurationError(f"{night} is past retention ({gone[0]} is gone): {since}")


def oldest_known(lake: Lake, *, after: date) -> date | None:
    """The first published night later than `after` whose build can be read whole; None where there is none.

    Retention takes the oldest first, so that the nights that can be read are the last ones.
    """
    held = scan_held(lake).filter(pl.col("night") > after).select(pl.col("night").unique().sort()).collect()
    nights = held["night"].to_list()
    found = bisect_left(nights, True, key=lambda night: not missing_versions(lake, select_build(lake, up_to=night)))
    return nights[found] if found < len(nights) else None


def missing_versions(lake: Lake, rows: pl.DataFrame) -> list[str]:
    """Of rows with city_id, table_name and version those that can no longer be read, as `clean.events at version 7`."""
    names = rows.filter(pl.col("table_name").is_in(list(STORED_TABLES)))
    return [
        f"{name} at version {version}"
        for name, version, cities in names.group_by("table_name", "version")
        .agg("city_id")
        .sort("table_name")
        .iter_rows()
        if not _is_readable(lake, name, version, cities)
    ]


def _is_readable(lake: Lake, name: str, version: int, cities: list[str]) -> bool:
    table = STORED_TABLES[name]
    try:
        files = snapshot_files(table, lake.open(table, version), cities)
    except (DeltaError, LakeDamaged):
        return False
    # On object storage the log is trusted: looking for each file would be a request each.
    return lake.is_remote or all(Path(path).is_file() for path in files)
