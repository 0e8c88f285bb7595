"""A planted key of every source that has one is found nowhere: not in pages, bodies, tables, reasons or logs."""

import logging

import pytest

from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline_tests.conformance.pulling import Pulled, pull
from pulsecity_pipeline_tests.conformance.samples import find_sample
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

KEY = "pl4nted-k3y-0123456789"
KEYED = [name for name, entry in load_sources().items() if entry.keys]


def tell(pulled: Pulled) -> str:
    tables = pulled.tables
    frames = (pulled.pages, pulled.bodies, tables.listings, tables.rejects, tables.records, tables.source_health)
    return "\n".join(str(frame.rows()) for frame in frames)


@pytest.mark.parametrize("source", KEYED)
def test_a_planted_key_is_found_nowhere(
    source: str, server: ScriptedServer, make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sample = find_sample(source)
    body = sample.build(range(3)).replace(sample.title.encode(), f"{sample.title} {KEY}".encode())
    assert KEY.encode() in body
    keys = [Credential("127.0.0.1", key.place, key.name, KEY, key.prefix) for key in load_sources()[source].keys]
    for steps in (
        [answer(body=body, ETag=f'"{KEY}"'), answer(404)],
        [answer(500, body=body)],
        [answer(body=KEY.encode())],
    ):
        with ScriptedServer() as keyed:
            keyed.otherwise = steps
            told = tell(pull(source, make_client(credentials=keys), keyed.url)) + caplog.text
            sent = [f"{seen.path} {seen.headers}" for seen in keyed.pages()]
        assert all(KEY in request for request in sent), "the key was not sent"
        assert KEY not in told
    assert "REDACTED" in told
