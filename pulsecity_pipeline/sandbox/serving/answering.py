"""What is answered to a request: keys and limits first, then the site's dialect, then faults; free of sockets."""

import gzip
import logging
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Final, Literal
from urllib.parse import quote, urlencode

import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_share
from pulsecity_pipeline.sandbox.serving.faults import FaultPlan, Kind
from pulsecity_pipeline.sandbox.serving.hosts import HostBook
from pulsecity_pipeline.sandbox.serving.keys import SandboxKey
from pulsecity_pipeline.sandbox.serving.limits import HostLimits
from pulsecity_pipeline.sandbox.serving.protocol import Dialect, Reply, Request, Site
from pulsecity_pipeline.sandbox.serving.refusals import not_found, refuse_haste, refuse_key, server_error
from pulsecity_pipeline.sandbox.serving.shelf import ListingShelf
from pulsecity_pipeline.sandbox.serving.spoiling import break_for_good, spoil
from pulsecity_pipeline.sandbox.serving.validating import entity_tag, is_unchanged, last_modified_of

logger = logging.getLogger(__name__)

#: How an answer leaves: `timeout` never, `hang` not to its end, `reset` until the connection breaks amid it.
Manner = Literal["whole", "timeout", "hang", "reset"]
_WHOLE: Final[Manner] = "whole"
_MANNERS: Final[tuple[Manner, ...]] = ("timeout", "hang", "reset")
#: So many requests of a site are refused before one passes, under fault `429`.
_HASTY_REQUESTS: Final = 2
_SLOW_S: Final = 0.4
#: Below it an address is answered that has moved.
_MOVED: Final = "/moved"


@dataclass(frozen=True)
class Delivery:
    """A reply and how it is to leave."""

    reply: Reply
    manner: Manner = "whole"
    delay_s: float = 0.0


class Answerer:
    """Answers requests; many threads may ask at once."""

    def __init__(
        self,
        hosts: HostBook,
        shelf: ListingShelf,
        *,
        night: date,
        keys: Sequence[SandboxKey],
        limits: HostLimits,
        faults: FaultPlan,
    ) -> None:
        self._hosts, self._shelf, self._limits, self._faults = hosts, shelf, limits, faults
        self._last_modified = last_modified_of(night)
        self._keys = {key.host: [one for one in keys if one.host == key.host] for key in keys}
        self._asked: Counter[tuple[Site, str]] = Counter()
        self._guard = Lock()

    def deliver(self, request: Request) -> Delivery:
        """What a request gets. An error of ours is answered 500 and logged."""
        try:
            return self._deliver(request)
        except Exception:
            logger.exception("%s http://%s%s", request.method, request.host, request.path)
            return Delivery(server_error())

    def _deliver(self, request: Request) -> Delivery:
        if request.path == "/robots.txt":
            return Delivery(self._hosts.robots(request.host))
        wait_s = self._limits.take(request.host)
        if wait_s:
            return Delivery(refuse_haste(wait_s))
        if not all(key.is_met(request) for key in self._keys.get(request.host, ())):
            return Delivery(refuse_key(request))
        request, has_moved = _strip_moved(request)
        found = self._hosts.find(request)
        if found is None:
            return Delivery(self._finish(request, self._hosts.route(request) or not_found()))
        return self._deliver_site(*found, request, has_moved=has_moved)

    def _deliver_site(self, dialect: Dialect, site: Site, request: Request, *, has_moved: bool) -> Delivery:
        kinds = self._faults.kinds(site)
        refusal = self._refuse_first(site, request, kinds, has_moved=has_moved)
        if refusal is not None:
            return Delivery(refusal)
        reply = self._answer(dialect, site, request, kinds)
        manner = next((one for one in _MANNERS if one in kinds), _WHOLE)
        return Delivery(self._finish(request, reply, site), manner, _SLOW_S if "slow" in kinds else 0.0)

    def _refuse_first(self, site: Site, request: Request, kinds: Collection[Kind], *, has_moved: bool) -> Reply | None:
        """What the first requests get that a fault holds back."""
        if "429" in kinds and self._count(site, "429") <= _HASTY_REQUESTS:
            return refuse_haste(1)
        if "moved" in kinds and not has_moved and self._count(site, request.path) == 1:
            query = f"?{urlencode(request.query)}" if request.query else ""
            return Reply(b"", "text/html", 301, {"Location": f"{_MOVED}{quote(request.path)}{query}"})
        return None

    def _count(self, site: Site, what: str) -> int:
        with self._guard:
            self._asked[site, what] += 1
            return self._asked[site, what]

    def _answer(self, dialect: Dialect, site: Site, request: Request, kinds: Collection[Kind]) -> Reply:
        if site.fault in ("dead", "gone", "html"):
            return break_for_good(site, not_found())
        reply = dialect.answer(site, _thin(self._shelf.get(site), kinds), request)
        if reply.status != 200:
            return reply
        reply = break_for_good(site, replace(reply, content_type=site.content_type or reply.content_type))
        return spoil(reply, kinds)

    def _finish(self, request: Request, reply: Reply, site: Site | None = None) -> Reply:
        """With validators and compressed, where that is for this request."""
        if reply.status != 200 or request.method == "POST":
            return reply
        is_gzipped = site is not None and site.is_gzipped
        etag = entity_tag(reply, is_weak=is_gzipped)
        headers = {**reply.headers, "ETag": etag, "Last-Modified": self._last_modified}
        if is_unchanged(request.headers, etag, self._last_modified):
            return replace(reply, body=b"", status=304, headers=headers)
        if is_gzipped:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"] = "gzip"
                return replace(reply, body=gzip.compress(reply.body, mtime=0), headers=headers)
        return replace(reply, headers=headers)


def _strip_moved(request: Request) -> tuple[Request, bool]:
    if not request.path.startswith(f"{_MOVED}/"):
        return request, False
    return replace(request, path=request.path.removeprefix(_MOVED)), True


def _thin(listings: pl.DataFrame, kinds: Collection[Kind]) -> pl.DataFrame:
    if "no_listings" in kinds:
        return listings.clear()
    if "halved" in kinds:
        keys = listings["listing_key"].to_numpy()
        return listings.filter(pl.Series(draw_share(keys, "halved") < 0.5))
    return listings
