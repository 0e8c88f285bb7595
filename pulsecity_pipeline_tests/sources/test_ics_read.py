"""Typing single entries: what each property gives, and what a bad one costs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pulsecity_pipeline_tests.sources.calendars import ids, read_calendar

BASE = "UID:1\nSUMMARY:Concert\nDTSTART;TZID=Europe/Rome:20260901T200000\n"


def read_row(lines: str) -> dict[str, Any]:
    (row,) = read_calendar(BASE + lines).rows
    return row


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("X-ALT-DESC;FMTTYPE=text/html:<p>a\\, b</p>", "description", "<p>a, b</p>"),
        ("DESCRIPTION:one\\ntwo\\\\n", "description", "one\ntwo\\n"),
        ("ORGANIZER;CN=Caf%C3%A9 Club:MAILTO:x@y.example", "organizer", "Café Club"),
        ('ORGANIZER;CN="A^nB: C":mailto:x@y.example', "organizer", "A\nB: C"),
        ("ORGANIZER;CN=x@y.example:mailto:x@y.example", "organizer", None),
        ("ORGANIZER:mailto:x@y.example", "organizer", None),
        ("ATTACH:https://x.example/a.JPG?s=1", "image_url", "https://x.example/a.JPG?s=1"),
        ("ATTACH;FMTTYPE=application/pdf:https://x.example/a.pdf", "image_url", None),
        ("X-LIVEWHALE-IMAGE:https://x.example/0\\,0/a.png", "image_url", "https://x.example/0,0/a.png"),
        ("X-WP-IMAGES-URL:thumbnail\\;https://x.example/a.jpg\\;150", "image_url", "https://x.example/a.jpg"),
        ("X-GOOGLE-CONFERENCE:https://meet.example/a", "online_url", "https://meet.example/a"),
        ("X-COST-TYPE:free\nX-COST:$3", "price", "$3"),
        ("X-LIVEWHALE-CANCELED:1\nSTATUS:CONFIRMED", "status", "CANCELLED"),
        ("CREATED:20260511T120000Z", "source_updated_at", datetime(2026, 5, 11, 12, tzinfo=UTC)),
        ("LAST-MODIFIED;TZID=Europe/Rome:20260511T120000", "source_updated_at", datetime(2026, 5, 11, 10, tzinfo=UTC)),
        ("LAST-MODIFIED:20260511", "source_updated_at", None),
        ("CATEGORIES:a,b\\,c\nCATEGORIES:a,", "categories", ["a", "b,c"]),
        ("GEO:0;0", "latitude", None),
        ("URL:www.x.example/a", "url", "www.x.example/a"),
        ("geo:41.9;12.5", "latitude", 41.9),
    ],
)
def test_optional_properties(line: str, column: str, value: object) -> None:
    assert read_row(line).get(column) == value


@pytest.mark.parametrize(
    "line", ["GEO:91;0", "GEO:x", "URL:/relative", "SEQUENCE:two", "LAST-MODIFIED:x", "DTEND:soon", "DURATION:P"]
)
def test_a_bad_optional_property_costs_only_itself(line: str) -> None:
    result = read_calendar(BASE + line)
    assert len(result.rows) == 1
    assert result.unread == {f"{line.partition(':')[0]}!invalid": 1}


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ("DTSTART:20260901T100000\nDURATION:PT90M", "2026-09-01 11:30"),
        ("DTSTART:20260901T100000\nDURATION:P15M", "2026-09-01 10:15"),
        ("DTSTART:20260901T100000\nDURATION:-PT5M", None),
        ("DTSTART;VALUE=DATE:20260901\nDTEND;VALUE=DATE:20260903", "2026-09-02 00:00"),
        ("DTSTART;VALUE=DATE:20260901\nDURATION:P2D", "2026-09-02 00:00"),
        ("DTSTART;VALUE=DATE:20260901\nDTEND;VALUE=DATE:20260831", None),
        ("DTSTART;VALUE=DATE:20260901", None),
        ("DTSTART;TZID=America/Toronto:20260901T100000\nDTEND:20260901T150000Z", "2026-09-01 15:00"),
        ("DTSTART;TZID=America/Toronto:20260901T100000\nDTEND:20260901T130000Z", None),
        ("DTSTART;TZID=tzone://Microsoft/Utc:20260901T100000\nDTEND:20260901T110000Z", "2026-09-01 11:00"),
    ],
)
def test_ends(lines: str, end: str | None) -> None:
    (row,) = read_calendar("UID:1\nSUMMARY:x\n" + lines).rows
    found = row.get("end_wall")
    assert (found and found.isoformat(sep=" ", timespec="minutes")) == end


def test_zones_stay_as_written() -> None:
    written = ["DTSTART:20260901T100000Z", "DTSTART:20260901T100000", 'DTSTART;TZID="Custom: 1":20260901T100000']
    rows = read_calendar(*(f"UID:{n}\nSUMMARY:x\n{line}" for n, line in enumerate(written))).rows
    assert [row["start_zone"] for row in rows] == ["UTC", None, "Custom: 1"]


@pytest.mark.parametrize(
    ("event", "rule", "field"),
    [
        ("SUMMARY:x", "missing_start", "DTSTART"),
        ("SUMMARY:x\nDTSTART:tomorrow", "invalid_start", "DTSTART"),
        ("SUMMARY:x\nDTSTART:20260231", "invalid_start", "DTSTART"),
        ("SUMMARY: \\n\nDTSTART:20260901", "missing_title", "SUMMARY"),
        ("SUMMARY:x\nDTSTART:20260901\nCLASS:confidential", "not_public", "CLASS"),
    ],
)
def test_a_bad_mandatory_property_rejects_the_record(event: str, rule: str, field: str) -> None:
    result = read_calendar(event + "\nATTENDEE:mailto:private@x.example", BASE)
    assert len(result.rows) == 1
    (fault,) = result.faults
    assert (fault.pointer, fault.stage, fault.rule, fault.field) == ("vevent/0", "read", rule, field)
    assert "private" not in (fault.payload or "")
    assert (fault.payload is None) == (rule == "not_public")


def test_what_nobody_reads_is_counted_and_alarms_are_skipped() -> None:
    alarm = "BEGIN:VALARM\nSUMMARY:Alarm\nX-ALARM:1\nEND:VALARM\n"
    result = read_calendar(alarm + BASE + 'X-NEW:1\nX-NEW;A="b:c":2\n<p>raw html\nTRANSP:OPAQUE')
    assert result.rows[0]["title"] == "Concert"
    assert result.unread == {"X-NEW": 2, "TRANSP": 1, "(malformed line)": 1}


def test_same_uid_and_start_keeps_the_newest_statement() -> None:
    statements = ["SEQUENCE:1", "SEQUENCE:2", "SEQUENCE:2\nLAST-MODIFIED:20260101T000000Z", "SEQUENCE:0"]
    result = read_calendar(*(BASE + line for line in statements))
    assert (result.repeats, [row["pointer"] for row in result.rows], ids(result)) == (3, ["vevent/2"], ["1"])


def test_entries_without_uid_get_a_stable_key_of_their_content() -> None:
    event = BASE.replace("UID:1\n", "")
    first, again = read_calendar(event), read_calendar("UID:9\nSUMMARY:y\nDTSTART:20260901", event, event)
    assert first.unread["UID!missing"] == 1
    assert ids(first)[0].startswith("key_")
    assert ids(first)[0] in ids(again)
    assert again.repeats == 1
