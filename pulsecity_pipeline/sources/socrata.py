"""Source `socrata`: datasets of Socrata portals (SODA 2, `/resource/<4x4>.json`), by configured columns."""

from collections.abc import Iterable, Iterator

from pulsecity_pipeline.config.datasets import load_datasets
from pulsecity_pipeline.sources.addresses import read_query, with_query
from pulsecity_pipeline.sources.formats.dataset_rows import read_dataset, split_dataset
from pulsecity_pipeline.sources.formats.json_records import load_json
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "socrata"
#: System fields, told with `$select=:*,*`; a full replace of a dataset gives every row new ones.
_SYSTEM = (":id", ":created_at", ":updated_at", ":version")
_DEFAULT_LIMIT = 1000


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """Pages by `$offset`, until one has fewer rows than `$limit`; without `$order` rows are ordered by `:id`."""
    for feed in feeds:
        yield from follow_pages(client, feed, _next, first=Ask(_in_order(feed.url)))


def split(body: bytes) -> Split:
    """Body → one record a row; an error is an object with `message`, and the rows are the whole body."""
    return split_dataset(
        body, load_datasets(NAME), lambda content: content, volatile=_SYSTEM, errors=("message", "error")
    )


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. An `event_id` that repeats per place or day is told apart by the dataset's `id` columns."""
    return read_dataset(split, load_datasets(NAME), window, _SYSTEM)


def _next(body: bytes, ask: Ask) -> Ask | None:
    query = read_query(ask.url)
    limit = int(query.get("$limit", _DEFAULT_LIMIT))
    if len(load_json(body)) < limit:
        return None
    return Ask(with_query(ask.url, **{"$offset": int(query.get("$offset", 0)) + limit}))


def _in_order(url: str) -> str:
    """Paging without `$order` repeats rows and leaves others out: the portals promise none."""
    return url if "$order" in read_query(url) else with_query(url, **{"$order": ":id"})
