"""One exchange: a request sent and its answer read within all limits, whatever the server does."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

import httpx

from pulsecity_pipeline.fetch.address import private_failure
from pulsecity_pipeline.fetch.body import read_body, read_start
from pulsecity_pipeline.fetch.challenge import CHALLENGE_MAX_BYTES, is_challenge
from pulsecity_pipeline.fetch.failures import FetchFailureError, HostClosedError, TransientError
from pulsecity_pipeline.fetch.network import DeadlineError, PrivateAddressError, deadline
from pulsecity_pipeline.fetch.policy import FetchPolicy
from pulsecity_pipeline.fetch.redaction import redact_url

OK_STATUSES = frozenset({200, 203, 204})
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Reply:
    """What a server answered: the whole body where the status is ok, else none."""

    status: int
    headers: httpx.Headers
    body: bytes = b""


def exchange(
    transport: httpx.BaseTransport,
    url: httpx.URL,
    headers: Mapping[str, str],
    policy: FetchPolicy,
    body: bytes | None = None,
) -> Reply:
    """Ask once, by POST if there is a `body` (JSON).

    Raises TransientError for what the network did, HostClosedError for a challenge page, else FetchFailureError.
    """
    try:
        with deadline(policy.total_timeout_s):
            response = transport.handle_request(_request(url, headers, policy, body))
            try:
                return _read(response, policy)
            finally:
                response.close()
    except DeadlineError as error:
        raise FetchFailureError(f"not complete after {policy.total_timeout_s:g} s (total_timeout_s)") from error
    except PrivateAddressError as error:
        raise private_failure(url.host) from error
    except httpx.TimeoutException as error:
        raise TransientError(_describe_timeout(error, policy)) from error
    except (httpx.TransportError, OSError) as error:
        raise TransientError(_describe(error)) from error


def describe_status(status: int) -> str:
    """`HTTP 404 Not Found`."""
    known = status in HTTPStatus._value2member_map_
    return f"HTTP {status} {HTTPStatus(status).phrase}" if known else f"HTTP {status}"


def _request(url: httpx.URL, headers: Mapping[str, str], policy: FetchPolicy, body: bytes | None) -> httpx.Request:
    timeout = httpx.Timeout(policy.read_timeout_s, connect=policy.connect_timeout_s)
    extensions = {"timeout": timeout.as_dict()}
    if body is None:
        request = httpx.Request("GET", url, headers=dict(headers), extensions=extensions)
    else:
        sent = {**headers, "Content-Type": "application/json"}
        request = httpx.Request("POST", url, headers=sent, content=body, extensions=extensions)
    if url.userinfo:
        user, _, password = url.userinfo.decode("ascii").partition(":")
        token = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode("ascii")
        request.headers["Authorization"] = f"Basic {token}"
    return request


def _read(response: httpx.Response, policy: FetchPolicy) -> Reply:
    status = response.status_code
    if status in REDIRECT_STATUSES or status == HTTPStatus.NOT_MODIFIED:
        return Reply(status, response.headers)
    body = read_body(response, policy.max_body_bytes) if status in OK_STATUSES else b""
    start = body[:CHALLENGE_MAX_BYTES] if status in OK_STATUSES else read_start(response, CHALLENGE_MAX_BYTES)
    if is_challenge(response.headers, start):
        raise HostClosedError(f"challenge page ({describe_status(status)})", status)
    return Reply(status, response.headers, body)


def _describe_timeout(error: httpx.TimeoutException, policy: FetchPolicy) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {policy.connect_timeout_s:g} s (connect_timeout_s)"
    return f"silent for {policy.read_timeout_s:g} s (read_timeout_s)"


def _describe(error: Exception) -> str:
    kind = {"ConnectError": "no connection", "ReadError": "connection broke", "RemoteProtocolError": "broken answer"}
    text = " ".join(redact_url(str(error)).split())[:200]
    name = kind.get(type(error).__name__, type(error).__name__)
    return f"{name}: {text}" if text else name
