"""xCal: what iCalendar says in XML, whatever the prefixes; safe from entities; one bad event costs only itself."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.sources import xcal
from pulsecity_pipeline.sources.protocol import ReadResult
from pulsecity_pipeline_tests.sources.calendars import WINDOW, assert_accounted, ids, starts
from pulsecity_pipeline_tests.sources.golden import golden_cases

PAGES = [case.page.read_bytes() for case in golden_cases("xcal")]
START = "<dtstart><date>2026-09-04</date></dtstart>"


def read(*events: str, before: str = "", root: str = "icalendar") -> ReadResult:
    blocks = "".join(f"<vevent><properties>{event}</properties></vevent>" for event in events)
    body = f"{before}<{root}><vcalendar><components>{blocks}</components></vcalendar></{root}>"
    return xcal.read(xcal.split(body.encode()), WINDOW)


def event(text: str = "t", rest: str = START) -> str:
    return f"<uid><text>{text}</text></uid><summary><text>{text}</text></summary>{rest}"


@pytest.mark.parametrize(
    ("dtstart", "wall", "zone", "is_date"),
    [
        ("<date>2026-09-04</date>", "2026-09-04T00:00:00", None, True),
        ("<date-time>2026-09-04T10:30:00Z</date-time>", "2026-09-04T10:30:00", "UTC", False),
        ("<date-time>20260904T103000</date-time>", "2026-09-04T10:30:00", None, False),
        (
            "<parameters><tzid><text>Europe/Rome</text></tzid></parameters><date-time>2026-09-04T10:30:00</date-time>",
            "2026-09-04T10:30:00",
            "Europe/Rome",
            False,
        ),
        ("<date-time>2026-09-04T10:30:00-04:00</date-time>", "2026-09-04T14:30:00", "UTC", False),
        ("2026-09-04", "2026-09-04T00:00:00", None, True),
        ("20260904T103000Z", "2026-09-04T10:30:00", "UTC", False),
    ],
)
def test_starts(dtstart: str, wall: str, zone: str | None, is_date: bool) -> None:
    (row,) = read(event(rest=f"<dtstart>{dtstart}</dtstart>")).rows
    assert (row["start_wall"].isoformat(), row["start_zone"], row["start_is_date"]) == (wall, zone, is_date)


@pytest.mark.parametrize(
    "rule",
    [
        "<rrule><recur><freq>DAILY</freq><count>2</count></recur></rrule>",
        "<rrule>FREQ=DAILY;COUNT=2</rrule>",
        '<rrule freq="DAILY" count="2"/>',
        "<rrule><recur><freq>DAILY</freq><until>2026-09-05</until></recur></rrule>",
    ],
)
def test_rules(rule: str) -> None:
    assert starts(read(event(rest=START + rule))) == ["2026-09-04 00:00", "2026-09-05 00:00"]


def test_text_that_looks_like_icalendar_stays_text() -> None:
    text = "a\\, b; c,\nEND:VEVENT\rBEGIN:VEVENT\r\nX"
    (row,) = read(event(rest=f"{START}<description><text>{text}</text></description><begin>VEVENT</begin>")).rows
    assert row["description"].replace("\r", "\n").split("\n") == ["a\\, b; c,", "END:VEVENT", "BEGIN:VEVENT", "X"]


def test_prefixes_do_not_matter() -> None:
    body = (
        '<x:icalendar xmlns:x="urn:ietf:params:xml:ns:icalendar-2.0"><x:vcalendar><x:components><x:vevent><x:properties>'
        "<x:uid><x:text>1</x:text></x:uid><x:summary><x:text>t</x:text></x:summary>"
        '<x:dtstart xmlns:y="urn:y" y:note="n"><x:date>2026-09-04</x:date></x:dtstart>'
        "</x:properties></x:vevent></x:components></x:vcalendar></x:icalendar>"
    )
    assert ids(xcal.read(xcal.split(body.encode()), WINDOW)) == ["1"]


def test_entities_neither_grow_nor_load(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    dtd = f'<!DOCTYPE icalendar [<!ENTITY l0 "lol">{bomb}<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    (row,) = read(event("x &l11; &s; &eacute; & y"), before=dtd).rows
    assert row["title"] == "x &l11; &s; é & y"


def test_a_broken_event_costs_only_itself() -> None:
    result = read(event("a"), "<summary><text>b</summary>", event("c"))
    assert (ids(result), [row["pointer"] for row in result.rows]) == (["a", "c"], ["vevent/0", "vevent/2"])


def test_events_named_in_text_are_no_events() -> None:
    (row,) = read(event(rest=f"{START}<description><text><![CDATA[</vevent><vevent>]]></text></description>")).rows
    assert row["description"] == "</vevent><vevent>"


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (b"", ["empty_body"]),
        (b"<html><body>no</body></html>", ["not_a_calendar"]),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", ["not_a_calendar"]),
        (b"<icalendar><vcalendar/></icalendar>", []),
        (b"<rss><item><c:vevent xmlns:c='urn:c'><c:uid>1</c:uid></c:vevent></item></rss>", []),
        (b"<icalendar><vcalendar><vevent><uid>1</uid>", ["unreadable_record", "missing_calendar_end"]),
        (b"<icalendar><vcalendar><vevent>\x01&#1;</vevent></vcalendar></icalendar>", ["unreadable_record"]),
    ],
)
def test_pages_that_are_no_whole_calendar(body: bytes, rules: list[str]) -> None:
    assert [fault.rule for fault in xcal.split(body).faults] == rules


def test_an_oversized_body_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xcal, "LARGEST_BODY_BYTES", 10)
    assert [fault.rule for fault in xcal.split(b"<icalendar></icalendar>").faults] == ["too_large"]


def test_private_entries_and_addresses_are_not_kept() -> None:
    result = read(event(rest=f"{START}<class><text>PRIVATE</text></class>"), event("b", ""))
    assert [(fault.rule, fault.payload is None) for fault in result.faults] == [
        ("not_public", True),
        ("missing_start", False),
    ]
    attendee = "<attendee><cal-address>mailto:x@a.example</cal-address></attendee>"
    (fault,) = read(event(rest=attendee)).faults
    assert "x@a.example" not in (fault.payload or "")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PAGES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=30))
def test_flipped_bytes_are_accounted_for(page: bytes, flips: list[tuple[int, int]]) -> None:
    body = bytearray(page)
    for position, value in flips:
        body[position % len(body)] = value
    assert_accounted(xcal, bytes(body))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PAGES), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cut_out_bytes_are_accounted_for(page: bytes, first: int, last: int) -> None:
    assert_accounted(xcal, page[: first % len(page)] + page[last % len(page) :])
