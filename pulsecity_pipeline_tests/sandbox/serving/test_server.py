"""The server over real HTTP: who answers, validators, compression, keys, limits, threads."""

import gzip
import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import polars as pl
import pytest

from pulsecity_pipeline.config.keys import KeyEntry
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sandbox.serving.handling import Handler
from pulsecity_pipeline.sandbox.serving.keys import make_keys, make_source_keys
from pulsecity_pipeline.sandbox.serving.limits import RateLimit
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site
from pulsecity_pipeline.sandbox.serving.server import SandboxServer
from pulsecity_pipeline_tests.sandbox.serving.stub import ARBOR, BRIDGE, StubDialect, ask, make_listings, serve


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with serve() as running:
        yield running


def test_sites_of_one_host_are_told_apart(server: SandboxServer) -> None:
    for site in (ARBOR, BRIDGE):
        status, headers, body = ask(server, site.url + "&q=a%20b+c&q=last&empty=")
        said = json.loads(body)
        assert (status, headers["Content-Type"], len(said["events"])) == (200, "application/json", 20)
        assert said["events"][0]["title"] == f"{site.title} – night 0"
        assert said["asked"] == {"city": site.query.removeprefix("city="), "q": "last", "empty": ""}


def test_a_body_is_posted(server: SandboxServer) -> None:
    status, headers, body = ask(server, ARBOR.url, "POST", "{“é”}".encode())
    assert (status, json.loads(body)["posted"]) == (200, "{“é”}")
    assert "ETag" not in headers


def test_conditional_requests(server: SandboxServer) -> None:
    _, headers, body = ask(server, ARBOR.url)
    etag, modified = headers["ETag"], headers["Last-Modified"]
    assert modified == "Sat, 21 Nov 2026 02:00:00 GMT"
    assert ask(server, ARBOR.url, If_None_Match=etag)[::2] == (304, b"")
    assert ask(server, ARBOR.url, If_None_Match=f'"other", W/{etag}')[0] == 304
    assert ask(server, ARBOR.url, If_None_Match="*")[0] == 304
    assert ask(server, ARBOR.url, If_Modified_Since=modified)[0] == 304
    assert ask(server, ARBOR.url, If_Modified_Since="Sun, 22 Nov 2026 02:00:00 GMT")[0] == 304
    assert ask(server, ARBOR.url, If_Modified_Since="Fri, 20 Nov 2026 02:00:00 GMT")[0] == 200
    assert ask(server, ARBOR.url, If_Modified_Since="yesterday")[0] == 200
    assert ask(server, ARBOR.url, If_None_Match='"other"', If_Modified_Since=modified)[::2] == (200, body)


def test_a_head_is_the_answer_without_its_body(server: SandboxServer) -> None:
    whole, head = ask(server, ARBOR.url), ask(server, ARBOR.url, "HEAD")
    drop = {"Date"}
    assert {k: v for k, v in head[1].items() if k not in drop} == {k: v for k, v in whole[1].items() if k not in drop}
    assert head[::2] == (200, b"")


def test_one_site_is_compressed_for_who_accepts_it() -> None:
    with serve(sites=[replace(ARBOR, is_gzipped=True)]) as running:
        _, plain_headers, plain = ask(running, ARBOR.url)
        _, headers, packed = ask(running, ARBOR.url, Accept_Encoding="gzip, deflate")
        again = ask(running, ARBOR.url, Accept_Encoding="gzip", If_None_Match=headers["ETag"])
    assert "Content-Encoding" not in plain_headers
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed) == plain
    assert headers["ETag"] == plain_headers["ETag"]
    assert again[0] == 304


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (ARBOR.url.replace("austin", "paris"), 404),
        (ARBOR.url.replace("/v1/", "/v2/"), 404),
        (ARBOR.url.replace("stub", "nobody"), 404),
        ("http://nobody.sandbox.example/robots.txt", 404),
        (ARBOR.url.replace(".example/", ".example:8080/"), 200),
        (ARBOR.url.replace("api.stub", "API.Stub"), 200),
    ],
)
def test_statuses(server: SandboxServer, url: str, status: int) -> None:
    assert ask(server, url)[0] == status


def test_robots_forbid_nothing_that_is_asked() -> None:
    sites = [replace(ARBOR, host=f"h{n}.sandbox.example") for n in range(12)]
    with serve(sites=sites) as running:
        found = [ask(running, f"http://{site.host}/robots.txt")[::2] for site in sites]
    assert {status for status, _ in found} == {200, 404}
    assert {body for status, body in found if status == 200} == {
        b"User-agent: *\nAllow: /\n",
        b"User-agent: *\nDisallow: /wp-admin/\n",
    }


def test_an_error_of_ours_is_500_and_logged(server: SandboxServer, caplog: pytest.LogCaptureFixture) -> None:
    assert ask(server, ARBOR.url + "&boom=1")[0] == 500
    assert "boom" in caplog.text


def test_extra_routes() -> None:
    def route(request: Request) -> Reply | None:
        return Reply(request.body + b"!", "text/plain") if request.path == "/drop" else None

    with serve(routes={"drops.sandbox.example": route}) as running:
        assert ask(running, "http://drops.sandbox.example/drop", "POST", b"hi")[::2] == (200, b"hi!")
        assert ask(running, "http://drops.sandbox.example/other")[0] == 404


def test_keys() -> None:
    entry = KeyEntry(variable="STUB_KEY", host="api.stub.test", place="header", name="Authorization", prefix="Bearer ")
    (key,) = make_keys([entry])
    (optional,) = make_keys([entry.model_copy(update={"required": False})])
    with serve(keys=[key]) as running:
        assert ask(running, ARBOR.url)[0] == 401
        assert ask(running, ARBOR.url, Authorization="Bearer wrong")[0] == 401
        assert ask(running, ARBOR.url, Authorization=key.value)[0] == 401
        assert ask(running, ARBOR.url, authorization=f"Bearer {key.value}")[0] == 200
        assert ask(running, f"http://{ARBOR.host}/robots.txt")[0] in (200, 404)
    with serve(keys=[optional]) as running:
        assert ask(running, ARBOR.url)[0] == 200
        assert ask(running, ARBOR.url, Authorization="Bearer wrong")[0] == 401


def test_a_refused_key_is_answered_in_the_source_s_words() -> None:
    site = replace(ARBOR, host="app.ticketmaster.com.sandbox.example")
    keys = make_source_keys(load_sources())
    value = next(key.value for key in keys if key.host == site.host)
    with serve(sites=[site], keys=keys) as running:
        status, _, body = ask(running, f"{site.url}&apikey=x")
        assert (status, json.loads(body)["fault"]["detail"]["errorcode"]) == (401, "oauth.v2.InvalidApiKey")
        assert ask(running, f"{site.url}&apikey={value}")[0] == 200


def test_who_asks_too_fast_is_told_to_wait() -> None:
    with serve(limits={ARBOR.host: RateLimit(per_second=0.4, burst=2)}) as running:
        answers = [ask(running, ARBOR.url) for _ in range(3)]
    assert [status for status, _, _ in answers] == [200, 200, 429]
    assert answers[2][1]["Retry-After"] == "3"


def test_a_site_is_loaded_once_and_a_city_by_one_at_a_time() -> None:
    loaded: list[str] = []
    at_once: list[int] = []
    active = threading.Semaphore(0)

    def load(site: Site) -> pl.DataFrame:
        active.release()
        at_once.append(active._value)
        time.sleep(0.05)
        active.acquire()
        loaded.append(site.feed)
        return make_listings(site)

    sites = [replace(ARBOR, feed=f"f{n}", query=f"city=c{n}") for n in range(3)]
    with serve(sites=sites, load_listings=load) as running, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda site: ask(running, site.url)[0], sites * 4))
    assert answers == [200] * 12
    assert sorted(loaded) == ["f0", "f1", "f2"]
    assert at_once == [1, 1, 1]


def test_nothing_is_said_aloud(capfd: pytest.CaptureFixture[str]) -> None:
    with serve() as running:
        ask(running, ARBOR.url)
        ask(running, "http://nobody.test/")
    assert capfd.readouterr() == ("", "")


def test_who_hangs_up_is_no_error_and_who_cannot_be_read_is(
    server: SandboxServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.sendall(b"GET /v1/events?city=austin HTTP/1.1\r\nHost: " + ARBOR.host.encode() + b"\r\n\r\n")
    assert ask(server, ARBOR.url)[0] == 200
    assert caplog.text == ""
    monkeypatch.setattr(Handler, "_request", lambda _: 1 / 0)
    with pytest.raises(http.client.HTTPException):
        ask(server, ARBOR.url)
    assert "ZeroDivisionError" in caplog.text


def test_bodies_of_unknown_or_huge_length_are_refused(server: SandboxServer) -> None:
    for length, status in (("4000001", 413), ("x", 411)):
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall(f"POST /v1/events HTTP/1.1\r\nHost: {ARBOR.host}\r\nContent-Length: {length}\r\n\r\n".encode())
            assert raw.recv(1000).split()[1] == str(status).encode()


def test_a_site_without_a_dialect_is_refused() -> None:
    with pytest.raises(KeyError, match="other"):
        serve(sites=[replace(ARBOR, source="other")])


def test_no_port_outside_the_context() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = serve(dialects={"stub": StubDialect()}).port
