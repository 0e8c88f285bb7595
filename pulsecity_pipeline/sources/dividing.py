"""Asking a source that hands out no more than so many rows a query: its time is halved until every answer fits."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import chain
from typing import NamedTuple

from pulsecity_pipeline.sources.paging import Ask, NextAsk, follow_pages
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage

_DAY = timedelta(days=1)


class Slice(NamedTuple):
    """What one query asks for: `first` to `last` (None where it has no dates), and of that one `part` (None: all)."""

    first: datetime | None = None
    last: datetime | None = None
    part: str | None = None

    def divide(self, parts: Sequence[str]) -> "list[Slice]":
        """Its halves by whole days, which share their edge; of a day its parts; of a part nothing."""
        if self.part is not None:
            return []
        if self.first is None or self.last is None or self.last - self.first <= _DAY:
            return [self._replace(part=part) for part in parts]
        middle = self.first + max((self.last - self.first).days // 2, 1) * _DAY
        return [self._replace(last=middle), self._replace(first=middle)]


class Tally(NamedTuple):
    """What a page says of its query: how many records that has in all (None where it does not say), and the ids of
    those on the page.
    """

    promised: int | None
    ids: Sequence[str]


class _Found(NamedTuple):
    """The ids that came, and False where a failed page has said already why some did not."""

    ids: set[str]
    is_whole: bool


_Walk = Generator[FetchedPage, None, _Found]


@dataclass
class Division:
    """How one feed is asked in slices.

    `ask` makes the first request of a slice, `next_ask` the one after a page, `count` reads the tally of a page. A
    slice that promises more than `most_rows` is divided, a day of it by `parts`.
    """

    client: Client
    feed: Feed
    ask: Callable[[Slice], Ask]
    next_ask: NextAsk
    count: Callable[[bytes], Tally]
    most_rows: int
    parts: Sequence[str]
    #: A 429 outlived the client's own retries: no spike, but the end of a quota. Nothing is asked after it.
    is_refused: bool = False

    def follow(self, whole: Slice) -> Iterator[FetchedPage]:
        """The pages of all slices of `whole`, but for the first pages of those that were too full.

        A failed page `<address>#incomplete` says where fewer distinct records came than were promised, and where a
        page does not say how many there are.
        """
        yield from self._walk(whole)

    def _walk(self, piece: Slice) -> _Walk:
        if self.is_refused:
            return _Found(set(), is_whole=False)
        pages = follow_pages(self.client, self.feed, self.next_ask, first=self.ask(piece))
        opening = next(pages)
        promised = self._count(opening).promised
        smaller = piece.divide(self.parts) if promised and promised > self.most_rows else []
        found = yield from self._walk_all(smaller) if smaller else self._deliver(chain([opening], pages))
        if not found.is_whole or (promised is not None and len(found.ids) >= promised):
            return found
        total = "an unknown number of" if promised is None else promised
        yield _fault(opening, f"incomplete: {len(found.ids)} of {total} records came")
        return _Found(found.ids, is_whole=False)

    def _walk_all(self, pieces: Iterable[Slice]) -> _Walk:
        ids, is_whole = set[str](), True
        for piece in pieces:
            found = yield from self._walk(piece)
            ids, is_whole = ids | found.ids, is_whole and found.is_whole
        return _Found(ids, is_whole)

    def _deliver(self, pages: Iterable[FetchedPage]) -> _Walk:
        ids, is_whole = set[str](), True
        for page in pages:
            yield page
            ids.update(self._count(page).ids)
            is_whole = is_whole and page.answer.outcome != "failed"
            self.is_refused = self.is_refused or page.answer.status == HTTPStatus.TOO_MANY_REQUESTS
        return _Found(ids, is_whole)

    def _count(self, page: FetchedPage) -> Tally:
        try:
            tally = self.count(page.answer.body or b"")
            return tally if isinstance(tally.promised, int) else tally._replace(promised=None)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return Tally(None, ())


def _fault(page: FetchedPage, reason: str) -> FetchedPage:
    answer = page.answer
    return FetchedPage(page.feed, Answer(f"{answer.url}#incomplete", "failed", status=answer.status, reason=reason))
