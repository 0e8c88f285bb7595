"""Bodies: cut at the limits of size and time, and whole or not at all."""

import gzip
import socket
import struct
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler

import pytest

from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, Step, answer

MEGABYTE = 1_000_000
BOMB = gzip.compress(bytes(50 * MEGABYTE), 6)
PLAIN = b"BEGIN:VCALENDAR\r\n" * 2000


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b"x" * MEGABYTE)


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x" * 100)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.connection.close()


def _short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x" * 100)
    handler.close_connection = True


def _drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def _drip_headers(handler: BaseHTTPRequestHandler) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("step", [_endless, answer(200, BOMB, Content_Encoding="gzip")])
def test_large_body_is_cut_without_being_held(server: ScriptedServer, make_client: MakeClient, step: Step) -> None:
    url = server.on("/a", step)
    client = make_client(max_body_bytes=MEGABYTE)
    client.get(f"{server.url}/warm-up")
    tracemalloc.start()
    got = client.get(url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert got.reason == "body larger than 1000000 bytes (max_body_bytes)"
    assert (got.outcome, got.status, got.body) == ("failed", 200, None)
    assert peak < 6 * MEGABYTE
    assert len([path for path in server.paths() if path == "/a"]) == 1


def test_stated_length_beyond_the_limit_is_not_read(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client(max_body_bytes=10).get(server.on("/a", answer(body=b"x" * 11)))
    assert got.outcome == "failed"
    assert make_client(max_body_bytes=11).get(f"{server.url}/a").body == b"x" * 11


@pytest.mark.parametrize("step", [_drip_body, _drip_headers, lambda _: time.sleep(1.5)])
def test_dripping_server_is_cut(server: ScriptedServer, make_client: MakeClient, step: Step) -> None:
    client = make_client(total_timeout_s=0.5, read_timeout_s=3)
    url = server.on("/a", step)
    started_at_s = time.monotonic()
    got = client.get(url)
    assert got.reason == "not complete after 0.5 s (total_timeout_s)"
    assert time.monotonic() - started_at_s < 3


@pytest.mark.parametrize("step", [_reset, _short])
def test_broken_body_is_retried_then_failed(server: ScriptedServer, make_client: MakeClient, step: Step) -> None:
    got = make_client(attempts=2).get(server.on("/a", step))
    assert got.outcome == "failed"
    assert (got.reason or "").endswith("(after 2 attempts)")
    assert len(server.pages()) == 2
    assert make_client().get(server.on("/b", step, answer(body=b"whole"))).body == b"whole"


def test_truncated_gzip_is_retried_then_failed(server: ScriptedServer, make_client: MakeClient) -> None:
    packed = gzip.compress(PLAIN)
    broken = answer(200, packed[:-9], Content_Encoding="gzip")
    got = make_client(attempts=2).get(server.on("/a", broken))
    assert got.reason == "gzip body cut short (after 2 attempts)"
    whole = answer(200, packed, Content_Encoding="gzip")
    assert make_client().get(server.on("/b", broken, whole)).body == PLAIN


def test_damaged_gzip_fails(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client(attempts=1).get(server.on("/a", answer(200, b"not gzip at all", Content_Encoding="gzip")))
    assert (got.reason or "").startswith("gzip body damaged")


def test_gzip_in_several_members_and_with_a_tail(server: ScriptedServer, make_client: MakeClient) -> None:
    packed = gzip.compress(PLAIN) + gzip.compress(b"END") + b"\0\0\0"
    assert make_client().get(server.on("/a", answer(200, packed, Content_Encoding="gzip"))).body == PLAIN + b"END"


def test_encoding_nobody_asked_for_fails(server: ScriptedServer, make_client: MakeClient) -> None:
    got = make_client().get(server.on("/a", answer(200, b"x", Content_Encoding="br")))
    assert got.reason == "content-encoding 'br' was not asked for"
    assert server.pages()[0].headers["Accept-Encoding"] == "gzip"


def test_empty_body_is_ok(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client()
    assert client.get(server.on("/a", answer(200))).body == b""
    assert client.get(server.on("/b", answer(200, b"", Content_Encoding="gzip"))).body == b""
