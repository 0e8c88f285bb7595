"""What can be switched on to go wrong, seen by the real client."""

import http.client
import json
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.sandbox.serving.faults import KINDS, FaultPlan
from pulsecity_pipeline.sandbox.serving.keys import SandboxKey, list_key_parts
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Reply, Site
from pulsecity_pipeline.sandbox.serving.spoiling import break_for_good, spoil, truncate
from pulsecity_pipeline.sources.protocol import Answer
from pulsecity_pipeline_tests.sandbox.serving.stub import ARBOR, BRIDGE, serve

ICS = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDESCRIPTION:x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:22\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
KEY = SandboxKey(ARBOR.host, "query", "key", "sesame")


def pull(folder: Path, texts: Iterable[str], site: Site = ARBOR, **changes: float) -> Answer:
    """What the real client gets of a site while faults are on."""
    quick = {"retry_wait_initial_s": 0.01, "retry_jitter_s": 0.0, "read_timeout_s": 0.3, **changes}
    policy = load_fetch_policy().model_copy(update=quick)
    credentials = [Credential(*parts) for parts in list_key_parts([KEY])]
    with serve(faults=FaultPlan.parse(texts), sites=[site, BRIDGE], keys=[KEY]) as running:
        routes = {SANDBOX_HOST_SUFFIX: f"127.0.0.1:{running.port}"}
        with PoliteClient(policy, folder, routes=routes, credentials=credentials) as client:
            assert client.get(BRIDGE.url).outcome == ("failed" if "*=503" in texts else "ok")
            return client.get(site.url)


def test_sound(tmp_path: Path) -> None:
    answer = pull(tmp_path, [])
    assert (answer.outcome, len(json.loads(answer.body or b"")["events"])) == ("ok", 20)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("500", "HTTP 500"),
        ("503", "HTTP 503"),
        ("timeout", "silent for"),
        ("hang", "silent for"),
        ("reset", "broken answer"),
        ("html", "challenge page"),
    ],
)
def test_no_answer(tmp_path: Path, kind: str, reason: str) -> None:
    answer = pull(tmp_path, [f"stub/arbor={kind}"])
    assert answer.outcome == "failed"
    assert reason in (answer.reason or "")


@pytest.mark.parametrize(("kind", "least_s"), [("429", 1.9), ("slow", 0.4), ("moved", 0.0)])
def test_late_but_whole(tmp_path: Path, kind: str, least_s: float) -> None:
    started_s = time.monotonic()
    answer = pull(tmp_path, [f"*@us-tx-austin={kind}"], read_timeout_s=5)
    assert (answer.outcome, len(json.loads(answer.body or b"")["events"])) == ("ok", 20)
    assert time.monotonic() - started_s >= least_s


def test_moved_is_told_once(tmp_path: Path) -> None:
    with serve(faults=FaultPlan.parse(["*=moved"])) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port)
        seen = []
        for _ in range(2):
            connection.request("GET", "/v1/events?city=austin", headers={"Host": ARBOR.host})
            response = connection.getresponse()
            seen.append((response.status, response.headers["Location"], len(response.read()) > 0))
        connection.close()
    assert seen == [(301, "/moved/v1/events?city=austin", False), (200, None, True)]


@pytest.mark.parametrize(("kind", "count"), [("halved", 9), ("no_listings", 0)])
def test_fewer_listings(tmp_path: Path, kind: str, count: int) -> None:
    assert len(json.loads(pull(tmp_path, [f"stub={kind}"]).body or b"")["events"]) == count


def test_other_bodies(tmp_path: Path) -> None:
    bodies = {
        kind: pull(tmp_path, [f"stub/arbor={kind}"]).body or b""
        for kind in ("truncated", "bad_json", "empty", "garbled")
    }
    for kind in ("truncated", "bad_json"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(bodies[kind])
    assert bodies["empty"] == b""
    with pytest.raises(UnicodeDecodeError):
        bodies["garbled"].decode()
    assert pull(tmp_path, ["stub/arbor=wrong_type"]).content_type == "application/octet-stream"


def test_drift(tmp_path: Path) -> None:
    drifted = json.loads(pull(tmp_path, ["stub=drift"]).body or b"")["events"]
    renamed = json.loads(pull(tmp_path, ["stub=renamed"]).body or b"")["events"]
    assert all(event.pop("schemaRevision") == 2 for event in drifted)
    assert [event | {"url": event.pop("urlV2")} for event in renamed] == drifted


def test_drift_of_text_formats() -> None:
    reply = Reply(ICS, "text/calendar")
    assert spoil(reply, ["drift"]).body.count(b"\r\nX-SCHEMA-REVISION:2\r\nEND:VEVENT") == 2
    assert b"\r\nX-DESCRIPTION:x" in spoil(reply, ["renamed"]).body
    assert spoil(reply, ["bad_json"]) == reply


def test_a_cut_goes_through_the_last_record() -> None:
    cut = truncate(ICS)
    assert ICS.rindex(b"BEGIN:VEVENT") < len(cut) < ICS.rindex(b"END:VEVENT")
    assert ICS.startswith(cut)
    assert truncate(b"<rss><item>1</item><item>2</item></rss>").endswith(b"<item>2</i")


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ("dead", 500, b"Internal"),
        ("gone", 404, b"Not"),
        ("html", 200, b"<!doctype"),
        ("empty", 200, b""),
        ("truncated", 200, ICS[:9]),
    ],
)
def test_faults_for_good(fault: str, status: int, start: bytes) -> None:
    reply = break_for_good(replace(ARBOR, fault=fault), Reply(ICS, "text/calendar"))
    assert (reply.status, reply.body.startswith(start)) == (status, True)
    assert reply.body != ICS


def test_a_broken_site_is_seen_as_such(tmp_path: Path) -> None:
    assert "HTTP 500" in (pull(tmp_path, [], replace(ARBOR, fault="dead")).reason or "")
    assert pull(tmp_path, [], replace(ARBOR, fault="empty", content_type="text/plain")).content_type == "text/plain"


@pytest.mark.parametrize("text", ["", "429", "stub=", "=429", "stub=42", "stub/arbor"])
def test_a_bad_text_is_told_in_one_line(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^fault .*: expected SOURCE.*garbled$"):
        FaultPlan.parse([text])


def test_names_that_are_nobodys() -> None:
    with pytest.raises(ConfigurationError, match=r"no source 'stab': expected \* or one of rss, stub"):
        FaultPlan.parse(["stab=429"], ["rss", "stub"])
    FaultPlan.parse(["stub/arbor=429", "*=slow"]).refuse_idle([ARBOR])
    with pytest.raises(ConfigurationError, match="no such site"):
        FaultPlan.parse(["stub/none=429"]).refuse_idle([ARBOR])


def test_several_faults_meet() -> None:
    plan = FaultPlan.parse(["stub=slow", "*/arbor=429", "*@de-berlin=503"])
    assert [sorted(plan.kinds(site)) for site in (ARBOR, BRIDGE)] == [["429", "slow"], ["503", "slow"]]
    assert len(KINDS) == len(set(KINDS)) == 18
