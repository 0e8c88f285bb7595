"""Walking the pages of a feed: one after the other until the source says it was the last, and never in circles."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, Validators

#: No city of any source has so many pages; what goes on is a server that does not end.
MOST_PAGES = 200


class Ask(NamedTuple):
    """One request: an address, and a body (JSON) where it is asked by POST."""

    url: str
    body: bytes | None = None


NextAsk = Callable[[bytes, Ask], Ask | None]


def follow_pages(
    client: Client, feed: Feed, next_ask: NextAsk, *, first: Ask | None = None, most_pages: int | None = None
) -> Iterator[FetchedPage]:
    """The pages of a feed in order; `next_ask(body, ask)` names the one after a body, or None after the last.

    Ends, with a failed page that says why, at a page that fails, an address asked before (a repeated cursor), a body
    seen before, and after `most_pages` (MOST_PAGES); what came before stands. A body that `next_ask` cannot read is
    the last page, which `split` will refuse. Pages are asked for unconditionally: what follows is told by a body alone.
    """
    ask, asked, bodies, most = first or Ask(feed.url), set[Ask](), set[str](), most_pages or MOST_PAGES
    while True:
        asked.add(ask)
        answer = client.get(ask.url, Validators(), ask.body)
        if answer.body is None or answer.outcome != "ok":
            yield FetchedPage(feed, answer)
            return
        digest = hashlib.sha256(answer.body).hexdigest()
        if digest in bodies:
            yield _stop(feed, answer, "the same page again")
            return
        bodies.add(digest)
        yield FetchedPage(feed, answer)
        following = _next(next_ask, answer.body, ask)
        if following is None:
            return
        if following in asked:
            yield _stop(feed, replace(answer, url=f"{answer.url}#again"), "the page after it is one asked before")
            return
        if len(asked) >= most:
            yield _stop(feed, replace(answer, url=f"{answer.url}#more"), f"more than {most} pages")
            return
        ask = following


def _next(next_ask: NextAsk, body: bytes, ask: Ask) -> Ask | None:
    try:
        return next_ask(body, ask)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def _stop(feed: Feed, answer: Answer, reason: str) -> FetchedPage:
    return FetchedPage(feed, Answer(answer.url, "failed", status=answer.status, reason=f"endless pages: {reason}"))
