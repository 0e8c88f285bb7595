"""Kept pages: what a lake's raw tables say was received in a night, as answers that can be taken in once more."""

from datetime import date
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Body, Page
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage
from pulsecity_pipeline.store.lake import Lake


def list_kept_feeds(lake: Lake, *, city_id: str, source: str, night: date) -> list[Feed]:
    """Addresses asked of one source that night, sorted by feed and address; a feed of several pages is named often."""
    rows = _scan_pages(lake, city_id, source, night).select("feed", "url").sort("feed", "url").collect()
    return [Feed(source, feed, url) for feed, url in rows.iter_rows()]


def read_kept_pages(lake: Lake, *, city_id: str, source: str, night: date) -> list[FetchedPage]:
    """The pages of one source and night as they were received, sorted by feed and address.

    An answer `not_modified` brings the body that it confirmed, for the pages it refers to may be kept no longer.
    """
    pages = _scan_pages(lake, city_id, source, night).sort("feed", "url").collect()
    bodies = read_bodies(lake, pages)
    return [
        FetchedPage(Feed(source, page["feed"], page["url"]), _to_answer(page, bodies))
        for page in pages.iter_rows(named=True)
    ]


def read_bodies(lake: Lake, pages: pl.DataFrame) -> dict[str, bytes]:
    """The bodies that rows of raw.pages point to, by SHA-256; a body that is not kept is left out."""
    wanted = pages["body_sha256"].drop_nulls().unique().sort()
    rows = lake.scan(Body, partitions=pages["pull_city_id"].unique().sort().to_list())
    found = rows.filter(pl.col("body_sha256").is_in(wanted.implode())).select("body_sha256", "body").collect()
    return dict(found.iter_rows())


def _scan_pages(lake: Lake, city_id: str, source: str, night: date) -> pl.LazyFrame:
    return lake.scan(Page, partitions=[city_id], night=night).filter(pl.col("source") == source)


def _to_answer(page: dict[str, Any], bodies: dict[str, bytes]) -> Answer:
    said = ("url", "outcome", "status", "reason", "content_type", "etag", "last_modified", "pulled_at")
    return Answer(**{name: page[name] for name in said}, body=bodies.get(page["body_sha256"]))
