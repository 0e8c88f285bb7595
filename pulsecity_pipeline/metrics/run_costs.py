"""What a run costs: seconds, rows and peak memory of each of its stages."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import polars as pl

from pulsecity_pipeline.contracts.metrics import RunCost

#: getrusage counts KiB, on macOS bytes.
_RSS_PER_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024


@dataclass
class Stage:
    """One stage's bill; whoever runs the stage sets `rows`."""

    name: str
    seconds: float = 0.0
    rows: int | None = None
    peak_rss_mib: float = 0.0


class StageClock:
    """Measures named stages with a monotonic clock: `with clock.stage("parse") as stage: …; stage.rows = n`."""

    def __init__(self) -> None:
        self._stages: list[Stage] = []
        self._started = perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Measures the block; also where it raises, for a failed run costs too."""
        measured = Stage(name)
        started = perf_counter()
        try:
            yield measured
        finally:
            measured.seconds = perf_counter() - started
            measured.peak_rss_mib = peak_rss_mib()
            self._stages.append(measured)

    def frame(self, *, city_id: str, night: date, run_id: str) -> pl.DataFrame:
        """metrics.run_costs, one row per stage, in order of name; a stage entered again adds up.

        `orchestrate` is the time since the clock was made that no stage accounts for: what runs the steps.
        """
        between = perf_counter() - self._started - sum(one.seconds for one in self._stages)
        orchestrate = Stage("orchestrate", max(0.0, between), None, peak_rss_mib())
        rows = [(one.name, one.seconds, one.rows, one.peak_rss_mib) for one in (*self._stages, orchestrate)]
        stages = pl.DataFrame(
            rows,
            schema={"stage": pl.String, "seconds": pl.Float64, "rows": pl.Int64, "peak_rss_mib": pl.Float64},
            orient="row",
        )
        billed = stages.group_by("stage").agg(
            pl.col("seconds").sum().round(4),
            rows=pl.when(pl.col("rows").is_not_null().any()).then(pl.col("rows").sum()),
            peak_rss_mib=pl.col("peak_rss_mib").max().round(1),
        )
        schema = RunCost.polars_schema()
        return (
            billed.with_columns(city_id=pl.lit(city_id), night=pl.lit(night), run_id=pl.lit(run_id))
            .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
            .sort("stage")
        )


def peak_rss_mib() -> float:
    """Peak resident memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _RSS_PER_MIB
