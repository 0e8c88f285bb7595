"""Faults of servers: for every source, what passes costs nothing, and what does not is one page with its reason."""

import gzip
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.conformance.pulling import good_body, pull
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, Step, answer

CHALLENGE = b"<!DOCTYPE html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/b'></script>"
DEEP = b"[" * 200_000 + b"]" * 200_000
BOMB = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
BOMB += b'<!ENTITY c SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&b;&c;</title></item></channel></rss>'


def retry_by_date(handler: BaseHTTPRequestHandler) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    answer(429, Retry_After=format_datetime(soon, usegmt=True))(handler)


def reset_halfway(body: bytes) -> Step:
    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        handler.close_connection = True

    return step


def never_answer(_: BaseHTTPRequestHandler) -> None:
    time.sleep(0.5)


def large(handler: BaseHTTPRequestHandler) -> None:
    """50 MB, sent as long as anybody reads."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b" " * 1_000_000)
    handler.close_connection = True


def truncated_gzip(body: bytes) -> Step:
    packed = gzip.compress(body, mtime=0)
    return answer(body=packed[: len(packed) // 2], Content_Encoding="gzip")


#: Faults that pass: the same page comes after them.
PASSING: dict[str, Callable[[bytes], Step]] = {
    "429 in seconds": lambda _: answer(429, Retry_After="0"),
    "429 by date": lambda _: retry_by_date,
    "500": lambda _: answer(500),
    "timeout": lambda _: never_answer,
    "reset": reset_halfway,
}
#: Faults that stay: a part of the reason, or the rule of the reject.
STAYING: dict[str, tuple[Callable[[bytes], Step], str]] = {
    "500": (lambda _: answer(500), "HTTP 500 Internal Server Error (after 3 attempts)"),
    "timeout": (lambda _: never_answer, "silent for 0.1 s"),
    "reset": (reset_halfway, "(after 3 attempts)"),
    "truncated gzip": (truncated_gzip, "(after 3 attempts)"),
    "challenge with 200": (lambda _: answer(body=CHALLENGE, Content_Type="text/html"), "challenge page"),
    "challenge with 403": (lambda _: answer(403, CHALLENGE, Content_Type="text/html"), "challenge page"),
    "403": (lambda _: answer(403), "HTTP 403 Forbidden"),
    "not found": (lambda _: answer(404), "HTTP 404 Not Found"),
    "redirect loop": (lambda _: answer(302, Location="/round"), "more than 5 redirects"),
    "private address": (lambda _: answer(302, Location="http://10.0.0.1/"), "private or loopback address"),
    "private address by name": (lambda _: answer(302, Location="http://localhost:1/"), "private or loopback address"),
    "50 MB": (lambda _: large, "body larger than 20000000 bytes"),
}
#: Bodies that are no page of any source.
FOREIGN: dict[str, tuple[bytes, set[str]]] = {
    "empty 200": (b"", {"empty_body"}),
    "deep JSON": (DEEP, set()),
    "XML entities": (BOMB, set()),
    "prose": (b"Service will be back soon.", set()),
    "HTML": (b"<!doctype html><title>Maintenance</title><p>Back soon", set()),
    "NULs": (b"\x00" * 64, set()),
}
EVERY_SOURCE = pytest.mark.parametrize("source", SOURCES)
#: What every run of the tests asks of every source; the others are asked with the slow tests.
QUICK = {"500", "reset", "challenge with 403", "private address", "empty 200", "XML entities", "HTML"}


def every_fault(faults: Iterable[str]) -> pytest.MarkDecorator:
    """All faults, those that are not quick marked slow."""
    marked = [pytest.param(fault, marks=[] if fault in QUICK else [pytest.mark.slow]) for fault in faults]
    return pytest.mark.parametrize("fault", marked)


@EVERY_SOURCE
@every_fault(PASSING)
def test_a_fault_that_passes_costs_nothing(
    source: str, fault: str, server: ScriptedServer, make_client: MakeClient
) -> None:
    body = good_body(source)
    server.otherwise = [answer(body=body), answer(404)]
    whole = pull(source, make_client(read_timeout_s=0.1), server.url)
    assert whole.listings.height, "a golden page without listings proves nothing"
    with ScriptedServer() as faulty:
        faulty.otherwise = [PASSING[fault](body), answer(body=body), answer(404)]
        again = pull(source, make_client(read_timeout_s=0.1), faulty.url)
    assert again.listings.equals(whole.listings)
    assert again.rules == whole.rules


@EVERY_SOURCE
@every_fault(STAYING)
def test_a_fault_that_stays_is_a_page_with_its_reason(
    source: str, fault: str, server: ScriptedServer, make_client: MakeClient
) -> None:
    step, reason = STAYING[fault]
    server.otherwise = [step(good_body(source))]
    pulled = pull(source, make_client(read_timeout_s=0.1), server.url)
    assert pulled.listings.is_empty()
    assert pulled.bodies.is_empty()
    assert pulled.pages["outcome"].unique().to_list() == ["failed"]
    assert all(reason in found or "host not asked again" in found for found in pulled.reasons), pulled.reasons
    assert any(reason in found for found in pulled.reasons)
    assert set(pulled.rules) == {"page_failed"}
    assert pulled.state == "failing"


@EVERY_SOURCE
@every_fault(FOREIGN)
def test_a_body_that_is_no_page_is_kept_and_told(
    source: str, fault: str, server: ScriptedServer, make_client: MakeClient
) -> None:
    body, rules = FOREIGN[fault]
    server.otherwise = [answer(body=body), answer(404)]
    pulled = pull(source, make_client(), server.url)
    assert pulled.listings.is_empty()
    assert body in pulled.bodies["body"].to_list()
    assert pulled.state == "failing"
    assert set(pulled.rules) & rules == rules
    assert "root:" not in str(pulled.tables.rejects.rows())


@EVERY_SOURCE
def test_a_wrong_charset_header_does_not_spoil_a_page(
    source: str, server: ScriptedServer, make_client: MakeClient
) -> None:
    body = good_body(source)
    kinds = ("text/plain; charset=utf-8", "text/html; charset=iso-8859-2", "application/json; charset=x-unknown")
    pulls = []
    for kind in kinds:
        with ScriptedServer() as other:
            other.otherwise = [answer(body=body, Content_Type=kind), answer(404)]
            pulls.append(pull(source, make_client(), other.url).listings)
    assert pulls[0].equals(pulls[1])
    assert pulls[0].equals(pulls[2])


@EVERY_SOURCE
def test_a_page_of_another_host_is_taken(source: str, server: ScriptedServer, make_client: MakeClient) -> None:
    body = good_body(source)
    server.otherwise = [answer(body=body), answer(404)]
    with ScriptedServer() as moved:
        moved.otherwise = [answer(301, Location=f"{server.url}/moved"), answer(404)]
        pulled = pull(source, make_client(), moved.url)
    assert pulled.listings.height
