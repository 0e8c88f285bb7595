"""The polite client: identity, statuses, retries, conditional requests, closed hosts."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from pulsecity_pipeline.sources.protocol import Answer, Validators
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer


def test_returns_the_body_and_its_validators(server: ScriptedServer, make_client: MakeClient) -> None:
    url = server.on("/a.ics", answer(body=b"BEGIN", Content_Type="text/calendar", ETag='"7"', Last_Modified="then"))
    assert make_client().get(url) == Answer(
        url, "ok", 200, content_type="text/calendar", etag='"7"', last_modified="then", body=b"BEGIN"
    )


def test_says_who_asks_and_how_to_reach_them(server: ScriptedServer, make_client: MakeClient) -> None:
    make_client().get(server.on("/a", answer()))
    assert {seen.headers["User-Agent"] for seen in server.seen} == {"Pulsecity (+https://operator.example/bot)"}
    assert server.paths() == ["/robots.txt", "/a"]


def test_asks_nobody_without_a_contact(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client(contact=None).get(server.on("/a", answer()))
    assert (got.outcome, got.reason) == ("failed", "no contact configured: set contact in config/fetch.yaml")
    assert server.seen == []


def test_conditional_request_and_304(server: ScriptedServer, make_client: MakeClient) -> None:
    url = server.on("/a", answer(304, ETag='"8"'))
    got = make_client().get(url, Validators('"7"', "Sat, 22 Aug 2026 02:00:00 GMT"))
    sent = server.pages()[0].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"7"', "Sat, 22 Aug 2026 02:00:00 GMT")
    assert got == Answer(url, "not_modified", 304, etag='"8"', last_modified="Sat, 22 Aug 2026 02:00:00 GMT")


def test_304_that_nobody_asked_for_fails(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client().get(server.on("/a", answer(304)))
    assert (got.outcome, got.reason) == ("failed", "HTTP 304 Not Modified")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_retries_what_may_pass(server: ScriptedServer, make_client: MakeClient, status: int) -> None:
    url = server.on("/a", answer(status), answer(status), answer(body=b"x"))
    assert make_client().get(url).body == b"x"
    assert len(server.pages()) == 3


def test_gives_up_after_the_attempts_of_the_policy(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client(attempts=2).get(server.on("/a", answer(503)))
    assert (got.outcome, got.status) == ("failed", 503)
    assert got.reason == "HTTP 503 Service Unavailable (after 2 attempts)"
    assert len(server.pages()) == 2


@pytest.mark.parametrize("status", [400, 404, 410, 501])
def test_does_not_retry_what_will_not_pass(server: ScriptedServer, make_client: MakeClient, status: int) -> None:
    client = make_client()
    got = client.get(server.on("/a", answer(status)))
    assert (got.outcome, got.status, len(server.pages())) == ("failed", status, 1)
    assert client.closed_hosts == {}


def test_backs_off_exponentially(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client(retry_wait_initial_s=0.1, retry_wait_max_s=1, retry_jitter_s=0)
    client.get(server.on("/a", answer(500), answer(500), answer()))
    first, second, third = (seen.started_at_s for seen in server.pages())
    assert second - first >= 0.1
    assert third - second >= 0.2


def _in_seconds(handler: BaseHTTPRequestHandler) -> None:
    answer(429, Retry_After="1")(handler)


def _as_date(handler: BaseHTTPRequestHandler) -> None:
    skewed = datetime(2031, 1, 1, tzinfo=UTC)
    handler.date_time_string = lambda timestamp=None: format_datetime(skewed, usegmt=True)  # type: ignore[method-assign]  # the server's clock is wrong
    answer(503, Retry_After=format_datetime(skewed + timedelta(seconds=1), usegmt=True))(handler)


@pytest.mark.parametrize("step", [_in_seconds, _as_date])
def test_waits_as_long_as_retry_after_says(server: ScriptedServer, make_client: MakeClient, step: object) -> None:
    assert callable(step)
    assert make_client().get(server.on("/a", step, answer(body=b"x"))).body == b"x"
    first, second = (seen.started_at_s for seen in server.pages())
    assert 1.0 <= second - first < 4


def test_retry_after_holds_for_the_whole_host(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client(attempts=1)
    client.get(server.on("/a", answer(429, Retry_After="1")))
    client.get(server.on("/b", answer()))
    first, second = (seen.started_at_s for seen in server.pages())
    assert second - first >= 0.95


def test_does_not_wait_longer_than_the_policy(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client()
    got = client.get(server.on("/a", answer(503, Retry_After="3600")))
    assert got.reason == "HTTP 503 Service Unavailable: Retry-After 3600 s is more than 5 s (max_retry_after_s)"
    assert client.closed_hosts == {}
    client.get(server.on("/b", answer(429, Retry_After="3600")))
    assert client.get(server.on("/c", answer())).outcome == "failed"
    assert "/c" not in server.paths()


def test_silent_server_is_a_timeout(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client(attempts=2, read_timeout_s=0.2).get(server.on("/a", lambda _: time.sleep(0.5)))
    assert got.reason == "silent for 0.2 s (read_timeout_s) (after 2 attempts)"
    assert len(server.pages()) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_refusal_closes_the_host(server: ScriptedServer, make_client: MakeClient, status: int) -> None:
    client = make_client()
    refused = client.get(server.on("/a", answer(status)))
    assert (refused.outcome, refused.status) == ("failed", status)
    after = client.get(server.on("/b", answer()))
    assert after.reason == f"host not asked again: {refused.reason}"
    assert client.closed_hosts == {f"127.0.0.1:{server.port}": refused.reason}
    assert "/b" not in server.paths()
    assert make_client().get(f"{server.url}/b").outcome == "ok"


def test_refusal_reaches_those_who_wait_for_the_host(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client(requests_per_second=20)
    url = server.on("/a", answer(403))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(client.get, [f"{url}?{n}" for n in range(4)]))
    assert [got.outcome for got in answers] == ["failed"] * 4
    assert len(server.pages()) == 1


CHALLENGES = {
    "cloudflare": (503, b"<html><title>Just a moment...</title>", {"Content_Type": "text/html"}),
    "cloudflare 200": (200, b"<script>window._cf_chl_opt={}</script>", {"Content_Type": "text/html; charset=utf-8"}),
    "cloudflare header": (404, b"", {"CF_Mitigated": "challenge"}),
    "aws waf": (202, b"", {"X_Amzn_Waf_Action": "challenge"}),
    "datadome": (200, b"<script src='https://geo.captcha-delivery.com/c.js'>", {"Content_Type": "text/html"}),
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_challenge_closes_the_host(server: ScriptedServer, make_client: MakeClient, name: str) -> None:
    status, body, headers = CHALLENGES[name]
    client = make_client()
    got = client.get(server.on("/a", answer(status, body, **headers)))
    assert got.outcome == "failed"
    assert (got.reason or "").startswith(f"challenge page (HTTP {status}")
    assert client.get(f"{server.url}/b").outcome == "failed"
    assert len(server.pages()) == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<title>Just a moment in time: a concert</title>"),
        ("text/html", b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><h1>Events</h1>"),
        ("text/calendar", b"SUMMARY:<title>Just a moment...</title>"),
    ],
)
def test_ordinary_page_is_no_challenge(
    server: ScriptedServer, make_client: MakeClient, content_type: str, body: bytes
) -> None:
    assert make_client().get(server.on("/a", answer(body=body, Content_Type=content_type))).body == body


def test_unreachable_host_is_closed(make_client: MakeClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/a"
    client = make_client(attempts=2)
    got = client.get(url)
    assert (got.outcome, got.status) == ("failed", None)
    assert (got.reason or "").startswith("robots.txt unreachable: no connection")
    assert len(client.closed_hosts) == 1


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/x", "file:///etc/passwd", "", "http://", "http://[::1", "//a/b", "http://a:b:c/", "x" * 9000],
)
def test_never_raises_for_an_address(make_client: MakeClient, url: str) -> None:
    got = make_client().get(url)
    assert got.outcome == "failed"
    assert got.reason


def test_address_stays_as_written(server: ScriptedServer, make_client: MakeClient) -> None:
    url = server.on("/a", answer()) + "?q=caf\u00e9&x=%7e"
    assert make_client().get(f" {url}#top").url == url


def test_odd_validators_are_not_sent(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client().get(server.on("/a", answer()), Validators('"\u00e9"', "a\r\nX-Evil: 1"))
    assert got.outcome == "ok"
    assert not {"If-None-Match", "If-Modified-Since", "X-Evil"} & server.pages()[0].headers.keys()


def test_keeps_no_cookies(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client()
    client.get(server.on("/a", answer(Set_Cookie="id=7")))
    client.get(f"{server.url}/a")
    assert all("Cookie" not in seen.headers for seen in server.seen)
