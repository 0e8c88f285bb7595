"""A night as it is asked for and as it ended: the request, the outcome of one run, and the figures of one city."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from pulsecity_pipeline.contracts import Event, Night, Page, SourceHealth
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake


@dataclass(frozen=True)
class NightRequest:
    """One night: where it is written, where its pages come from, and the sources it covers (none means all).

    `part`: the whole night; `pull` alone, which keeps pages and publishes nothing; or all that comes `after_pull`, made
    of the pages that are kept of the night.
    """

    data_dir: Path
    mode: str
    seed: int
    night: date
    sources: tuple[str, ...] = ()
    part: Literal["whole", "pull", "after_pull"] = "whole"
    #: Of the sandbox alone: how much of its world there is.
    sandbox_scale: float = 0.5


@dataclass(frozen=True)
class RunOutcome:
    """How one run ended: `counts` of a city as the closing table shows them; `problems` are what blocked it."""

    name: str
    is_published: bool
    seconds: float
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def count_city(data_dir: Path, city_id: str, night: date) -> dict[str, int]:
    """The closing table's figures of one city and night, from the tables just written."""
    lake = Lake(Settings(data_dir=data_dir).lake_dir)
    names = ["records", "records_read", "expansions", "listings", "rejects", "repeats", "located_elsewhere"]
    movements = ["new", "changed", "moved", "postponed", "cancelled", "gone", "back"]
    is_unwell = ~pl.col("state").is_in(["healthy", "empty"])
    health = lake.scan(SourceHealth, partitions=[city_id], night=night)
    events = lake.scan(Event, partitions=[city_id])
    figures = [
        lake.scan(Page, partitions=[city_id], night=night).select(pages=pl.len()),
        health.select(pl.col(names).sum(), unwell=is_unwell.sum()),
        lake.scan(Night, partitions=[city_id], night=night).select(pl.col(movements).sum()),
        events.select(events=pl.len(), merged=(pl.col("listing_count") > 1).sum()),
    ]
    return {name: int(count) for frame in pl.collect_all(figures) for name, count in frame.row(0, named=True).items()}
