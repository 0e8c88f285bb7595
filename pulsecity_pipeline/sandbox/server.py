"""The fictional world's publishers as virtual hosts of one HTTP server on the loopback interface."""

import gzip
from collections.abc import Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.catalog import SANDBOX_HOST_SUFFIX
from pulsecity_pipeline.sandbox.pages import SandboxPage, build_pages
from pulsecity_pipeline.sandbox.world_v1 import build_world

_ROBOTS = b"User-agent: *\nAllow: /\n"
_TEXT = "text/plain; charset=utf-8"


class SandboxServer:
    """Serves `http://<feed>.<city_id>.sandbox.example/<file>` on 127.0.0.1:`port` while its context lasts.

    Clients connect to the loopback address and name the host in the Host header. A city's world is built when its
    first page is asked for; cities that were not given answer 404.
    """

    def __init__(self, cities: Mapping[str, City], seed: int, as_of: date) -> None:
        self._cities, self._seed, self._as_of = dict(cities), seed, as_of
        self._locks = {city_id: Lock() for city_id in self._cities}
        self._pages: dict[str, dict[str, SandboxPage]] = {}
        self._server: ThreadingHTTPServer | None = None
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port listened on. Raises RuntimeError outside the context."""
        if self._server is None:
            raise RuntimeError("the sandbox server is not running")
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._server = _HttpServer(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    def find_page(self, host: str, path: str) -> SandboxPage | None:
        """The page at a virtual host and path; None where nobody publishes."""
        city_id = host.removesuffix(f".{SANDBOX_HOST_SUFFIX}").partition(".")[2]
        if city_id not in self._cities:
            return None
        return self._city_pages(city_id).get(f"http://{host}{path}")

    def _city_pages(self, city_id: str) -> dict[str, SandboxPage]:
        with self._locks[city_id]:
            if city_id not in self._pages:
                world = build_world(self._cities[city_id], seed=self._seed, as_of=self._as_of)
                self._pages[city_id] = {page.url: page for page in build_pages(world)}
            return self._pages[city_id]


class _HttpServer(ThreadingHTTPServer):
    """The listening socket, which its handlers reach the sandbox through."""

    daemon_threads = True

    def __init__(self, sandbox: SandboxServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sandbox = sandbox


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, quietly, over kept connections."""

    server: _HttpServer
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower()
        path = self.path.partition("?")[0]
        if path == "/robots.txt" and host.endswith(f".{SANDBOX_HOST_SUFFIX}"):
            self._answer(200, {"Content-Type": _TEXT}, _ROBOTS)
            return
        page = self.server.sandbox.find_page(host, path)
        if page is None:
            self._answer(404, {"Content-Type": _TEXT}, b"Not Found\n")
        else:
            self._answer_page(page)

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def _answer_page(self, page: SandboxPage) -> None:
        if page.status != 200:
            self._answer(page.status, {"Content-Type": page.content_type}, page.body)
            return
        validators = {"ETag": page.etag, "Last-Modified": page.last_modified}
        if self._is_unchanged(page):
            self._answer(304, validators, b"")
            return
        headers, body = {"Content-Type": page.content_type, **validators}, page.body
        if page.publisher.is_gzipped and "gzip" in self.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"], body = "gzip", gzip.compress(body, mtime=0)
        self._answer(200, headers, body)

    def _is_unchanged(self, page: SandboxPage) -> bool:
        """If-None-Match decides; If-Modified-Since only where it is alone (RFC 9110, 13.1.3)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return page.etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
        return self.headers.get("If-Modified-Since") == page.last_modified

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature http.server calls
        """Says nothing."""
