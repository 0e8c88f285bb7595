"""Costs: one stage clock per run, shared by its steps, which all live in one process, and heard by who watches."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pulsecity_pipeline.metrics.run_costs import Stage, StageClock

#: Each stage that begins is one line, `<city id> <stage>`: the live progress of the command line reads them.
STAGES = logging.getLogger("pulsecity_pipeline.stage")

_CLOCKS: dict[str, "AnnouncedClock"] = {}


class AnnouncedClock(StageClock):
    """A stage clock that says which stage begins."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """As StageClock.stage, announced."""
        STAGES.info("%s %s", self._name, name)
        with super().stage(name) as measured:
            yield measured


def stage_clock(context: dg.AssetExecutionContext) -> StageClock:
    """The clock of the run this step belongs to, started when first asked for."""
    return _CLOCKS.setdefault(context.run.run_id, AnnouncedClock(context.partition_key))


def drop_clock(context: dg.AssetExecutionContext) -> None:
    """Forget a finished run's clock."""
    _CLOCKS.pop(context.run.run_id, None)
