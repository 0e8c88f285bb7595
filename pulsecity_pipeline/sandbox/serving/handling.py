"""The HTTP side: requests off the wire, deliveries onto it, over kept connections, quietly."""

import logging
import socket
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from urllib.parse import parse_qsl, unquote, urlsplit

from pulsecity_pipeline.sandbox.serving.answering import Delivery
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request
from pulsecity_pipeline.sandbox.serving.refusals import TEXT

logger = logging.getLogger(__name__)

_MOST_BODY_BYTES = 4_000_000


class HttpServer(ThreadingHTTPServer):
    """The listening socket on 127.0.0.1, any free port; `closing` is set when it is about to end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, deliver: Callable[[Request], Delivery]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.deliver = deliver
        self.closing = Event()
        self._open: set[socket.socket] = set()
        self._guard = Lock()

    def note(self, connection: socket.socket, *, is_open: bool) -> None:
        """A connection has come or gone."""
        with self._guard:
            (self._open.add if is_open else self._open.discard)(connection)

    def hang_up(self) -> None:
        """End what clients keep open: nobody is left to answer them."""
        self.closing.set()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up is no error of ours; anything else is logged."""
        if not isinstance(sys.exc_info()[1], OSError):
            logger.exception("a request could not be handled")


class Handler(BaseHTTPRequestHandler):
    """Answers GET, HEAD and POST."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.server.note(self.connection, is_open=True)

    def finish(self) -> None:
        self.server.note(self.connection, is_open=False)
        super().finish()

    def do_GET(self) -> None:
        self._deliver(self.server.deliver(self._request()))

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _MOST_BODY_BYTES:
            self.close_connection = True
            self._deliver(Delivery(Reply(b"", TEXT, 413 if length.isdigit() else 411)))
            return
        self._deliver(self.server.deliver(self._request(self.rfile.read(int(length)))))

    def _request(self, body: bytes = b"") -> Request:
        """The request; header names in lower case."""
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(
            method=self.command,
            host=headers.get("host", "").partition(":")[0].lower(),
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=headers,
            body=body,
        )

    def _deliver(self, delivery: Delivery) -> None:
        if delivery.delay_s:
            self.server.closing.wait(delivery.delay_s)
        if delivery.manner == "timeout":
            self._wait_for_ever()
            return
        reply, is_cut = delivery.reply, delivery.manner != "whole" and self.command != "HEAD"
        self._write_head(reply)
        if self.command != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if is_cut else reply.body)
        self.wfile.flush()
        if is_cut and delivery.manner == "hang":
            self._wait_for_ever()
        # A body that is shorter than stated: the connection ends behind it.
        self.close_connection = self.close_connection or is_cut

    def _write_head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.status != 304:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _wait_for_ever(self) -> None:
        """Until the client hangs up, or the server ends."""
        self.close_connection = True
        self.connection.settimeout(0.2)
        while not self.server.closing.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature http.server calls
        """Says nothing."""
