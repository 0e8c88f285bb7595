"""The polite client: the only way by which live and sandbox pages come in."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from pulsecity_pipeline.fetch.address import host_key, join_address, parse_address, refuse_private, show_address
from pulsecity_pipeline.fetch.body import ACCEPT_ENCODING
from pulsecity_pipeline.fetch.budget import HostBudget
from pulsecity_pipeline.fetch.credentials import Credential, Keyring
from pulsecity_pipeline.fetch.exchange import OK_STATUSES, REDIRECT_STATUSES, Reply, describe_status, exchange
from pulsecity_pipeline.fetch.failures import FetchFailureError, HostClosedError, TransientError
from pulsecity_pipeline.fetch.network import GuardedTransport
from pulsecity_pipeline.fetch.policy import FetchPolicy
from pulsecity_pipeline.fetch.redaction import redact_url
from pulsecity_pipeline.fetch.retry import raise_transient, retry
from pulsecity_pipeline.fetch.robots import RobotsGate
from pulsecity_pipeline.fetch.routing import RoutingTransport
from pulsecity_pipeline.sources.protocol import Answer, Validators

_log = logging.getLogger(__name__)
# At debug level httpcore writes answer headers, and with them the credentials that redirects carry.
logging.getLogger("httpcore").setLevel(logging.INFO)

_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class PoliteClient:
    """Satisfies `sources.protocol.Client`; may be used by many threads, and beside clients of other processes.

    `closed_hosts` (host → reason) are not asked again: they refused, showed a challenge, or have no robots.txt to read.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        state_dir: Path,
        transport: httpx.BaseTransport | None = None,
        routes: Mapping[str, str] | None = None,
        credentials: Iterable[Credential] = (),
    ) -> None:
        """`state_dir` is shared by all processes that share budgets; `routes` is host suffix → `127.0.0.1:port`.

        Each of `credentials` goes to its own host and nowhere else.

        Raises ConfigurationError for a state folder that cannot be made or a route that leaves the machine.
        """
        self._policy = policy
        self._budget = HostBudget(state_dir, max_hold_s=policy.max_retry_after_s)
        self._transport = RoutingTransport(routes or {}, transport or GuardedTransport(policy.allowed_private_hosts))
        self._robots = RobotsGate(self._load_robots, policy)
        self._keyring = Keyring(credentials)
        self.closed_hosts: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        """Ask for `url`, with `body` by POST; never raises for what the network or a server does.

        The answer's url is the address asked (webcal as https, no fragment), credentials redacted; the fragment of an
        address asked by POST tells its bodies apart.
        """
        shown = self._keyring.scrub(show_address(url)) + _mark(body)
        try:
            address = parse_address(url)
            headers = _headers(validators)
            reply = self._follow(address, lambda hop: self._ask_page(hop, headers, body))
            return self._clean(_to_answer(shown, reply, validators))
        except FetchFailureError as error:
            reason = self._keyring.scrub(redact_url(error.reason))
            _log.warning("%s: %s", shown, reason)
            return Answer(shown, "failed", status=error.status, reason=reason)

    def _follow(self, url: httpx.URL, ask: Callable[[httpx.URL], Reply]) -> Reply:
        """The answer at the end of the redirects, each hop asked for like a first request."""
        for _ in range(self._policy.max_redirects + 1):
            reply = ask(url)
            if reply.status not in REDIRECT_STATUSES:
                return reply
            url = _next_hop(url, reply)
        raise FetchFailureError(f"more than {self._policy.max_redirects} redirects (max_redirects)", reply.status)

    def _clean(self, answer: Answer) -> Answer:
        """The answer without any key that the server repeated."""
        keyring = self._keyring
        return replace(
            answer,
            body=None if answer.body is None else keyring.scrub_body(answer.body),
            content_type=keyring.scrub(answer.content_type or "") or None,
            etag=keyring.scrub(answer.etag or "") or None,
            last_modified=keyring.scrub(answer.last_modified or "") or None,
        )

    def _ask_page(self, url: httpx.URL, headers: Mapping[str, str], body: bytes | None) -> Reply:
        with self._closing(url):
            self._check(url)
            reply = self._ask(url, headers, self._robots.crawl_delay_s(url), self._keyring, body)
            if reply.status in _REFUSALS:
                raise HostClosedError(describe_status(reply.status), reply.status)
            return reply

    def _load_robots(self, url: httpx.URL) -> Reply:
        return self._follow(url, self._ask_robots)

    def _ask_robots(self, url: httpx.URL) -> Reply:
        self._check(url)
        return self._ask(url, _headers(Validators()), 0.0, Keyring())

    def _check(self, url: httpx.URL) -> None:
        self._refuse_closed(url)
        if self._transport.covers(url.host):
            return
        refuse_private(url, self._policy.allowed_private_hosts)
        if self._policy.contact is None:
            raise FetchFailureError("no contact configured: set contact in config/fetch.yaml")

    def _ask(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        crawl_delay_s: float,
        keyring: Keyring,
        body: bytes | None = None,
    ) -> Reply:
        key = host_key(url)
        interval_s = self._policy.interval_s(url.host, is_sandbox=self._transport.covers(url.host))
        identified = {"User-Agent": self._policy.user_agent, **headers}

        def attempt() -> Reply:
            with self._budget.slot(key, max(interval_s, crawl_delay_s)):
                self._refuse_closed(url)
                _log.debug("asking %s", self._keyring.scrub(redact_url(str(url))))
                address, armed = keyring.unlock(url, identified)
                reply = exchange(self._transport, address, armed, self._policy, body)
            try:
                return raise_transient(reply, self._policy)
            except TransientError as error:
                if error.after_s:
                    self._budget.postpone(key, error.after_s)
                raise

        return retry(attempt, self._policy)

    @contextmanager
    def _closing(self, url: httpx.URL) -> Iterator[None]:
        try:
            yield
        except HostClosedError as error:
            self.closed_hosts.setdefault(host_key(url), redact_url(error.reason))
            raise

    def _refuse_closed(self, url: httpx.URL) -> None:
        if (reason := self.closed_hosts.get(host_key(url))) is not None:
            raise FetchFailureError(f"host not asked again: {reason}")


def _mark(body: bytes | None) -> str:
    return "" if body is None else f"#post-{hashlib.sha256(body).hexdigest()[:12]}"


def _headers(validators: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    wanted = {"Accept": "*/*", "Accept-Encoding": ACCEPT_ENCODING}
    return wanted | {name: value for name, value in conditions.items() if value and _is_sendable(value)}


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _next_hop(url: httpx.URL, reply: Reply) -> httpx.URL:
    if "location" not in reply.headers:
        raise FetchFailureError(f"{describe_status(reply.status)} without a Location", reply.status)
    return join_address(url, reply.headers["location"])


def _to_answer(shown: str, reply: Reply, validators: Validators) -> Answer:
    headers = reply.headers
    etag, last_modified = headers.get("etag"), headers.get("last-modified")
    if reply.status == HTTPStatus.NOT_MODIFIED and (validators.etag or validators.last_modified):
        return Answer(
            shown,
            "not_modified",
            status=reply.status,
            etag=etag or validators.etag,
            last_modified=last_modified or validators.last_modified,
        )
    if reply.status not in OK_STATUSES:
        raise FetchFailureError(describe_status(reply.status), reply.status)
    return Answer(
        shown,
        "ok",
        status=reply.status,
        content_type=headers.get("content-type"),
        etag=etag,
        last_modified=last_modified,
        body=reply.body,
    )
