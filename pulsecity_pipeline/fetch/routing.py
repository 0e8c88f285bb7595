"""Routing: hosts under a fictional suffix, answered by a server on loopback over real HTTP."""

import re
from collections.abc import Mapping

import httpx

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.fetch.network import GuardedTransport

_LOOPBACK = re.compile(r"^(127\.0\.0\.1):(\d{1,5})$")


class RoutingTransport(httpx.BaseTransport):
    """Sends requests for hosts under a suffix in `routes` to its loopback port; `Host` and URL stay as asked."""

    def __init__(self, routes: Mapping[str, str], onward: httpx.BaseTransport) -> None:
        """`routes` is host suffix → `127.0.0.1:port`; all other hosts go to `onward`. Raises ConfigurationError."""
        self._routes = {name.lower().removeprefix("*").lstrip("."): _parse(target) for name, target in routes.items()}
        self._onward = onward
        self._loopback = GuardedTransport(frozenset(address for address, _ in self._routes.values()))

    def covers(self, host: str) -> bool:
        """True where `host` is routed to loopback."""
        return self._target(host) is not None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Forward one request; an https address is answered over plain HTTP, for it stays on this machine."""
        target = self._target(request.url.host)
        if target is None:
            return self._onward.handle_request(request)
        url = request.url.copy_with(scheme="http", host=target[0], port=target[1])
        routed = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        return self._loopback.handle_request(routed)

    def close(self) -> None:
        self._loopback.close()
        self._onward.close()

    def _target(self, host: str) -> tuple[str, int] | None:
        return next(
            (target for suffix, target in self._routes.items() if host == suffix or host.endswith(f".{suffix}")), None
        )


def _parse(target: str) -> tuple[str, int]:
    match = _LOOPBACK.match(target)
    if match is None:
        raise ConfigurationError(f"route {target!r}: expected 127.0.0.1:port")
    return match[1], int(match[2])
