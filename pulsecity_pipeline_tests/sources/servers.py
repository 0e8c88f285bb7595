"""A client that answers addresses from a table, and remembers what it was asked."""

import json
from collections.abc import Mapping
from typing import Any

from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage, Source, Validators


class TableClient:
    """Answers `pages` by url (JSON, text or bytes); an address that is not in it is a 404."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, bytes | None]] = []

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        self.asked.append((url, body))
        if url not in self.pages:
            return Answer(url, "failed", status=404, reason="404")
        page = self.pages[url]
        if isinstance(page, str):
            page = page.encode()
        return Answer(url, "ok", status=200, body=page if isinstance(page, bytes) else json.dumps(page).encode())


def fetch_pages(source: Source, url: str, pages: Mapping[str, Any]) -> tuple[list[FetchedPage], list[str]]:
    """What `source` fetches of a feed at `url`, and the addresses it asked for."""
    client = TableClient(pages)
    found = list(source.fetch(client, [Feed(source.NAME, "feed", url)], {}))
    return found, [asked for asked, _ in client.asked]
