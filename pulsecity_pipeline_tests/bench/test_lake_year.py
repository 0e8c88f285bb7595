"""The lake over many nights: files and cost stay flat, which they would not without maintenance."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.bench.lake_year import simulate_nights
from pulsecity_pipeline.config.retention import load_retention
from pulsecity_pipeline.contracts import Body, Page, SourceHealth, Venue

POLICY = load_retention().without_readers()
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def mean(nights: pl.DataFrame, column: str, first: int, last: int) -> float:
    return float(nights.filter(pl.col("number").is_between(first, last))[column].mean())  # type: ignore[arg-type]


@pytest.mark.slow
def test_sixty_nights_are_flat(tmp_path: Path) -> None:
    policy = POLICY.model_copy(update={"kept_nights": 7})
    tables = (Page, Body, Venue, SourceHealth)
    nights = simulate_nights(tmp_path, nights=60, policy=policy, now=NOW, tables=tables)
    # Raw pages stay in published versions for as long again as their rows.
    early, late = (
        {name: mean(nights, name, *weeks) for name in ("data_files", "log_files", "bytes")}
        for weeks in ((22, 35), (47, 60))
    )
    for name, count in late.items():
        assert count < 1.15 * early[name], name
    assert nights["data_files"][-1] < 60 * 5 / 2, "files are not removed at all"


@pytest.mark.drill
def test_four_hundred_nights_are_flat(tmp_path: Path) -> None:
    nights = simulate_nights(tmp_path, nights=400, policy=POLICY, now=NOW)
    shown = nights.with_columns(pl.col("maintenance_seconds").forward_fill())
    sys.stdout.write(f"\n{shown.filter((pl.col('number') == 1) | (pl.col('number') % 50 == 0))}\n")
    for name in ("data_files", "log_files", "cpu_seconds"):
        assert mean(nights, name, 351, 400) < 1.2 * mean(nights, name, 101, 150), name
    # Histories (metrics, rankings) are kept for ever: bytes grow by a night's rows of them, and by nothing else.
    growth = (mean(nights, "bytes", 351, 400) - mean(nights, "bytes", 101, 150)) / 250
    assert growth < 0.15 * mean(nights, "bytes", 1, 1), "more than histories is kept"
