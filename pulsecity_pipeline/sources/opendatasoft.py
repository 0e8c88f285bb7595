"""Source `opendatasoft`: datasets of Opendatasoft portals (Explore API 2.1, 2.0 and 1.0), by configured columns."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from pulsecity_pipeline.config.datasets import load_datasets
from pulsecity_pipeline.sources.addresses import read_query, with_query
from pulsecity_pipeline.sources.formats.dataset_rows import read_dataset, split_dataset
from pulsecity_pipeline.sources.formats.json_records import load_json
from pulsecity_pipeline.sources.formats.json_values import pick
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "opendatasoft"
_VOLATILE = ("updated_at", "updatedat", "rank", "weight")
_DEFAULT_LIMIT = 10


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """An export (`/exports/json`) is one page; records are paged by `offset`.

    Beyond 10,000 records the API refuses the offset: that page fails, and says that an export is what is needed.
    """
    for feed in feeds:
        yield from follow_pages(client, feed, _next)


def split(body: bytes) -> Split:
    """Body → one record a row; errors are objects with `error_code` and `message`."""
    return split_dataset(
        body, load_datasets(NAME), _list_rows, volatile=_VOLATILE, errors=("message", "error_code", "error")
    )


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows, and expansions within `window` where a dataset states all slots of a row."""
    return read_dataset(split, load_datasets(NAME), window)


def _list_rows(content: Any) -> Any:
    """2.1 `results`; 2.0 `records[].record.fields`; 1.0 `records[].fields`; an export is a list; a record is itself."""
    if isinstance(content, list):
        return content
    if "results" in content or any(mark <= content.keys() for mark in _all_marks()):
        return content.get("results", [content])
    rows = content["records"]
    return [pick(row, "record.fields") or pick(row, "fields") or row for row in rows]


def _all_marks() -> list[frozenset[str]]:
    return [dataset.marks for dataset in load_datasets(NAME).values()]


def _next(body: bytes, ask: Ask) -> Ask | None:
    content = load_json(body)
    if not isinstance(content, dict) or not urlsplit(ask.url).path.rstrip("/").endswith("records"):
        return None
    query = read_query(ask.url)
    offset = int(query.get("offset", 0)) + int(query.get("limit", _DEFAULT_LIMIT))
    if not content.get("results") or offset >= int(content["total_count"]):
        return None
    return Ask(with_query(ask.url, offset=offset))
