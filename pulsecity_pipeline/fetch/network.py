"""The network below the client: every read obeys one deadline, and no connection reaches a private address."""

import ipaddress
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from ssl import SSLContext
from typing import Any, TypeVar

import httpcore
import httpx

Result = TypeVar("Result")

_deadline_at: ContextVar[float | None] = ContextVar("deadline_at", default=None)


class DeadlineError(Exception):
    """The exchange as a whole took too long."""


class PrivateAddressError(Exception):
    """The host lies in a private or loopback network."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Every network operation of this thread inside the block ends within `seconds`. Raises DeadlineError."""
    token = _deadline_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline_at.reset(token)


def check_deadline() -> None:
    """Raises DeadlineError if the block's time is over."""
    if (deadline_at := _deadline_at.get()) is not None and time.monotonic() >= deadline_at:
        raise DeadlineError


def is_private(address: str) -> bool:
    """True for a literal address (or `localhost`) that is not on the public internet; False for any other name."""
    if address == "localhost" or address.endswith(".localhost"):
        return True
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return not (mapped or parsed).is_global


class _Stream(httpcore.NetworkStream):
    """A stream whose timeouts never outlast the deadline, however steadily the server drips."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return _within_deadline(lambda left: self._inner.read(max_bytes, left), timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        _within_deadline(lambda left: self._inner.write(buffer, left), timeout)

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            _within_deadline(lambda left: self._inner.start_tls(ssl_context, server_hostname, left), timeout)
        )

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _within_deadline(operation: Callable[[float | None], Result], timeout: float | None) -> Result:
    check_deadline()
    deadline_at = _deadline_at.get()
    left = None if deadline_at is None else deadline_at - time.monotonic()
    limits = [limit for limit in (timeout, left) if limit is not None]
    try:
        return operation(max(min(limits), 0.001) if limits else None)
    except httpcore.TimeoutException:
        check_deadline()
        raise


class _Backend(httpcore.SyncBackend):
    """Connects, then hangs up before the request is sent if the peer is private and the host not allowed to be."""

    def __init__(self, allowed_private_hosts: Collection[str]) -> None:
        self._allowed = allowed_private_hosts

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        connect = super().connect_tcp
        stream = _within_deadline(lambda left: connect(host, port, left, local_address, socket_options), timeout)
        if host not in self._allowed and is_private(str(stream.get_extra_info("server_addr")[0])):
            stream.close()
            raise PrivateAddressError
        return _Stream(stream)


@cache
def _tls_context() -> SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over the guarded network. Proxies of the environment are not used."""

    def __init__(self, allowed_private_hosts: Collection[str]) -> None:
        super().__init__(verify=_tls_context(), trust_env=False)
        # httpx does not pass a network backend through; httpcore's pool takes one.
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls_context(),
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=30,
            network_backend=_Backend(allowed_private_hosts),
        )
