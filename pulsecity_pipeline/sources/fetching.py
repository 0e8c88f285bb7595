"""How a source whose feeds are single files fetches them: each address once, conditionally."""

from collections.abc import Iterable, Iterator

from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, Validators


def fetch_feeds(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed, in the order given; `validators` by URL make the request conditional."""
    for feed in feeds:
        yield FetchedPage(feed, client.get(feed.url, validators.get(feed.url, Validators())))
