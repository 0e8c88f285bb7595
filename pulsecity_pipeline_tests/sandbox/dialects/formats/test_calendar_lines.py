"""Writing values: what is folded and escaped reads back, and times mean what the city's clock says."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Event

from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import (
    Clock,
    Folding,
    escape_text,
    fold_line,
    quote_parameter,
    write_time,
    write_weekly_rule,
    zone_lines,
)

_LINES = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200)


@given(line=_LINES, folding=st.sampled_from(["octets", "characters", "none"]))
@settings(max_examples=100, deadline=None)
def test_folding_is_undone_by_unfolding(line: str, folding: Folding) -> None:
    folded = fold_line(line, folding)
    assert folded.replace(b"\r\n ", b"") == line.encode()
    if folding != "none":
        assert all(len(piece) <= 75 for piece in folded.split(b"\r\n"))
    if folding == "characters":
        assert all(piece.decode() is not None for piece in folded.split(b"\r\n"))


def test_octet_folding_splits_a_character() -> None:
    first = fold_line("x" * 74 + "é" + "y", "octets").split(b"\r\n ")[0]
    with pytest.raises(UnicodeDecodeError):
        first.decode()


def test_character_folding_does_not() -> None:
    pieces = fold_line("x" * 74 + "é" + "─" * 60, "characters").split(b"\r\n ")
    assert "".join(piece.decode() for piece in pieces) == "x" * 74 + "é" + "─" * 60
    assert [len(piece) for piece in pieces] == [74, 74, 72, 36]


@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=80))
@settings(max_examples=100, deadline=None)
def test_escaping_is_undone_by_icalendar(text: str) -> None:
    event = Event.from_ical(f"BEGIN:VEVENT\r\nSUMMARY:{escape_text(text)}\r\nEND:VEVENT\r\n")
    assert str(event["SUMMARY"]) == text


@pytest.mark.parametrize(
    ("clock", "line"),
    [
        ("utc", "DTSTART:20260822T173000Z"),
        ("zone", "DTSTART;TZID=Europe/Berlin:20260822T193000"),
        ("floating", "DTSTART:20260822T193000"),
        ("path_zone", "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260822T193000"),
    ],
)
def test_clock_styles(clock: Clock, line: str) -> None:
    assert write_time("DTSTART", datetime.fromisoformat("2026-08-22T19:30:00"), clock, "Europe/Berlin") == line


def test_weekly_rule_ends_in_utc_unless_floating() -> None:
    starts, until = datetime.fromisoformat("2026-08-20T19:00:00"), datetime.fromisoformat("2026-11-26T19:00:00")
    zoned = write_weekly_rule(starts, until, "zone", "Europe/Berlin", is_date=False)
    assert zoned == "RRULE:FREQ=WEEKLY;UNTIL=20261126T180000Z;BYDAY=TH"
    assert "UNTIL=20261126T190000;" in write_weekly_rule(starts, until, "floating", "Europe/Berlin", is_date=False)


def test_a_rule_of_days_ends_on_a_day() -> None:
    starts, until = datetime.fromisoformat("2026-08-20T00:00:00"), datetime.fromisoformat("2026-11-26T00:00:00")
    assert "UNTIL=20261126;" in write_weekly_rule(starts, until, "zone", "Europe/Berlin", is_date=True)


def test_zone_definition_names_its_zone() -> None:
    lines = zone_lines("Europe/Berlin", 2026)
    assert lines[:2] == ("BEGIN:VTIMEZONE", "TZID:Europe/Berlin")
    assert "BEGIN:DAYLIGHT" in lines
    assert lines[-1] == "END:VTIMEZONE"


@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\\"), max_size=40))
@settings(max_examples=50, deadline=None)
def test_a_quoted_parameter_reads_back(text: str) -> None:
    event = Event.from_ical(f"BEGIN:VEVENT\r\nORGANIZER;CN={quote_parameter(text)}:invalid:nomail\r\nEND:VEVENT\r\n")
    assert event["ORGANIZER"].params["CN"] == text
