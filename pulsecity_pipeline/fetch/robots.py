"""Robots: what a host's robots.txt allows, read once in a client's life."""

from collections import defaultdict
from collections.abc import Callable
from threading import Lock

import httpx
from protego import Protego

from pulsecity_pipeline.fetch.exchange import OK_STATUSES, Reply, describe_status
from pulsecity_pipeline.fetch.failures import FetchFailureError, HostClosedError
from pulsecity_pipeline.fetch.policy import FetchPolicy

#: RFC 9309, 2.5: at least 500 KiB are read.
_MAX_ROBOTS_BYTES = 512_000


class RobotsGate:
    """Lets an address through or not, by RFC 9309: 4xx allows everything, 5xx or no answer nothing."""

    def __init__(self, load: Callable[[httpx.URL], Reply], policy: FetchPolicy) -> None:
        """`load` asks for one robots.txt, redirects followed; it raises FetchFailureError."""
        self._load = load
        self._policy = policy
        self._rules: dict[str, Protego] = {}
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._guard = Lock()

    def crawl_delay_s(self, url: httpx.URL) -> float:
        """Seconds to keep between two requests. Raises FetchFailureError if `url` may not be asked for."""
        rules = self._rules_for(url)
        if not rules.can_fetch(str(url), self._policy.product):
            raise FetchFailureError("robots.txt disallows")
        delay_s = rules.crawl_delay(self._policy.product) or 0.0
        if delay_s > self._policy.max_crawl_delay_s:
            limit = f"{self._policy.max_crawl_delay_s:g} s (max_crawl_delay_s)"
            raise FetchFailureError(f"robots.txt asks for a Crawl-delay of {delay_s:g} s, more than {limit}")
        return delay_s

    def _rules_for(self, url: httpx.URL) -> Protego:
        origin = str(url.copy_with(userinfo=b"", raw_path=b"/robots.txt"))
        with self._guard:
            lock = self._locks[origin]
        with lock:
            if origin not in self._rules:
                self._rules[origin] = Protego.parse(self._read(httpx.URL(origin)))
            return self._rules[origin]

    def _read(self, url: httpx.URL) -> str:
        try:
            reply = self._load(url)
        except HostClosedError:
            raise
        except FetchFailureError as error:
            raise HostClosedError(f"robots.txt unreachable: {error.reason}", error.status) from error
        if reply.status in OK_STATUSES:
            return reply.body[:_MAX_ROBOTS_BYTES].decode("utf-8", "replace")
        if 400 <= reply.status < 500:
            return ""
        raise HostClosedError(f"robots.txt unreachable: {describe_status(reply.status)}", reply.status)
