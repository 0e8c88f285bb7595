"""Asking a provider: one question, one answer in JSON or a reason, and an end to it where it asks for quiet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from pulsecity_pipeline.sources.protocol import Client

#: What says that all further questions would be answered likewise; MusicBrainz throttles by 503.
_CLOSING = frozenset({401, 402, 403, 429, 503})
#: Failures in a row after which a provider is down, whatever it says.
_PATIENCE = 3


@dataclass(frozen=True)
class Fault:
    """An error told in a good answer; `is_closing` where all further questions would get the same."""

    reason: str
    is_closing: bool = False


@dataclass(frozen=True)
class Told:
    """What an answer said: `content`, or the `reason` why there is none. `status` as HTTP gave it."""

    content: Any = None
    reason: str | None = None
    status: int | None = None


def find_no_fault(_: Any) -> Fault | None:
    """For providers whose errors are told by the status."""
    return None


@dataclass
class Asker:
    """Asks one provider for one city: at most `max_requests` times, and not again once it is `closed` (why)."""

    provider: str
    client: Client
    max_requests: int
    #: Reads errors that are told with HTTP 200.
    find_fault: Callable[[Any], Fault | None] = find_no_fault
    asked: int = 0
    failed: int = 0
    closed: str | None = None
    #: Distinct reasons of failures, in order.
    reasons: dict[str, int] = field(default_factory=dict)
    _in_a_row: int = 0
    _noted: int = 0

    def ask(self, url: str, body: bytes | None = None) -> Told:
        """Content of the answer; never raises for what the network or the provider does."""
        if self.closed is None and self.asked >= self.max_requests:
            self.closed = f"{self.max_requests} requests made (max_requests)"
        if self.closed is not None:
            return Told(reason=f"not asked: {self.closed}")
        self.asked += 1
        told, is_closing = self._read(url, body)
        if told.reason is None or told.status in (400, 404, 410):
            self._in_a_row = 0
        else:
            self._count(told.reason, is_closing=is_closing)
        return told

    def note(self, reason: str) -> None:
        """Count an answer that came, and was not what it should be, as a failure; three of them end the asking."""
        self._noted += 1
        self._count(reason, is_closing=self._noted >= _PATIENCE)

    def _read(self, url: str, body: bytes | None) -> tuple[Told, bool]:
        answer = self.client.get(url, body=body)
        if answer.outcome != "ok" or answer.body is None:
            return Told(reason=answer.reason or "no answer", status=answer.status), answer.status in _CLOSING
        try:
            content = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return Told(reason="not JSON"), False
        fault = self.find_fault(content)
        return (Told(content), False) if fault is None else (Told(reason=fault.reason), fault.is_closing)

    def _count(self, reason: str, *, is_closing: bool) -> None:
        self.failed += 1
        self._in_a_row += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if is_closing or self._in_a_row >= _PATIENCE:
            self.closed = reason
