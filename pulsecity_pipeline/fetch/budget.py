"""The budget of a host: one request at a time and a pause between two, across threads and processes."""

import math
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from filelock import FileLock

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.identity import hash_id

#: How often a process asks whether another one has let go of a host.
_POLL_S = 0.01


class HostBudget:
    """Slots per host. A file lock is held for the whole request and freed by the system if its process dies.

    Beside the lock lies the monotonic time from which the next request may start; that clock is one for all processes
    of a machine and starts anew with it, so a wait is never longer than the pause asked for plus `max_hold_s`.
    """

    def __init__(self, state_dir: Path, max_hold_s: float) -> None:
        """Raises ConfigurationError if `state_dir` cannot be made."""
        try:
            state_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"{state_dir}: expected a folder that can be written: {error.strerror}") from error
        self._state_dir = state_dir
        self._max_hold_s = max_hold_s
        self._threads: defaultdict[str, Lock] = defaultdict(Lock)
        self._guard = Lock()

    @contextmanager
    def slot(self, host: str, interval_s: float) -> Iterator[None]:
        """Hold `host`, once `interval_s` seconds have passed since the last start of a request to it."""
        with self._locked(host) as path:
            now = time.monotonic()
            wait_s = min(max(_read_time(path) - now, 0.0), interval_s + self._max_hold_s)
            time.sleep(wait_s)
            path.write_text(repr(time.monotonic() + interval_s), encoding="ascii")
            yield

    def postpone(self, host: str, seconds: float) -> None:
        """Let nobody ask `host` for that many seconds."""
        with self._locked(host) as path:
            path.write_text(repr(max(_read_time(path), time.monotonic() + seconds)), encoding="ascii")

    @contextmanager
    def _locked(self, host: str) -> Iterator[Path]:
        name = f"{re.sub(r'[^a-z0-9.-]', '_', host.lower())[:80]}.{hash_id('host', host.lower())}"
        with self._guard:
            thread_lock = self._threads[host]
        with thread_lock, FileLock(self._state_dir / f"{name}.lock", poll_interval=_POLL_S, thread_local=False):
            yield self._state_dir / f"{name}.next"


def _read_time(path: Path) -> float:
    try:
        stated = float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0
    return stated if math.isfinite(stated) else 0.0
