"""A source whose own code fails costs its own pages: said, counted, and nothing else stops."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from pulsecity_pipeline.city_run.pulling import page_frames, pull_feeds
from pulsecity_pipeline.city_run.reading import KnownRecords, read_pages
from pulsecity_pipeline.contracts import Page
from pulsecity_pipeline.sources import ics
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed, FetchedPage, Source, Split, Validators, Window
from pulsecity_pipeline_tests.defs.toy import DOWNTOWN

AT = datetime(2027, 3, 1, tzinfo=UTC)
FEEDS = [Feed("ics", name, f"https://{name}.example/a.ics?token=s3cret") for name in ("good", "bad", "late")]


class Bytes:
    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        return Answer(url.partition("?")[0], "ok", 200, body=DOWNTOWN.encode())


def fetch_some(client: Client, feeds: Iterable[Feed], _: dict[str, Validators]) -> Iterator[FetchedPage]:
    for feed in feeds:
        if feed.name == "bad":
            raise RuntimeError(f"cannot cope with {feed.url}")
        yield FetchedPage(feed, client.get(feed.url))


def test_a_source_that_raises_while_fetching_fails_its_feed_and_hides_the_key() -> None:
    source = cast("Source", SimpleNamespace(NAME="ics", fetch=fetch_some))
    pages = pull_feeds(source, FEEDS, Bytes(), {})
    assert {page.feed.name: page.answer.outcome for page in pages} == {"good": "ok", "bad": "failed", "late": "ok"}
    reason = next(page.answer.reason for page in pages if page.feed.name == "bad")
    assert "RuntimeError" in (reason or "")
    assert "s3cret" not in (reason or "")


def test_a_page_that_its_source_cannot_read_is_one_fault(monkeypatch: Any) -> None:
    fetched = [FetchedPage(feed, Bytes().get(feed.url)) for feed in FEEDS[:2]]
    pages, bodies = page_frames(fetched, city_id="us-ca-davis", night=date(2027, 3, 1), at=AT, earlier=Page.empty())
    genuine, asked = ics.read, list[int]()

    def read_once(split: Split, window: Window) -> Any:
        asked.append(1)
        if len(asked) == 1:
            raise ZeroDivisionError("broken on purpose")
        return genuine(split, window)

    monkeypatch.setattr(ics, "read", read_once)
    kept = dict(bodies.select("body_sha256", "body").iter_rows())
    read = read_pages(
        pages, kept, {"ics": cast("Source", ics)}, Window.around(date(2027, 3, 1)), KnownRecords.nothing()
    )
    assert read.faults["rule"].unique().to_list() == ["source_error"]
    assert read.faults.filter("is_record").height == 3
    assert read.readings.filter(pl.col("feed") == "good").height == 2
