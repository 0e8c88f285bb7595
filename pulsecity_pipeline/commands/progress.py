"""Progress: a live line per running city, fed by the stages that workers report."""

import logging
import threading
from datetime import date
from multiprocessing.queues import Queue
from queue import Empty
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pulsecity_pipeline.city_run.night import RunOutcome


class NightProgress:
    """Shows what each city is at; on a terminal a live display, elsewhere one line per finished run."""

    def __init__(self, console: Console, events: "Queue[logging.LogRecord]", night: date, total: int) -> None:
        self._console, self._events, self._done = console, events, threading.Event()
        self._display = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._overall = self._display.add_task(f"night {night}", total=total)
        self._lines: dict[str, TaskID] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "NightProgress":
        self._display.start()
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._listener.join()
        self._display.stop()

    def finish(self, outcome: RunOutcome) -> None:
        """One run has ended."""
        self._display.advance(self._overall)
        line = self._lines.pop(outcome.name, None)
        if line is not None:
            self._display.remove_task(line)
        state = "done" if outcome.is_published else "FAILED"
        self._console.print(f"  {outcome.name:<28} {state:<7} {outcome.seconds:6.1f} s", highlight=False)

    def _listen(self) -> None:
        while not self._done.is_set():
            try:
                name, stage = self._events.get(timeout=0.2).getMessage().split(" ", 1)
            except Empty:
                continue
            if name not in self._lines:
                self._lines[name] = self._display.add_task(name, total=None)
            self._display.update(self._lines[name], description=f"  {name}: {stage}")
