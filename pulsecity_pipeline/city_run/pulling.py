"""Pulling: the pages of a city's feeds, as rows of raw.pages and raw.bodies."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from pulsecity_pipeline.contracts import Body, Page
from pulsecity_pipeline.fetch.address import show_address
from pulsecity_pipeline.fetch.redaction import redact_url
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, Source, Validators

logger = logging.getLogger(__name__)

#: Hosts asked at the same time; one host is never asked twice at once.
HOST_THREADS = 8


def pull_feeds(
    source: Source, feeds: Iterable[Feed], client: Client, known: Mapping[str, Validators]
) -> list[FetchedPage]:
    """Fetch the feeds of one source, hosts side by side; sorted by feed and URL. `known` goes by stored address."""
    by_host: dict[str, list[Feed]] = defaultdict(list)
    validators: dict[str, Validators] = {}
    for feed in feeds:
        by_host[urlsplit(feed.url).hostname or ""].append(feed)
        validators[feed.url] = known.get(show_address(feed.url), Validators())
    with ThreadPoolExecutor(max_workers=HOST_THREADS, thread_name_prefix="pull") as pool:
        pulled = pool.map(lambda group: _pull_host(source, group, client, validators), by_host.values())
        pages = [page for group in pulled for page in group]
    return sorted(pages, key=lambda page: (page.feed.name, page.answer.url))


def _pull_host(
    source: Source, feeds: list[Feed], client: Client, validators: dict[str, Validators]
) -> list[FetchedPage]:
    pages: list[FetchedPage] = []
    try:
        pages.extend(source.fetch(client, feeds, validators))
    except Exception as error:
        # Whatever a source's own code does wrong: its remaining feeds failed, and the others go on.
        logger.exception("source %s failed", source.NAME)
        reason = redact_url(f"source {source.NAME}: {type(error).__name__}: {error}")
        answered = {page.feed for page in pages}
        pages += [
            FetchedPage(feed, Answer(show_address(feed.url), "failed", reason=reason))
            for feed in feeds
            if feed not in answered
        ]
    return pages


def last_validators(pages: pl.DataFrame) -> dict[str, Validators]:
    """Stored address → validators of its last answer with a body; from rows of raw.pages."""
    known = pages.filter(pl.col("body_sha256").is_not_null()).sort("night").unique("url", keep="last")
    rows = known.select("url", "etag", "last_modified").iter_rows()
    return {url: Validators(etag, modified) for url, etag, modified in rows if etag or modified}


def page_frames(
    fetched: Iterable[FetchedPage], *, city_id: str, night: date, at: datetime, earlier: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pages as (raw.pages, raw.bodies) rows; a page not modified points to the body in `earlier` rows of raw.pages."""
    bodies_by_url = dict(
        earlier.filter(pl.col("body_sha256").is_not_null()).sort("night").select("url", "body_sha256").iter_rows()
    )
    rows = [_page_row(page, city_id, night, at, bodies_by_url) for page in fetched]
    bodies = {
        row["body_sha256"]: {"body_sha256": row["body_sha256"], "pull_city_id": city_id, "body": page.answer.body}
        for row, page in zip(rows, fetched, strict=True)
        if page.answer.body is not None
    }
    pages = pl.DataFrame(rows, schema=Page.polars_schema()).sort("page_id")
    return pages, pl.DataFrame(list(bodies.values()), schema=Body.polars_schema()).sort("body_sha256")


def _page_row(
    page: FetchedPage, city_id: str, night: date, at: datetime, bodies_by_url: Mapping[str, str]
) -> dict[str, Any]:
    answer, feed = page.answer, page.feed
    digest = hashlib.sha256(answer.body).hexdigest() if answer.body is not None else None
    if answer.outcome == "not_modified" and digest is None:
        digest = bodies_by_url.get(answer.url)
    return {
        "page_id": hash_id("pag", feed.source, feed.name, city_id, night.isoformat(), answer.url),
        "source": feed.source,
        "feed": feed.name,
        "pull_city_id": city_id,
        "night": night,
        "pulled_at": (answer.pulled_at or at).astimezone(UTC),
        "url": answer.url,
        "status": answer.status,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "content_type": answer.content_type,
        "etag": answer.etag,
        "last_modified": answer.last_modified,
        "body_sha256": digest,
        "size_bytes": len(answer.body) if answer.body is not None and answer.outcome == "ok" else None,
    }
