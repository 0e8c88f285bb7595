"""robots.txt: obeyed, cached, and its absence told from its failure."""

import pytest

from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer


def test_disallowed_page_is_not_asked(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/robots.txt", answer(body=b"User-agent: *\nDisallow: /private/\n"))
    client = make_client()
    got = client.get(server.on("/private/a", answer()))
    assert (got.outcome, got.status, got.reason) == ("failed", None, "robots.txt disallows")
    assert client.get(server.on("/a", answer())).outcome == "ok"
    assert server.paths() == ["/robots.txt", "/a"]


def test_group_of_our_own_name_wins(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/robots.txt", answer(body=b"User-agent: *\nDisallow: /\n\nUser-agent: pulsecity\nDisallow: /b\n"))
    client = make_client()
    assert client.get(server.on("/a", answer())).outcome == "ok"
    assert client.get(server.on("/b", answer())).outcome == "failed"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_absent_robots_allows_everything(server: ScriptedServer, make_client: MakeClient, status: int) -> None:
    server.on("/robots.txt", answer(status))
    assert make_client().get(server.on("/a", answer())).outcome == "ok"


@pytest.mark.parametrize("status", [500, 503, 501])
def test_failing_robots_fails_the_host(server: ScriptedServer, make_client: MakeClient, status: int) -> None:
    server.on("/robots.txt", answer(status))
    client = make_client(attempts=2)
    got = client.get(server.on("/a", answer()))
    assert (got.outcome, got.status) == ("failed", status)
    assert (got.reason or "").startswith(f"robots.txt unreachable: HTTP {status}")
    asked = len(server.seen)
    assert client.get(f"{server.url}/b").outcome == "failed"
    assert len(server.seen) == asked
    assert "/a" not in server.paths()


def test_redirected_robots_is_followed(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/robots.txt", answer(301, Location="/moved.txt"))
    server.on("/moved.txt", answer(body=b"User-agent: *\nDisallow: /a"))
    assert make_client().get(server.on("/a", answer())).reason == "robots.txt disallows"


def test_crawl_delay_is_kept(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/robots.txt", answer(body=b"User-agent: *\nCrawl-delay: 0.4\n"))
    client = make_client()
    for path in ("/a", "/b"):
        client.get(server.on(path, answer()))
    first, second = (seen.started_at_s for seen in server.pages())
    assert 0.3 <= second - first < 5


def test_crawl_delay_beyond_the_policy_is_a_refusal(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/robots.txt", answer(body=b"User-agent: *\nCrawl-delay: 600\n"))
    got = make_client().get(server.on("/a", answer()))
    assert got.reason == "robots.txt asks for a Crawl-delay of 600 s, more than 60 s (max_crawl_delay_s)"
    assert server.pages() == []


def test_binary_robots_is_no_obstacle(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/robots.txt", answer(body=bytes(range(256)) * 40))
    assert make_client().get(server.on("/a", answer())).outcome == "ok"
