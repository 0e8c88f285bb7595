"""Diagnosis: what of an installation is misconfigured, missing or stale, as plain findings."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.config.cities import PLACELESS, load_all_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.sources import load_sources
from pulsecity_pipeline.contracts import SourceHealth
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake, require_writable
from pulsecity_pipeline.store.published import latest_published, scan_all_published
from pulsecity_pipeline.store.query import query_warehouse


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine or not, and what to do."""

    subject: str
    is_fine: bool
    message: str


def diagnose(settings: Settings) -> list[Finding]:
    """Look at configuration, folders, published nights, feeds and the warehouse."""
    found = [_check_configuration(settings), _check_folder(settings)]
    if found[-1].is_fine:
        found += [*_check_nights(settings), _check_warehouse(settings)]
    return found


def _check_configuration(settings: Settings) -> Finding:
    try:
        cities, sources = load_all_cities(settings.data_dir), load_sources()
    except ConfigurationError as error:
        return Finding("configuration", False, str(error))
    live = [entry.name for entry in sources.values() if entry.is_live]
    message = f"{len(cities)} cities, {len(sources)} sources, live: {', '.join(live) or 'none'}; input {settings.input}"
    return Finding("configuration", True, message)


def _check_folder(settings: Settings) -> Finding:
    try:
        require_writable(settings.data_dir)
    except ConfigurationError as error:
        return Finding("data folder", False, str(error))
    home = os.environ.get("DAGSTER_HOME", str(settings.dagster_home))
    return Finding("data folder", True, f"{settings.data_dir} is writable; Dagster home {home}")


def _check_nights(settings: Settings) -> Iterator[Finding]:
    lake = Lake(settings.lake_dir)
    published = latest_published(lake)
    if published.is_empty():
        yield Finding("published nights", False, "nothing is published yet: run `pulsecity run`")
        return
    nights = published.filter(~pl.col("city_id").is_in(PLACELESS)).group_by("city_id").agg(pl.col("night").max())
    newest = nights.select(pl.col("night").max()).item()
    stale = sorted(nights.filter(pl.col("night") < newest)["city_id"])
    message = f"{nights.height} cities, newest {newest}" + (f"; behind: {', '.join(stale)}" if stale else "")
    yield Finding("published nights", not stale, message)
    health = scan_all_published(lake, SourceHealth).filter(pl.col("night") == newest).collect()
    failing = health.filter(pl.col("state") == "failing")
    yield Finding(
        "feeds", True, f"{health.height} pulled on {newest}, {failing.height} failing (see source_health_latest)"
    )


def _check_warehouse(settings: Settings) -> Finding:
    try:
        built = query_warehouse(settings.warehouse_path, "SELECT max(night) AS night FROM ops.published")["night"][0]
    except ConfigurationError as error:
        return Finding("warehouse", False, str(error))
    newest = latest_published(Lake(settings.lake_dir)).select(pl.col("night").max()).item()
    behind = built != newest
    return Finding(
        "warehouse",
        not behind,
        f"{settings.warehouse_path} holds {built}" + (f", published is {newest}" if behind else ""),
    )
