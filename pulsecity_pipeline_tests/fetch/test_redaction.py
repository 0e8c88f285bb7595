"""Redaction: no credential leaves the client, and nothing else is touched."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.fetch.redaction import redact_url
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

SECRET_NAMES = [
    "key", "token", "apikey", "api_key", "api-key", "API_KEY", "sig", "signature", "access_token", "client_secret", "app_id",
    "client_id", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "X-Goog-Signature", "auth", "password", "%6Bey",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_credential_parameters_go(name: str) -> None:
    assert (
        redact_url(f"https://a.example/x?{name}=s3cr3t&city=Roma") == f"https://a.example/x?{name}=REDACTED&city=Roma"
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pa%3Ass@a.example/x", "https://REDACTED@a.example/x"),
        ("https://a.example/?key=s;s&a=1;b;token=s;c=2", "https://a.example/?key=REDACTED&a=1;b;token=REDACTED;c=2"),
        ("https://user@a.example/x", "https://REDACTED@a.example/x"),
        ("https://user:pa@ss@a.example/x", "https://REDACTED@a.example/x"),
        ("https://user:pa/ss@a.example/x", "https://REDACTED"),
        ("https://a.example/x#access_token=s", "https://a.example/x"),
        ("https://a.example/ical/z/private-0a1b/basic.ics", "https://a.example/ical/z/private-REDACTED/basic.ics"),
        ("https://a.example/?u=https%3A%2F%2Fb.example%2F%3Ftoken%3Ds", "https://a.example/?u=https%3A%2F%2Fb.example%2F%3Ftoken%3DREDACTED"),
        ("GET https://a.example/?key=s failed: https://b:c@d.example", "GET https://a.example/?key=REDACTED failed: https://REDACTED@d.example"),
    ],
)  # fmt: skip
def test_other_credentials_go(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example:8443/x?page=2&keyword=jazz&q=a%20b&monkey=1",
        "https://a.example/ical/someone@group.example/public/basic.ics",
        "https://a.example/@band/events?u=https%3A%2F%2Fb.example%2F",
        "https://[2001:db8::1]:80/x",
        "replay:ics/us-ca-davis/library.ics",
    ],
)
def test_what_is_no_credential_stays(url: str) -> None:
    assert redact_url(url) == url


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text_is_taken_and_twice_is_once(text: str) -> None:
    once = redact_url("https://a.example/?" + text)
    assert redact_url(once) == once


@given(
    st.sampled_from(SECRET_NAMES),
    st.text("abcXYZ019-_.~%+/:@!$*,;", min_size=1, max_size=20),
    st.lists(st.sampled_from(["a=1", "q=jazz", "b", "c=", "=d"]), max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_a_secret_never_survives(name: str, value: str, others: list[str]) -> None:
    secret = f"s3cr3t{value}s3cr3t"
    for place in range(len(others) + 1):
        query = "&".join([*others[:place], f"{name}={secret}", *others[place:]])
        assert "s3cr3t" not in redact_url(f"https://a.example/x?{query}")


def test_nothing_leaves_the_client(
    server: ScriptedServer, make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    host = f"127.0.0.1:{server.port}"
    server.on("/moved", answer(302, Location="/gone?token=s3cr3t", Set_Cookie="sid=s3cr3t"))
    server.on("/gone", answer(503))
    server.on("/ok", answer(body=b"x"))
    server.on("/bad", answer(302, Location=f"http://u:s3cr3t@{host}:x/"))
    client = make_client()
    answers = [
        client.get(f"http://user:s3cr3t@{host}{path}?apikey=s3cr3t#access_token=s3cr3t")
        for path in ("/ok", "/moved", "/bad", "/none")
    ]
    answers += [client.get("ftp://user:s3cr3t@a.example/?key=s3cr3t"), client.get("http://u:s3cr3t/x@a.example/")]
    answers.append(client.get("http://a b.example/?token=a s3cr3t"))
    assert [got.outcome for got in answers] == ["ok", *["failed"] * 6]
    assert server.pages()[0].path == "/ok?apikey=s3cr3t"
    assert "s3cr3t" not in repr(answers) + repr(client.closed_hosts)
    assert len(caplog.records) > 10
    assert "s3cr3t" not in repr([vars(record) for record in caplog.records]) + caplog.text
