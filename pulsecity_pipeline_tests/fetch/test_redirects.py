"""Redirects: capped, and every hop checked like a first request."""

import pytest

from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_and_keeps_the_address_asked(server: ScriptedServer, make_client: MakeClient, status: int) -> None:
    server.on("/new", answer(body=b"x"))
    url = server.on("/old", answer(status, Location="/new#top"))
    got = make_client().get(url)
    assert (got.url, got.body) == (url, b"x")


def test_loop_is_cut(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client(max_redirects=3).get(server.on("/a", answer(302, Location="/a")))
    assert (got.reason, got.status) == ("more than 3 redirects (max_redirects)", 302)
    assert len(server.pages()) == 4


def test_without_location_fails(server: ScriptedServer, make_client: MakeClient) -> None:
    assert make_client().get(server.on("/a", answer(302))).reason == "HTTP 302 Found without a Location"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://a.example/x", "gopher://a.example"])
def test_other_schemes_are_refused(server: ScriptedServer, make_client: MakeClient, location: str) -> None:
    got = make_client().get(server.on("/a", answer(302, Location=location)))
    assert (got.reason or "").startswith(f"address with scheme '{location.partition(':')[0]}'")


@pytest.mark.parametrize("location", ["http://[::1", "http://a:b:c/", "http://exa mple:99999999/"])
def test_unreadable_location_fails(server: ScriptedServer, make_client: MakeClient, location: str) -> None:
    assert make_client().get(server.on("/a", answer(302, Location=location))).outcome == "failed"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "127.1"])
def test_private_address_is_never_asked(server: ScriptedServer, make_client: MakeClient, host: str) -> None:
    private = f"http://{host}:{server.port}/secret"
    server.on("/secret", answer(body=b"secret"))
    server.on("/a", answer(302, Location=private))
    client = make_client(routes={"sandbox.example": f"127.0.0.1:{server.port}"}, allowed_private_hosts=[])
    got = client.get("http://public.sandbox.example/a")
    assert got.outcome == "failed"
    assert "is a private or loopback address (allowed_private_hosts)" in (got.reason or "")
    assert client.get(private).outcome == "failed"
    assert server.paths() == ["/robots.txt", "/a"]


@pytest.mark.parametrize("host", ["10.0.0.5", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00::1]", "0.0.0.0"])
def test_other_private_networks_are_refused(server: ScriptedServer, make_client: MakeClient, host: str) -> None:
    got = make_client().get(server.on("/a", answer(302, Location=f"http://{host}/")))
    assert "private or loopback address" in (got.reason or "")


def test_hop_to_another_host_obeys_its_robots(server: ScriptedServer, make_client: MakeClient) -> None:
    with ScriptedServer() as other:
        other.on("/robots.txt", answer(body=b"User-agent: *\nDisallow: /b"))
        got = make_client().get(server.on("/a", answer(302, Location=other.on("/b", answer()))))
        assert got.reason == "robots.txt disallows"
        assert other.paths() == ["/robots.txt"]


def test_refusal_after_a_hop_closes_only_the_host_that_refused(server: ScriptedServer, make_client: MakeClient) -> None:
    with ScriptedServer() as other:
        client = make_client()
        client.get(server.on("/a", answer(302, Location=other.on("/b", answer(403)))))
        assert list(client.closed_hosts) == [f"127.0.0.1:{other.port}"]
        assert client.get(server.on("/c", answer())).outcome == "ok"


def test_credentials_do_not_follow_to_another_host(server: ScriptedServer, make_client: MakeClient) -> None:
    with ScriptedServer() as other:
        server.on("/a", answer(302, Location=other.on("/b", answer())))
        make_client().get(f"http://user:pass@127.0.0.1:{server.port}/a")
        assert server.pages()[0].headers["Authorization"] == "Basic dXNlcjpwYXNz"
        assert "Authorization" not in other.pages()[0].headers
        assert "Authorization" not in server.seen[0].headers
