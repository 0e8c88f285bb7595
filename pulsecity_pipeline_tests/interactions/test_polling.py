"""Polling, over real HTTP: cursors are followed, the key goes along and stays out, and a broken end keeps the rest."""

import json
from datetime import date
from http.server import BaseHTTPRequestHandler

from pulsecity_pipeline.config.interactions import EndpointEntry, load_interaction_sources
from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline.interactions.intake import read_new
from pulsecity_pipeline.interactions.polling import poll
from pulsecity_pipeline_tests.fetch.conftest import MakeClient, make_client, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, Step, answer
from pulsecity_pipeline_tests.interactions.events import AT, KEY, event

__all__ = ["make_client", "server"]
SECRET = "s3cret-of-the-shop"


def page(*users: str, following: str | None = None) -> Step:
    rows = [event(user) for user in users]
    return answer(body=json.dumps({"events": rows, "next_cursor": following}).encode())


def entry(url: str, **more: object) -> EndpointEntry:
    return EndpointEntry.model_validate({"name": "shop", "url": url, **more})


def test_every_page_is_asked_for_with_the_key(server: ScriptedServer, make_client: MakeClient) -> None:
    url = server.on("/e", page("user_1", "user_2", following="c&2"), page("user_3"))
    steps = iter([page("user_1", "user_2", following="c&2"), page("user_3")])

    def by_turn(handler: BaseHTTPRequestHandler) -> None:
        next(steps)(handler)

    server.on("/e", by_turn)
    key = Credential("127.0.0.1", "header", "Authorization", SECRET, "Bearer ")
    polled = poll(entry(url + "?limit=2"), make_client(credentials=[key]))
    assert polled.failure is None
    assert [seen.path for seen in server.pages()] == ["/e?limit=2", "/e?limit=2&cursor=c%262"]
    assert {seen.headers["Authorization"] for seen in server.pages()} == {f"Bearer {SECRET}"}
    reads = read_new(polled.pages, KEY, set(), received_at=AT)
    assert [read.interactions.height for read in reads] == [2, 1]
    assert {source for read in reads for source in read.interactions["source"]} == {"endpoint/shop"}
    assert all(day == date(2026, 8, 22) for read in reads for day in read.interactions["happened_on"])


def test_a_cursor_that_comes_again_ends_it(server: ScriptedServer, make_client: MakeClient) -> None:
    counted = iter(range(99))

    def again(handler: BaseHTTPRequestHandler) -> None:
        page(f"user_{next(counted)}", following="same")(handler)

    polled = poll(entry(server.on("/e", again)), make_client())
    assert len(polled.pages) == 2
    assert "endless pages" in (polled.failure or "")


def test_what_came_before_a_failure_stands(server: ScriptedServer, make_client: MakeClient) -> None:
    steps = iter([page("user_1", following="2"), answer(404)])

    def by_turn(handler: BaseHTTPRequestHandler) -> None:
        next(steps)(handler)

    polled = poll(entry(server.on("/e", by_turn)), make_client())
    assert len(polled.pages) == 1
    assert polled.failure is not None


def test_what_ships_can_be_read() -> None:
    assert load_interaction_sources().endpoints == []
