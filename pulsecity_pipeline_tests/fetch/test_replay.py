"""Replay: saved pages as feeds and answers, whatever lies on the disk."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.fetch.replay import ReplayClient, list_feeds
from pulsecity_pipeline.sources.protocol import Answer, Client, Feed

NIGHT = date(2026, 3, 9)
ADDRESS = "https://library.example/events.ics"


def save(root: Path, path: str, body: bytes = b"x", **meta: object) -> Path:
    page = root / path
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(body)
    if meta:
        page.with_name(page.name + ".meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return page


def get(root: Path, url: str, limit: int = 1000, night: date | None = None) -> Answer:
    client: Client = ReplayClient(root, night, max_body_bytes=limit)
    return client.get(url)


def test_feeds_are_the_same_in_every_night_and_place(tmp_path: Path) -> None:
    for root in (tmp_path / "one" / "2026-03-09", tmp_path / "two"):
        save(root, "ics/it-rome/choir.ics")
        save(root, "ics/it-rome/a b%.ics")
        save(root, "ics/it-rome/library.ics", url=ADDRESS + "?token=s3cr3t")
    expected = [
        Feed("ics", "a b%", "replay:ics/it-rome/a%20b%25.ics"),
        Feed("ics", "choir", "replay:ics/it-rome/choir.ics"),
        Feed("ics", "library", ADDRESS + "?token=REDACTED"),
    ]
    assert list_feeds(tmp_path / "one", NIGHT, "ics", "it-rome") == expected
    assert list_feeds(tmp_path / "two", None, "ics", "it-rome") == expected
    assert {get(tmp_path / "one", feed.url, night=NIGHT).body for feed in expected} == {b"x"}
    assert list_feeds(tmp_path / "two", None, "rss", "it-rome") == []
    assert list_feeds(tmp_path / "two", None, "ics", "_all") == []


def test_names_and_addresses_stay_apart(tmp_path: Path) -> None:
    save(tmp_path, "ics/it-rome/a.ics", b"1", url=ADDRESS)
    save(tmp_path, "ics/it-rome/a.json", b"2", url=ADDRESS)
    feeds = list_feeds(tmp_path, None, "ics", "it-rome")
    assert [feed.name for feed in feeds] == ["a.ics", "a.json"]
    assert [get(tmp_path, feed.url).body for feed in feeds] == [b"1", b"2"]


def test_answer_carries_what_the_meta_file_says(tmp_path: Path) -> None:
    save(
        tmp_path,
        "ics/it-rome/a.ics",
        b"body",
        url=ADDRESS,
        content_type="text/calendar",
        pulled_at="2026-03-09T03:00:00+01:00",
        status=200,
        etag='"7"',
        tool="any",
    )
    at = datetime(2026, 3, 9, 2, tzinfo=UTC)
    assert get(tmp_path, ADDRESS) == Answer(
        ADDRESS, "ok", 200, content_type="text/calendar", etag='"7"', body=b"body", pulled_at=at
    )
    assert get(tmp_path, "replay:ics/it-rome/a.ics").body == b"body"


def test_without_a_meta_file_nothing_is_invented(tmp_path: Path) -> None:
    save(tmp_path, "ics/it-rome/a.ics", b"")
    url = "replay:ics/it-rome/a.ics"
    assert get(tmp_path, url) == Answer(url, "ok", body=b"")


def test_time_without_an_offset_is_utc(tmp_path: Path) -> None:
    save(tmp_path, "ics/it-rome/a.ics", pulled_at="2026-03-09T02:00:00")
    assert get(tmp_path, "replay:ics/it-rome/a.ics").pulled_at == datetime(2026, 3, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("meta", "reason"),
    [
        ('{"pulled_at": "yesterday"}', "a.ics.meta.json: field pulled_at: "),
        ("{", "a.ics.meta.json: field (root): Invalid JSON"),
        ("[]", "a.ics.meta.json: field (root): "),
        ('{"status": 404}', "saved answer was HTTP 404"),
    ],
)
def test_bad_meta_fails_its_page_only(tmp_path: Path, meta: str, reason: str) -> None:
    page = save(tmp_path, "ics/it-rome/a.ics")
    page.with_name("a.ics.meta.json").write_text(meta, encoding="utf-8")
    save(tmp_path, "ics/it-rome/b.ics")
    first, second = (get(tmp_path, feed.url) for feed in list_feeds(tmp_path, None, "ics", "it-rome"))
    assert (first.outcome, second.outcome) == ("failed", "ok")
    assert (first.reason or "").startswith(reason)


def test_size_limit(tmp_path: Path) -> None:
    save(tmp_path, "ics/it-rome/a.ics", b"x" * 11)
    url = "replay:ics/it-rome/a.ics"
    assert get(tmp_path, url, limit=11).outcome == "ok"
    assert get(tmp_path, url, limit=10).reason == "body larger than 10 bytes (max_body_bytes)"


def test_unreadable_page_fails_with_a_reason(unprivileged_dir: Path) -> None:
    save(unprivileged_dir, "ics/it-rome/a.ics").chmod(0)
    got = get(unprivileged_dir, "replay:ics/it-rome/a.ics")
    assert (got.outcome, got.reason) == ("failed", "a.ics: cannot be read: Permission denied")


def test_odd_files_fail_with_a_reason(tmp_path: Path) -> None:
    folder = save(tmp_path, "ics/it-rome/ok.ics").parent
    os.mkfifo(folder / "pipe.ics")
    (folder / "broken.ics").symlink_to(folder / "absent.ics")
    (folder / "loop.ics").symlink_to(folder / "loop.ics")
    got = {feed.name: get(tmp_path, feed.url) for feed in list_feeds(tmp_path, None, "ics", "it-rome")}
    assert {name: answer.outcome for name, answer in got.items()} == {
        "broken": "failed",
        "loop": "failed",
        "ok": "ok",
        "pipe": "failed",
    }
    assert got["pipe"].reason == "pipe.ics: not a regular file"


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    secret = save(tmp_path, "outside/secret", b"secret")
    root = tmp_path / "root"
    inside = save(root, "ics/it-rome/a.ics")
    (inside.parent / "link.ics").symlink_to(secret)
    (inside.parent / "fine.ics").symlink_to(inside)
    (root / "ics" / "us-ca-davis").symlink_to(secret.parent)
    assert get(root, "replay:ics/it-rome/link.ics").reason == "link.ics: a link that leads out of the folder"
    assert get(root, "replay:ics/us-ca-davis/secret").outcome == "failed"
    assert get(root, "replay:ics/it-rome/fine.ics").body == b"x"


@pytest.mark.parametrize(
    "url",
    [
        "replay:ics/../a",
        "replay:../../etc/passwd",
        "replay:ics/it-rome/%2E%2E",
        "replay:ics/it-rome/..%2Fa",
        "replay:",
        "replay:/etc/passwd",
        "replay:ics/it-rome/a%00",
        "replay:a/b/c/d",
        "https://absent.example/x",
        "",
    ],
)
def test_other_addresses_fail(tmp_path: Path, url: str) -> None:
    save(tmp_path, "ics/it-rome/a.ics")
    got = get(tmp_path, url)
    assert got.outcome == "failed"
    assert got.reason


def test_address_saved_for_several_cities(tmp_path: Path) -> None:
    save(tmp_path, "ics/it-rome/a.ics", b"rome", url=ADDRESS)
    save(tmp_path, "ics/us-ca-davis/a.ics", b"davis", url=ADDRESS)
    assert ReplayClient(tmp_path, None, 1000, city_id="us-ca-davis").get(ADDRESS).body == b"davis"
    reason = "several pages saved for this address: ics/it-rome/a.ics, ics/us-ca-davis/a.ics"
    assert get(tmp_path, ADDRESS).reason == reason


def test_name_that_is_no_text_still_replays(tmp_path: Path) -> None:
    folder = save(tmp_path, "ics/it-rome/a.ics").parent
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.ics")).write_bytes(b"raw")
    feed = list_feeds(tmp_path, None, "ics", "it-rome")[1]
    assert (feed.name, feed.url) == ("\ufffd", "replay:ics/it-rome/%FF.ics")
    assert get(tmp_path, feed.url).body == b"raw"


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_never_raises_for_an_address(text: str) -> None:
    client = ReplayClient(Path(__file__).parent, None, 10)
    assert client.get(text).outcome == client.get("replay:" + text).outcome == "failed"
