"""Pages that a lake keeps come out as they were received."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pulsecity_pipeline.city_run.pulling import page_frames
from pulsecity_pipeline.contracts import Body, Page
from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage
from pulsecity_pipeline.store.kept_pages import list_kept_feeds, read_kept_pages
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2

AT = datetime(2026, 8, 22, tzinfo=UTC)
SEEN = datetime(2026, 8, 22, 9, 30, 1, 5, UTC)


def answer(feed: str, url: str, **said: Any) -> FetchedPage:
    return FetchedPage(Feed("ics", feed, url), Answer(url, **said))


FIRST = [
    answer("city", "https://a.example/1", outcome="ok", status=200, etag='"1"', body=b"one", pulled_at=SEEN),
    answer("city", "https://a.example/2", outcome="ok", status=200, content_type="text/calendar", body=b"two"),
    answer("shared", "https://a.example/1", outcome="failed", status=503, reason="HTTP 503"),
    answer("gone", "https://b.example/", outcome="failed", reason="timeout after 20 s"),
]
SECOND = [
    answer("city", "https://a.example/1", outcome="not_modified", status=304, etag='"1"', last_modified="yesterday"),
    answer("city", "https://a.example/2", outcome="ok", status=200, body=b""),
]


def keep(lake: Lake, fetched: list[FetchedPage], night: Any) -> None:
    earlier = lake.scan(Page).collect()
    pages, bodies = page_frames(fetched, city_id=DAVIS, night=night, at=AT, earlier=earlier)
    lake.append_missing(Body, bodies, partition=DAVIS)
    lake.replace(Page, pages, partition=DAVIS, night=night)


def test_pages_kept_from_kept_pages_are_the_same(tmp_path: Path) -> None:
    lake, again = Lake(tmp_path / "lake"), Lake(tmp_path / "again")
    keep(lake, FIRST, NIGHT_1)
    keep(lake, SECOND, NIGHT_2)
    second = read_kept_pages(lake, city_id=DAVIS, source="ics", night=NIGHT_2)
    assert second[0].answer.body == b"one", "what a confirmation confirms comes with it"
    # The second night alone: what it refers to is kept no longer.
    keep(again, second, NIGHT_2)
    keep(again, read_kept_pages(lake, city_id=DAVIS, source="ics", night=NIGHT_1), NIGHT_1)
    before, after = (side.scan(Page).collect().sort("page_id") for side in (lake, again))
    assert before.height == 6
    assert after.equals(before)


def test_every_page_of_a_feed_is_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    keep(lake, FIRST, NIGHT_1)
    feeds = list_kept_feeds(lake, city_id=DAVIS, source="ics", night=NIGHT_1)
    assert [(feed.name, feed.url[-3:]) for feed in feeds] == [
        ("city", "e/1"),
        ("city", "e/2"),
        ("gone", "le/"),
        ("shared", "e/1"),
    ]
    assert list_kept_feeds(lake, city_id=DAVIS, source="rss", night=NIGHT_1) == []
    assert list_kept_feeds(lake, city_id=DAVIS, source="ics", night=NIGHT_2) == []
