"""Rate limits: a bucket of tokens for each host, filled steadily, emptied by requests."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class RateLimit:
    """So many requests a second on average, and `burst` of them at once."""

    per_second: float = 2_000.0
    burst: int = 2_000


class HostLimits:
    """The buckets of all hosts; hosts without a limit of their own have the usual one."""

    def __init__(self, usual: RateLimit, own: Mapping[str, RateLimit], clock: Callable[[], float]) -> None:
        """`clock` gives seconds that never go back."""
        self._usual, self._own, self._clock = usual, dict(own), clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, host: str) -> int:
        """0 where the request may pass, else the whole seconds to wait."""
        limit = self._own.get(host, self._usual)
        with self._lock:
            now = self._clock()
            left, since = self._buckets.get(host, (float(limit.burst), now))
            left = min(limit.burst, left + (now - since) * limit.per_second)
            passes = left >= 1.0
            self._buckets[host] = (left - passes, now)
        return 0 if passes else max(1, math.ceil((1.0 - left) / limit.per_second))
