"""A source that is none, two sites of it, and how to ask a running server."""

import http.client
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from urllib.parse import urlsplit

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.publishing.listing import LISTING
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site
from pulsecity_pipeline.sandbox.serving.server import SandboxServer

NIGHT = date(2026, 11, 21)
ARBOR = Site("stub", "arbor", "us-tx-austin", "Arbor", "api.stub.test.sandbox.example", "/v1/events", "city=austin")
BRIDGE = Site("stub", "bridge", "de-berlin", "Bridge", "api.stub.test.sandbox.example", "/v1/events", "city=berlin")
Answered = tuple[int, dict[str, str], bytes]


class StubDialect:
    """JSON: the titles of a site's listings, the words of the request and its body."""

    NAME = "stub"

    def list_sites(self, city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
        return [site for site in (ARBOR, BRIDGE) if site.city_id == city.city_id]

    def find_site(self, request: Request, sites: Sequence[Site]) -> Site | None:
        wanted = f"city={request.query.get('city')}"
        return next((site for site in sites if site.path == request.path and wanted in site.query), None)

    def answer(self, site: Site, listings: pl.DataFrame, request: Request) -> Reply:
        if "boom" in request.query:
            raise ValueError("boom")
        events = [
            {"id": row["native_id"], "title": row["title"], "url": "http://x"} for row in listings.iter_rows(named=True)
        ]
        said = {"events": events, "asked": dict(request.query), "posted": request.body.decode()}
        return Reply(json.dumps(said, ensure_ascii=False).encode(), "application/json")


def make_listings(site: Site, count: int = 20) -> pl.DataFrame:
    rows = [
        {
            "source": site.source,
            "feed": site.feed,
            "city_id": site.city_id,
            "listing_key": 977 * n + 13,
            "native_id": f"n{n}",
            "title": f"{site.title} – night {n}",
            "starts_local": datetime.combine(date(2026, 12, 1 + n), time(20)),
            "timezone": "UTC",
        }
        for n in range(count)
    ]
    return pl.DataFrame(rows, schema={name: LISTING[name] for name in rows[0]})


def serve(**options: object) -> SandboxServer:
    given: dict[str, object] = {"sites": [ARBOR, BRIDGE], "load_listings": make_listings, "night": NIGHT}
    return SandboxServer(**{**given, "dialects": {"stub": StubDialect()}, **options})  # type: ignore[arg-type]


def ask(server: SandboxServer, url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answered:
    """One request to the loopback address that names the URL's host."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    stated = {name.replace("_", "-"): value for name, value in headers.items()}
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(method, path, body, headers={"Host": parts.netloc, **stated})
    response = connection.getresponse()
    answered = (response.status, dict(response.getheaders()), response.read())
    connection.close()
    return answered
