"""Asking: limits, and when a provider is left in peace; over real HTTP what throttling looks like."""

import pytest

from pulsecity_pipeline.enrichment.asking import Asker, Fault
from pulsecity_pipeline_tests.enrichment.answers import asker
from pulsecity_pipeline_tests.fetch.conftest import MakeClient, make_client, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

__all__ = ["make_client", "server"]


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_a_refusal_ends_the_asking(status: int) -> None:
    asking, client = asker("p", {"": status})
    first, second = asking.ask("https://x.example/1"), asking.ask("https://x.example/2")
    assert (first.status, first.reason) == (status, f"HTTP {status}")
    assert second.reason == f"not asked: HTTP {status}"
    assert len(client.asked) == 1


def test_three_failures_in_a_row_end_it_and_an_answer_between_them_does_not() -> None:
    asking, client = asker("p", {"good": {}, "bad": 500})
    for name in ("bad", "bad", "good", "bad", "bad", "bad", "good"):
        asking.ask(f"https://x.example/{name}")
    assert len(client.asked) == 6
    assert (asking.failed, asking.closed) == (5, "HTTP 500")


def test_what_is_not_there_is_no_failure() -> None:
    asking, client = asker("p", {"": 404})
    for _ in range(5):
        assert asking.ask("https://x.example/").status == 404
    assert (len(client.asked), asking.failed) == (5, 0)


def test_no_more_requests_than_allowed() -> None:
    asking, client = asker("p", {"": {}}, max_requests=2)
    reasons = [asking.ask("https://x.example/").reason for _ in range(3)]
    assert reasons == [None, None, "not asked: 2 requests made (max_requests)"]
    assert (len(client.asked), asking.failed) == (2, 0)


def test_an_error_in_a_good_answer_is_one() -> None:
    def find(content: object) -> Fault | None:
        return Fault("quota", is_closing=True) if content == {"error": 4} else None

    asking, _ = asker("p", {"": {"error": 4}}, find_fault=find)
    assert asking.ask("https://x.example/").reason == "quota"
    assert asking.closed == "quota"


def test_a_body_that_is_not_json() -> None:
    asking, _ = asker("p", {"": b"<html>down"})
    assert asking.ask("https://x.example/").reason == "not JSON"


def test_throttling_over_http(server: ScriptedServer, make_client: MakeClient) -> None:
    asking = Asker("musicbrainz", make_client(attempts=2), 10)
    url = server.on("/ws/2/artist", answer(503, Retry_After="0"))
    assert asking.ask(f"{url}?query=a").status == 503
    assert asking.ask(f"{url}?query=b").reason == "not asked: HTTP 503 Service Unavailable (after 2 attempts)"
    assert len(server.pages()) == 2
