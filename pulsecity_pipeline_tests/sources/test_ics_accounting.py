"""Whatever happens to a calendar on its way, nothing raises and every record is accounted for."""

import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.sources import ics
from pulsecity_pipeline_tests.sources.calendars import assert_accounted
from pulsecity_pipeline_tests.sources.golden import golden_cases

SHARED = Path(__file__).parents[3] / "shared" / "data"
PAGES = [case.page.read_bytes() for case in golden_cases("ics") if b"VCALENDAR" in case.page.read_bytes()]
MANGLED = settings(max_examples=120, deadline=None)


@MANGLED
@given(st.sampled_from(PAGES), st.data())
def test_lost_lines_are_accounted_for(page: bytes, data: st.DataObject) -> None:
    lines = page.splitlines(keepends=True)
    lost = data.draw(st.sets(st.integers(0, len(lines) - 1), max_size=12))
    assert_accounted(ics, b"".join(line for number, line in enumerate(lines) if number not in lost))


@MANGLED
@given(st.sampled_from(PAGES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=40))
def test_flipped_bytes_are_accounted_for(page: bytes, flips: list[tuple[int, int]]) -> None:
    body = bytearray(page)
    for position, value in flips:
        body[position % len(body)] = value
    assert_accounted(ics, bytes(body))


@MANGLED
@given(st.sampled_from(PAGES), st.integers(0, 10**6))
def test_a_cut_off_calendar_keeps_its_whole_entries(page: bytes, position: int) -> None:
    body = page[: position % len(page)]
    split, _ = assert_accounted(ics, body)
    unfolded = re.sub(rb"[\r\n]+[ \t]", b"", body)
    seen = len(re.findall(rb"(?:^|[\r\n])BEGIN:VEVENT[ \t]*(?:[\r\n]|$)", unfolded))
    if seen:
        assert len(split.records) + sum(fault.is_record for fault in split.faults) == seen


@given(st.binary(max_size=400))
@MANGLED
def test_any_bytes_are_split_without_raising(body: bytes) -> None:
    assert_accounted(ics, body)
    assert_accounted(ics, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + body + b"\nEND:VEVENT\n")


@MANGLED
@given(
    st.lists(
        st.sampled_from(
            ["FREQ=DAILY", "FREQ=MONTHLY", "INTERVAL=2", "COUNT=4", "UNTIL=20270101", "BYDAY=2MO", "WKST=SU"]
        )
    )
    .map(";".join)
    .flatmap(lambda rule: st.just(rule) | st.text(max_size=30)),
    st.sampled_from(["20260831", "00010101", "99991231", "20260831T100000Z", "19700101T000000"]),
)
def test_any_rule_is_followed_or_a_fault(rule: str, start: str) -> None:
    event = f"UID:1\nSUMMARY:x\nDTSTART:{start}\nDTEND:99991231T235959\nRRULE:{rule}\n"
    assert_accounted(ics, f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n".encode())


def _payloads() -> list[Path]:
    return sorted((SHARED / "payloads" / "ics").glob("*.ics"))


@pytest.mark.skipif(not _payloads(), reason="recorded calendars not found in ../shared/data/payloads/ics")
def test_recorded_calendars_are_accounted_for() -> None:
    for path in _payloads():
        split, result = assert_accounted(ics, path.read_bytes())
        assert len(result.rows) >= 0.9 * len(split.records), path.name


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "feeds-ics.tar.xz").exists(), reason="../shared/data/feeds-ics.tar.xz not found")
def test_all_recorded_feeds_are_accounted_for() -> None:
    records = rows = 0
    with tarfile.open(SHARED / "feeds-ics.tar.xz") as archive:
        for member in archive:
            held = archive.extractfile(member) if member.name.endswith(".ics") else None
            if held is None:
                continue
            body = held.read()
            split, result = assert_accounted(ics, body)
            ends = re.sub(rb"\r?\n[ \t]", b"", body).count(b"\nEND:VEVENT")
            assert ends == len(split.records), member.name
            records, rows = records + len(split.records), rows + len(result.rows)
    assert records > 0
    assert rows > 0.99 * records
