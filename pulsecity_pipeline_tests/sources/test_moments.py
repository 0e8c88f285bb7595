# ruff: noqa: DTZ001 (wall clocks have no zone)
"""Dates and times as JSON sources write them: nothing is shifted that should not be, and nothing is invented."""

from datetime import UTC, datetime

import pytest

from pulsecity_pipeline.sources.formats.ics_stamps import Stamp
from pulsecity_pipeline.sources.formats.moments import read_end, read_epoch, read_moment, read_updated
from pulsecity_pipeline.sources.formats.record_errors import RecordError

WALL = datetime(2027, 3, 4, 19, 30)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2027-03-04T19:30:00", None, Stamp(WALL, None, False)),
        ("2027-03-04 19:30:00", "Europe/Prague", Stamp(WALL, "Europe/Prague", False)),
        ("2027-03-04T19:30", None, Stamp(WALL, None, False)),
        ("2027-03-04T19:30:00+0100", None, Stamp(WALL, "+01:00", False)),
        ("2027-03-04T19:30:00.000+01:00", "Europe/Prague", Stamp(WALL, "Europe/Prague", False)),
        ("2027-03-04T18:30:00Z", "Europe/Prague", Stamp(WALL, "Europe/Prague", False)),
        ("2027-03-04T18:30:00Z", "Mars/Base", Stamp(WALL.replace(hour=18), "UTC", False)),
        ("2027-03-04", "Europe/Prague", Stamp(datetime(2027, 3, 4), None, True)),
        ("Thu, 04 Mar 2027 19:30:00 +0100", None, Stamp(WALL, "+01:00", False)),
    ],
)
def test_moments(text: str, zone: str | None, expected: Stamp) -> None:
    assert read_moment(text, zone) == expected


@pytest.mark.parametrize("value", ["soon", "2027-13-01", 20270304.5, "19:30", {"a": 1}])
def test_no_moment_is_a_fault_of_a_start_and_nothing_of_an_end(value: object) -> None:
    with pytest.raises(RecordError) as raised:
        read_moment(value)
    assert (raised.value.rule, raised.value.field) == ("invalid_start", "start")
    assert read_end(value) == {}


def test_nothing_stated_is_nothing() -> None:
    assert read_moment(None) is read_moment("") is read_epoch(None) is None
    assert read_end(None) == {}


def test_epochs() -> None:
    assert read_epoch(1804102200) == Stamp(datetime(2027, 3, 3, 19, 30), "UTC", False)
    assert read_epoch("1804102200000", milliseconds=True, is_date=True) == Stamp(datetime(2027, 3, 3), None, True)
    for value in ("x", 1e30, float("nan")):
        with pytest.raises(RecordError):
            read_epoch(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-04T19:30:00+05:30", datetime(2027, 3, 4, 14, 0, tzinfo=UTC)),
        ("2027-03-04T19:30:00Z", datetime(2027, 3, 4, 19, 30, tzinfo=UTC)),
        ("2027-03-04T19:30:00", None),
        ("2027-03-04", None),
        ("yesterday", None),
    ],
)
def test_updates_are_instants_or_nothing(text: str, expected: datetime | None) -> None:
    assert read_updated(text) == expected
