"""Local runs: the same jobs as in the Dagster UI, one process per core, and the stages that they report."""

import logging
import logging.handlers
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.queues import Queue

import stamina

from pulsecity_pipeline.city_run.night import NightRequest, RunOutcome
from pulsecity_pipeline.store.errors import describe_error

RunCity = Callable[[str, NightRequest], RunOutcome]


class LocalRuns:
    """A pool of worker processes, each with Dagster loaded once; a context manager.

    A process that dies takes the whole pool with it: the cities it leaves without an outcome run again, each alone in a
    new pool, so that only the one whose process dies again is lost.
    """

    def __init__(self, jobs: int, request: NightRequest, run_city: RunCity | None = None) -> None:
        self._context = get_context("spawn")
        #: Log records `<city id> <stage>`, as stages begin.
        self.stages: Queue[logging.LogRecord] = self._context.Queue()
        self._environment = {
            "PULSECITY_DATA_DIR": str(request.data_dir),
            "PULSECITY_INPUT": request.mode,
            "PULSECITY_SEED": str(request.seed),
        }
        self._jobs, self._run_city = jobs, run_city or _run_city
        self._pool = self._start_pool()

    def __enter__(self) -> "LocalRuns":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def run_cities(self, city_ids: list[str], request: NightRequest) -> Iterator[RunOutcome]:
        """Outcomes as they come, one for each city, whatever becomes of its process."""
        unfinished = list(city_ids)
        for outcome in self._run_together(city_ids, request):
            unfinished.remove(outcome.name)
            yield outcome
        for city_id in unfinished:
            self._renew_pool()
            alone = next(self._run_together([city_id], request), None)
            yield alone or RunOutcome(city_id, False, 0.0, problems=("the run's process died: out of memory?",))
        if unfinished:
            self._renew_pool()

    def run_close(self, request: NightRequest) -> RunOutcome:
        """The close job: the gate and the warehouse."""
        try:
            return self._pool.submit(_run_close, request).result()
        except BrokenProcessPool:
            return RunOutcome("close", False, 0.0, problems=("the run's process died: out of memory?",))
        except Exception as error:
            return RunOutcome("close", False, 0.0, problems=(describe_error(error),))

    def _run_together(self, city_ids: list[str], request: NightRequest) -> Iterator[RunOutcome]:
        """The outcomes of those whose process lived; an error in a run's own frame is an outcome too."""
        try:
            futures = {self._pool.submit(self._run_city, city_id, request): city_id for city_id in city_ids}
        except BrokenProcessPool:
            return
        for future in as_completed(futures):
            error = future.exception()
            if error is None:
                yield future.result()
            elif not isinstance(error, BrokenProcessPool):
                yield RunOutcome(futures[future], False, 0.0, problems=(describe_error(error),))

    def _start_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._jobs, self._context, _start_worker, (self.stages, self._environment))

    def _renew_pool(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._start_pool()


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
