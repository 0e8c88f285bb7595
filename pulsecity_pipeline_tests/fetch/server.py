"""A server on loopback that answers each path by a script."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self

Step = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Seen:
    path: str
    headers: dict[str, str]
    started_at_s: float
    body: bytes = b""


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Step:
    """A whole answer; header names are written with underscores."""

    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return step


class ScriptedServer:
    """Each path answers by its steps in turn, the last one again and again; an unknown path is 404."""

    def __init__(self) -> None:
        self.script: dict[str, list[Step]] = {}
        #: What every path without a script answers, by how often any of them was asked.
        self.otherwise: list[Step] = [answer(404)]
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def on(self, path: str, *steps: Step) -> str:
        self.script[path] = list(steps)
        return self.url + path

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def pages(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.path != "/robots.txt"]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self
        counts: defaultdict[str, int] = defaultdict(int)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers["Content-Length"])))

            def _serve(self, body: bytes = b"") -> None:
                with outer._lock:
                    outer.seen.append(Seen(self.path, dict(self.headers.items()), time.monotonic(), body))
                    path = self.path.partition("?")[0]
                    steps = [answer(404)] if path == "/robots.txt" else outer.otherwise
                    steps, counted = outer.script.get(path, steps), self.path if path in outer.script else path[:0]
                    step = steps[min(counts[counted], len(steps) - 1)]
                    counts[counted] += path != "/robots.txt" or path in outer.script
                    outer._at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer._at_once)
                try:
                    step(self)
                except OSError:
                    self.close_connection = True
                finally:
                    with outer._lock:
                        outer._at_once -= 1

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
