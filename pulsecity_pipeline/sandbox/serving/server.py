"""The fictional world's publishers as virtual hosts of one HTTP server on the loopback interface."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from threading import Thread
from types import TracebackType
from typing import Self

from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.serving.answering import Answerer
from pulsecity_pipeline.sandbox.serving.faults import FaultPlan
from pulsecity_pipeline.sandbox.serving.handling import HttpServer
from pulsecity_pipeline.sandbox.serving.hosts import HostBook, Route
from pulsecity_pipeline.sandbox.serving.keys import SandboxKey
from pulsecity_pipeline.sandbox.serving.limits import HostLimits, RateLimit
from pulsecity_pipeline.sandbox.serving.protocol import Dialect, Site
from pulsecity_pipeline.sandbox.serving.shelf import ListingShelf, LoadListings


class SandboxServer:
    """Serves the sites on 127.0.0.1:`port` while its context lasts.

    Clients connect to the loopback address and name the site's host in the Host header. A site's listings are loaded
    when it is first asked; who is not among the sites answers 404.
    """

    def __init__(
        self,
        sites: Sequence[Site],
        load_listings: LoadListings,
        *,
        night: date,
        keys: Sequence[SandboxKey] = (),
        faults: FaultPlan = FaultPlan(),
        routes: Mapping[str, Route] | None = None,
        dialects: Mapping[str, Dialect] = DIALECTS,
        usual_limit: RateLimit = RateLimit(),
        limits: Mapping[str, RateLimit] | None = None,
    ) -> None:
        """`load_listings` gives a site's rows of LISTING; calls for one city never overlap. `routes` answer at hosts
        of their own; `limits` are those of single hosts.
        """
        self._answerer = Answerer(
            HostBook(sites, dialects, routes or {}),
            ListingShelf(load_listings),
            night=night,
            keys=keys,
            limits=HostLimits(usual_limit, limits or {}, time.monotonic),
            faults=faults,
        )
        self._server: HttpServer | None = None
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port listened on. Raises RuntimeError outside the context."""
        if self._server is None:
            raise RuntimeError("the sandbox server is not running")
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._server = HttpServer(self._answerer.deliver)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.hang_up()
            self._server.server_close()
        self._server = self._thread = None
