"""Cutting calendars: folding, line ends, encodings, truncation, and bodies that are no calendars."""

import pytest

from pulsecity_pipeline.sources import ics
from pulsecity_pipeline_tests.sources.calendars import WINDOW, calendar

EVENT = "UID:1\nDTSTART:20260901T100000Z\nSUMMARY:Café"


def test_folds_inside_names_fences_and_characters_are_joined() -> None:
    body = calendar(EVENT).replace(b"BEGIN:VEVENT", b"BE\r\n GIN:VEVENT")
    body = body.replace("é".encode(), b"\xc3\r\n \xa9").replace(b"DTSTART", b"DTST\n\tART")
    (record,) = ics.split(body).records
    assert record.payload.decode() == f"BEGIN:VEVENT\n{EVENT}\nEND:VEVENT"


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\r\r\n"])
def test_every_line_end_gives_the_same_records(end: bytes) -> None:
    assert ics.split(calendar(EVENT, EVENT).replace(b"\n", end)).records == ics.split(calendar(EVENT, EVENT)).records


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\n\n", b"Warning: on line 3\n"])
def test_what_stands_before_the_calendar_does_no_harm(prefix: bytes) -> None:
    split = ics.split(prefix + calendar(EVENT))
    assert len(split.records) == 1
    assert not split.faults


def test_only_invalid_bytes_are_read_as_windows_1252() -> None:
    body = calendar("UID:1\nDTSTART:20260901T100000Z\nSUMMARY:X").replace(b"SUMMARY:X", b"SUMMARY:\xe9 \xc3\xa9 \x96")
    assert ics.read(ics.split(body), WINDOW).rows[0]["title"] == "é é –"


def test_context_is_what_the_calendar_says_outside_its_events() -> None:
    zone = "BEGIN:VTIMEZONE\nTZID:Custom\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
    head = f"PRODID:-//x\nMETHOD:PUBLISH\nX-WR-TIMEZONE:Europe/Rome\nX-WR-CALNAME:Mill\n{zone}"
    context = ics.split(calendar("X-WR-TIMEZONE:Asia/Tokyo\n" + EVENT, head=head)).context
    assert context.pop("timezones") == {"Custom": zone.strip()}
    assert context == {"zone": "Europe/Rome", "name": "Mill", "producer": "-//x", "method": "PUBLISH"}


def test_calendars_that_disagree_about_their_zone_have_none() -> None:
    two = calendar(EVENT, head="X-WR-TIMEZONE:Europe/Rome\n") + calendar(EVENT, head="X-WR-TIMEZONE:Asia/Tokyo\n")
    assert ics.split(two).context["zone"] is None


def test_a_calendar_without_events_is_no_fault() -> None:
    split = ics.split(calendar())
    assert (split.records, split.faults) == ([], [])


def test_an_entry_that_another_interrupts_is_a_record_fault() -> None:
    body = calendar(EVENT, EVENT, EVENT).replace(b"END:VEVENT\n", b"", 1)
    split = ics.split(body)
    assert [record.pointer for record in split.records] == ["vevent/1", "vevent/2"]
    assert [(fault.pointer, fault.rule, fault.is_record) for fault in split.faults] == [
        ("vevent/0", "truncated_record", True)
    ]


@pytest.mark.parametrize(
    ("body", "rule", "reason"),
    [
        (b"", "empty_body", "empty body"),
        (b"\xef\xbb\xbf \r\n", "empty_body", "empty body"),
        (b'{"message":"Group not found"}', "not_a_calendar", "JSON: Group not found"),
        (b"403 Forbidden", "not_a_calendar", "text: 403 Forbidden"),
        (b"<!-- x --><HTML><head><title>Just a\nmoment</title>", "not_a_calendar", "HTML page: Just a moment"),
        (b"<html><body>no</body></html>", "not_a_calendar", "HTML page: no title"),
        (b"<?xml version='1.0'?><rss/>", "not_a_calendar", "XML document: <rss>"),
    ],
)
def test_other_bodies_say_what_they_are(body: bytes, rule: str, reason: str) -> None:
    (fault,) = ics.split(body).faults
    assert (fault.pointer, fault.is_record, fault.rule, fault.reason) == ("page", False, rule, reason)


def test_fingerprint_ignores_stamps_but_not_content_or_zone() -> None:
    def print_of(event: str, head: str = "") -> str:
        return ics.split(calendar(event, head=head)).records[0].fingerprint

    stamped = EVENT + "\nDTSTAMP:20260101T000000Z\nLAST-MODIFIED:20260101T000000Z"
    assert print_of(stamped) == print_of(stamped.replace("20260101", "20260202"))
    assert print_of(EVENT) != print_of(EVENT.replace("Café", "Cafe"))
    assert print_of(EVENT) != print_of(EVENT, head="X-WR-TIMEZONE:Europe/Rome\n")
