"""A key goes to its own host alone, and is found in nothing that comes back."""

import logging

import pytest

from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

KEY = 'pl4nted/"key+=='
FORMS = (KEY, "pl4nted%2F%22key%2B%3D%3D", 'pl4nted\\/\\"key+==')


def keys(host: str = "127.0.0.1") -> list[Credential]:
    return [
        Credential(host, "query", "apikey", KEY),
        Credential(host, "header", "Authorization", KEY, "Bearer "),
    ]


def test_the_request_has_the_key_and_the_page_has_not(
    server: ScriptedServer, make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = " | ".join(FORMS)
    page = answer(body=f"you sent {said}".encode(), ETag='"pl4nted/"key+=="', Content_Type=f"text/plain; k={KEY}")
    client = make_client(credentials=keys())
    got = client.get(server.on("/a", page) + "?page=2")
    (seen,) = server.pages()
    assert seen.path.startswith("/a?page=2&apikey=pl4nted")
    assert seen.headers["Authorization"] == f"Bearer {KEY}"
    assert got.url == f"{server.url}/a?page=2"
    assert got.body == b"you sent REDACTED | REDACTED | REDACTED"
    failed = client.get(server.on("/b", answer(500, body=KEY.encode())))
    told = f"{got} {failed} {client.closed_hosts} {caplog.text}"
    assert not any(form in told for form in FORMS)


def test_another_host_does_not_get_it(server: ScriptedServer, make_client: MakeClient) -> None:
    with ScriptedServer() as other:
        target = other.on("/c", answer(body=b"x")).replace("127.0.0.1", "localhost")
        got = make_client(credentials=keys(), allowed_private_hosts=["127.0.0.1", "localhost"]).get(
            server.on("/a", answer(302, Location=target))
        )
        assert got.outcome == "ok"
        (seen,) = other.pages()
    assert "apikey" not in seen.path
    assert "Authorization" not in seen.headers


def test_a_body_is_posted_and_bodies_are_told_apart(server: ScriptedServer, make_client: MakeClient) -> None:
    url = server.on("/graphql", answer(body=b"{}"))
    client = make_client(credentials=keys())
    first, second = (client.get(url, body=body) for body in (b'{"after": 1}', b'{"after": 2}'))
    assert [seen.body for seen in server.pages()] == [b'{"after": 1}', b'{"after": 2}']
    assert server.pages()[0].headers["Content-Type"] == "application/json"
    assert first.url != second.url
    assert first.url.startswith(f"{url}#post-")
