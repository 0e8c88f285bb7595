"""Retries: which statuses are worth another try, and how long the server asks to wait before it."""

import re
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
import stamina

from pulsecity_pipeline.fetch.exchange import Reply, describe_status
from pulsecity_pipeline.fetch.failures import FetchFailureError, HostClosedError, TransientError
from pulsecity_pipeline.fetch.policy import FetchPolicy

Result = TypeVar("Result")

RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})


def retry(ask: Callable[[], Result], policy: FetchPolicy) -> Result:
    """`ask` until it raises no TransientError, with exponential backoff and jitter or the wait the server states.

    Raises FetchFailureError: the last one once `policy.attempts` are used up.
    """
    try:
        for attempt in stamina.retry_context(
            _backoff,
            attempts=policy.attempts,
            timeout=None,
            wait_initial=policy.retry_wait_initial_s,
            wait_max=policy.retry_wait_max_s,
            wait_jitter=policy.retry_jitter_s,
        ):
            with attempt:
                return ask()
    except TransientError as error:
        suffix = f" (after {policy.attempts} attempts)" if policy.attempts > 1 else ""
        raise FetchFailureError(f"{error.reason}{suffix}", error.status) from error
    raise AssertionError("stamina ends by a return or an exception")


def raise_transient(reply: Reply, policy: FetchPolicy) -> Reply:
    """`reply`, unless its status is worth a retry.

    Raises TransientError; where the wait is too long FetchFailureError, or HostClosedError for a 429.
    """
    if reply.status not in RETRY_STATUSES:
        return reply
    reason = describe_status(reply.status)
    after_s = parse_retry_after(reply.headers)
    if after_s is not None and after_s > policy.max_retry_after_s:
        limit = f"{policy.max_retry_after_s:g} s (max_retry_after_s)"
        # 429 speaks of whoever asks, 503 of what was asked for.
        kind = HostClosedError if reply.status == HTTPStatus.TOO_MANY_REQUESTS else FetchFailureError
        raise kind(f"{reason}: Retry-After {after_s:g} s is more than {limit}", reply.status)
    raise TransientError(reason, reply.status, after_s)


def parse_retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that Retry-After asks for; None where it is absent or cannot be read.

    A date is measured from the answer's own Date, so that neither clock has to be right.
    """
    stated = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", stated):
        return float(stated)
    try:
        until = parsedate_to_datetime(stated)
        since = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    pair = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (until, since)]
    return max((pair[0] - pair[1]).total_seconds(), 0.0)


def _backoff(error: Exception) -> bool | float:
    if not isinstance(error, TransientError):
        return False
    return True if error.after_s is None else error.after_s
