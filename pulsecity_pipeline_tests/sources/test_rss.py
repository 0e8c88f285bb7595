"""Feeds: machine dates only, safe XML, and the same accounting as calendars."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.sources import rss
from pulsecity_pipeline.sources.formats import rss_blocks
from pulsecity_pipeline.sources.protocol import ReadResult
from pulsecity_pipeline_tests.sources.calendars import WINDOW, assert_accounted, ids
from pulsecity_pipeline_tests.sources.golden import golden_cases

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "payloads" / "rss"
PAGES = [case.page.read_bytes() for case in golden_cases("rss")]
HEAD = '<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/"><channel><title>T</title>'
MANGLED = settings(max_examples=100, deadline=None)


def read_feed(*items: str, before: str = "") -> ReadResult:
    blocks = "".join(f"<item>{item}</item>" for item in items)
    return rss.read(rss.split(f"{before}{HEAD}{blocks}</channel></rss>".encode()), WINDOW)


def dated(start: str, end: str = "", rest: str = "<guid>g</guid><title>t</title>") -> str:
    finish = f"<ev:enddate>{end}</ev:enddate>" if end else ""
    return f"{rest}<ev:startdate>{start}</ev:startdate>{finish}"


@pytest.mark.parametrize(
    ("stated", "wall", "zone", "is_date"),
    [
        ("2026-09-04", "2026-09-04 00:00", None, True),
        ("20260904", "2026-09-04 00:00", None, True),
        ("2026-09-04T10:30:00-0400", "2026-09-04 10:30", "-04:00", False),
        ("2026-09-04T10:30Z", "2026-09-04 10:30", "UTC", False),
        ("20260904T103000", "2026-09-04 10:30", None, False),
        ("2026-09-04T10:30:00.123+05:30", "2026-09-04 10:30", "+05:30", False),
        ("Fri, 04 Sep 2026 10:30:00 +0200", "2026-09-04 10:30", "+02:00", False),
    ],
)
def test_machine_dates(stated: str, wall: str, zone: str | None, is_date: bool) -> None:
    (row,) = read_feed(dated(stated)).rows
    found = row["start_wall"].isoformat(sep=" ", timespec="minutes"), row["start_zone"], row["start_is_date"]
    assert found == (wall, zone, is_date)


@pytest.mark.parametrize("stated", ["tomorrow", "Friday at 8", "Fri, 04 Sep 2026 7:30 PM", "2026-13-01", "1800"])
def test_a_date_no_machine_can_read_is_a_fault(stated: str) -> None:
    (fault,) = read_feed(dated(stated)).faults
    assert (fault.rule, fault.field) == ("invalid_start", "ev:startdate")


def test_a_publication_date_is_never_the_start() -> None:
    item = "<title>t</title><pubDate>Fri, 04 Sep 2026 10:30:00 GMT</pubDate><author>a@b.example (A)</author>"
    (fault,) = read_feed(item).faults
    assert (fault.pointer, fault.rule, fault.is_record) == ("item/0", "no_event_date", True)
    assert "a@b.example" not in (fault.payload or "")


def test_same_guid_on_other_dates_is_told_apart_and_on_the_same_is_a_repeat() -> None:
    result = read_feed(dated("2026-09-04"), dated("2026-09-05"), dated("2026-09-05"))
    assert (ids(result), result.repeats) == (["g#20260904", "g#20260905"], 1)


def test_an_end_before_its_start_is_dropped_and_counted() -> None:
    result = read_feed(dated("2026-09-04T10:00Z", "2026-09-04T09:00Z"))
    assert "end_wall" not in result.rows[0]
    assert result.unread["end!before_start"] == 1


def test_titles_missing_and_places_off_the_earth() -> None:
    assert [fault.rule for fault in read_feed(dated("2026-09-04", rest="<guid>1</guid>")).faults] == ["missing_title"]
    off = '<title>t</title><g:lat xmlns:g="http://www.w3.org/2003/01/geo/wgs84_pos#">99</g:lat><geo:long>0</geo:long>'
    assert "latitude" not in read_feed(dated("2026-09-04", rest=off)).rows[0]


def test_entities_neither_grow_nor_load(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    dtd = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{bomb}<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    result = read_feed(dated("2026-09-04", rest="<guid>1</guid><title>x &l11; &s; &nbsp; y</title>"), before=dtd)
    title = result.rows[0]["title"]
    assert "secret" not in title.replace("&s;", "")
    assert len(title) < 100


def test_a_broken_item_costs_only_itself() -> None:
    result = read_feed("<title>a < b & <b>c</title>" + dated("2026-09-04", rest=""), dated("2026-09-05"))
    assert "g" in ids(result)


def test_items_named_in_text_are_no_items() -> None:
    text = "<description><![CDATA[<item>no</item>]]></description><!-- <item> -->"
    split = rss.split(f"{HEAD}<item>{dated('2026-09-04')}{text}</item></channel></rss>".encode())
    assert ([record.pointer for record in split.records], split.faults) == (["item/0"], [])


def test_encodings_declared_or_not() -> None:
    feed = f"{HEAD}<item>{dated('2026-09-04', rest='<title>Café</title>')}</item></channel></rss>"
    declared = f'<?xml version="1.0" encoding="iso-8859-1"?>{feed}'.encode("latin-1")
    for body in (feed.encode(), declared, feed.encode("cp1252"), feed.encode("utf-16")):
        assert rss.read(rss.split(body), WINDOW).rows[0]["title"] == "Café"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "empty_body"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "not_a_feed"),
        (b"<html><body><rss></rss></body></html>", "not_a_feed"),
        (b"<sitemapindex></sitemapindex>", "not_a_feed"),
    ],
)
def test_other_bodies_are_page_faults(body: bytes, rule: str) -> None:
    (fault,) = rss.split(body).faults
    assert (fault.pointer, fault.rule, fault.is_record) == ("page", rule, False)


def test_an_oversized_body_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rss_blocks, "LARGEST_BODY_BYTES", 10)
    assert [fault.rule for fault in rss.split(HEAD.encode()).faults] == ["too_large"]


def test_fingerprint_ignores_publication_dates() -> None:
    def print_of(published: str, title: str) -> str:
        item = f"<item><title>{title}</title><pubDate>{published}</pubDate></item>"
        return rss.split(f"{HEAD}{item}</channel></rss>".encode()).records[0].fingerprint

    assert print_of("Mon", "a") == print_of("Tue", "a")
    assert print_of("Mon", "a") != print_of("Mon", "b")


@MANGLED
@given(st.sampled_from(PAGES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=30))
def test_flipped_bytes_are_accounted_for(page: bytes, flips: list[tuple[int, int]]) -> None:
    body = bytearray(page)
    for position, value in flips:
        body[position % len(body)] = value
    assert_accounted(rss, bytes(body))


@MANGLED
@given(st.sampled_from(PAGES), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cut_out_bytes_are_accounted_for(page: bytes, first: int, last: int) -> None:
    assert_accounted(rss, page[: first % len(page)] + page[last % len(page) :])
    assert_accounted(rss, page[: first % len(page)])


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded feeds not found in ../shared/data/payloads/rss")
def test_recorded_feeds_are_accounted_for() -> None:
    for path in sorted(RECORDED.glob("*.xml")):
        body = path.read_bytes()
        split, _ = assert_accounted(rss, body)
        assert len(split.records) == body.count(b"</item>"), path.name
