"""Routing: fictional hosts answered on loopback, their addresses kept as asked."""

import time

import httpx
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.fetch.routing import RoutingTransport
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer


@pytest.mark.parametrize("suffix", ["sandbox.example", "*.sandbox.example", ".Sandbox.Example"])
@pytest.mark.parametrize("scheme", ["http", "https", "webcal"])
def test_host_and_address_stay_as_asked(
    server: ScriptedServer, make_client: MakeClient, suffix: str, scheme: str
) -> None:
    server.on("/a.ics", answer(body=b"x"))
    client = make_client(routes={suffix: f"127.0.0.1:{server.port}"}, allowed_private_hosts=[], contact=None)
    got = client.get(f"{scheme}://library.sandbox.example/a.ics?page=2")
    shown = "http" if scheme == "http" else "https"
    assert (got.url, got.body) == (f"{shown}://library.sandbox.example/a.ics?page=2", b"x")
    assert {seen.headers["Host"] for seen in server.seen} == {"library.sandbox.example"}


def test_relative_redirects_and_closed_hosts_are_per_fictional_host(
    server: ScriptedServer, make_client: MakeClient
) -> None:
    server.on("/a", answer(302, Location="/b"))
    server.on("/b", answer(body=b"x"))
    server.on("/c", answer(403))
    client = make_client(routes={"sandbox.example": f"127.0.0.1:{server.port}"})
    assert client.get("https://one.sandbox.example/a").body == b"x"
    client.get("https://one.sandbox.example/c")
    assert list(client.closed_hosts) == ["one.sandbox.example"]
    assert client.get("https://two.sandbox.example/b").outcome == "ok"


def test_routed_hosts_have_a_budget_of_their_own(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/a", answer())
    routes = {"sandbox.example": f"127.0.0.1:{server.port}"}
    client = make_client(routes=routes, requests_per_second=0.01, sandbox_requests_per_second=1000)
    started_at_s = time.monotonic()
    assert [client.get(f"http://one.sandbox.example/a?{n}").outcome for n in range(20)] == ["ok"] * 20
    assert time.monotonic() - started_at_s < 2


def test_other_hosts_go_onward() -> None:
    onward = httpx.MockTransport(lambda request: httpx.Response(200, text=str(request.url)))
    transport = RoutingTransport({"sandbox.example": "127.0.0.1:9"}, onward)
    for url in ("https://notsandbox.example/x", "https://sandbox.example.org/x"):
        assert transport.handle_request(httpx.Request("GET", url)).read() == url.encode()


@pytest.mark.parametrize("target", ["10.0.0.1:80", "a.example:80", "127.0.0.1", "127.0.0.1:http"])
def test_a_route_stays_on_this_machine(target: str) -> None:
    with pytest.raises(ConfigurationError, match=r"expected 127\.0\.0\.1:port"):
        RoutingTransport({"sandbox.example": target}, httpx.MockTransport(lambda _: httpx.Response(200)))
