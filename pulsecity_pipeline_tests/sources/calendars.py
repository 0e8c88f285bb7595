"""Small calendars for tests, and what is checked of every page."""

from datetime import date

from pulsecity_pipeline.sources import ics
from pulsecity_pipeline.sources.protocol import ReadResult, Source, Split, Window

WINDOW = Window.around(date(2026, 8, 22))


def calendar(*events: str, head: str = "") -> bytes:
    """A calendar of the given VEVENT bodies (lines without BEGIN and END)."""
    blocks = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}END:VCALENDAR\n".encode()


def read_calendar(*events: str, head: str = "") -> ReadResult:
    return ics.read(ics.split(calendar(*events, head=head)), WINDOW)


def starts(result: ReadResult) -> list[str]:
    """The starts of rows and expansions, in order, as text."""
    found = [row["start_wall"] for row in result.rows] + [start for _, _, start, _ in result.expansions]
    return sorted(start.isoformat(sep=" ", timespec="minutes") for start in found)


def ids(result: ReadResult) -> list[str]:
    return sorted([row["source_event_id"] for row in result.rows] + [name for _, name, _, _ in result.expansions])


def assert_accounted(source: Source, body: bytes) -> tuple[Split, ReadResult]:
    """Every record is a row, a fault or a repeat, and every id is its own."""
    split = source.split(body)
    result = source.read(split, WINDOW)
    faults = sum(fault.is_record for fault in result.faults)
    assert len(split.records) == len(result.rows) + faults + result.repeats
    assert len(set(ids(result))) == len(ids(result))
    return split, result
