"""Polling: the pages of an endpoint of interactions, cursor after cursor, through the polite client."""

from dataclasses import dataclass

import orjson

from pulsecity_pipeline.config.interactions import EndpointEntry
from pulsecity_pipeline.interactions.drops import Drop
from pulsecity_pipeline.sources.addresses import with_query
from pulsecity_pipeline.sources.paging import Ask, NextAsk, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed


@dataclass(frozen=True)
class Polled:
    """The pages of one endpoint in order, and why it ended early; None where it was seen to its end."""

    endpoint: str
    pages: list[Drop]
    failure: str | None


def poll(endpoint: EndpointEntry, client: Client) -> Polled:
    """Ask for every page; never raises for what the network or the server does, and keeps what came before."""
    feed, pages = Feed("interactions", endpoint.name, endpoint.url), list[Drop]()
    for page in follow_pages(client, feed, _next_page(endpoint), most_pages=endpoint.most_pages):
        if page.answer.outcome != "ok" or page.answer.body is None:
            return Polled(endpoint.name, pages, page.answer.reason or "no answer")
        pages.append(Drop(f"endpoint/{endpoint.name}", page.answer.body, records=endpoint.records))
    return Polled(endpoint.name, pages, None)


def _next_page(endpoint: EndpointEntry) -> NextAsk:
    def next_ask(body: bytes, ask: Ask) -> Ask | None:
        cursor = orjson.loads(body)[endpoint.cursor_field]
        if not isinstance(cursor, str | int) or cursor == "":
            return None
        return Ask(with_query(endpoint.url, **{endpoint.cursor_parameter: cursor}))

    return next_ask
