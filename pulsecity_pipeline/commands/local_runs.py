"""Local runs: the same jobs as in the Dagster UI, one process per core, and the stages that they report."""

import logging
import logging.handlers
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from multiprocessing.queues import Queue

import stamina

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome


class LocalRuns:
    """A pool of worker processes, each with Dagster loaded once; a context manager."""

    def __init__(self, jobs: int, request: NightRequest) -> None:
        context = get_context("spawn")
        #: Log records `<city id> <stage>`, as stages begin.
        self.stages: Queue[logging.LogRecord] = context.Queue()
        environment = {
            "PULSECITY_DATA_DIR": str(request.data_dir),
            "PULSECITY_INPUT": request.mode,
            "PULSECITY_SEED": str(request.seed),
        }
        self._pool = ProcessPoolExecutor(jobs, context, _start_worker, (self.stages, environment))

    def __enter__(self) -> "LocalRuns":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def run_cities(self, city_ids: list[str], request: NightRequest) -> Iterator[RunOutcome]:
        """Outcomes as they come; a city whose process dies is an outcome too."""
        futures = {self._pool.submit(_run_city, city_id, request): city_id for city_id in city_ids}
        for future in as_completed(futures):
            yield _outcome(future, futures[future])

    def run_close(self, request: NightRequest) -> RunOutcome:
        """The close job: the gate and the warehouse."""
        return _outcome(self._pool.submit(_run_close, request), "close")


def _outcome(future: "Future[RunOutcome]", name: str) -> RunOutcome:
    error = future.exception()
    if error is None:
        return future.result()
    return RunOutcome(name, False, 0.0, problems=(f"the run's process ended: {error!r}",))


def _start_worker(stages: "Queue[logging.LogRecord]", environment: dict[str, str]) -> None:
    os.environ.update(environment)
    # What a retry was for ends up in the page's reason; between progress lines it is noise.
    stamina.instrumentation.set_on_retry_hooks([])
    logger = logging.getLogger("pulsecity_pipeline.stage")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(logging.handlers.QueueHandler(stages))


def _run_city(city_id: str, request: NightRequest) -> RunOutcome:
    # Imported in the worker alone: Dagster takes seconds to load, and the command line itself has no use for it.
    from pulsecity_pipeline.defs.executing import run_city

    return run_city(city_id, request)


def _run_close(request: NightRequest) -> RunOutcome:
    from pulsecity_pipeline.defs.executing import run_close

    return run_close(request)
