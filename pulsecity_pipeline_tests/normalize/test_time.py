# ruff: noqa: DTZ001 (wall clocks have no zone)
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.normalize.time import resolve_times
from pulsecity_pipeline.normalize.zones import resolve_clock

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "start_wall": pl.Datetime("us"),
    "start_zone": pl.String,
    "start_is_date": pl.Boolean,
    "end_wall": pl.Datetime("us"),
    "end_zone": pl.String,
    "end_is_date": pl.Boolean,
    "feed_zone": pl.String,
    "home_zone": pl.String,
    "is_placed": pl.Boolean,
}
BASE = {"start_is_date": False, "end_is_date": False, "home_zone": "America/New_York", "is_placed": True}


def resolve(start: datetime, end: datetime | None = None, **more: Any) -> dict[str, Any]:
    row = BASE | {"start_wall": start, "end_wall": end} | more
    return resolve_times(pl.DataFrame([{name: row.get(name) for name in SCHEMA}], schema=SCHEMA)).row(0, named=True)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # the parts of a moment


#: zone, wall clock as written, wall clock meant, instant, flag.
DST = [
    ("Europe/Rome", datetime(2027, 3, 28, 1, 59), datetime(2027, 3, 28, 1, 59), utc(2027, 3, 28, 0, 59), ""),
    ("Europe/Rome", datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 3, 30), utc(2027, 3, 28, 1, 30), "; dst_gap"),
    ("Europe/Rome", datetime(2027, 3, 28, 3, 0), datetime(2027, 3, 28, 3, 0), utc(2027, 3, 28, 1, 0), ""),
    (
        "Europe/Rome",
        datetime(2027, 10, 31, 2, 30),
        datetime(2027, 10, 31, 2, 30),
        utc(2027, 10, 31, 0, 30),
        "; dst_fold",
    ),
    ("Europe/Rome", datetime(2027, 10, 31, 3, 0), datetime(2027, 10, 31, 3, 0), utc(2027, 10, 31, 2, 0), ""),
    ("America/New_York", datetime(2027, 3, 14, 2, 0), datetime(2027, 3, 14, 3, 0), utc(2027, 3, 14, 7, 0), "; dst_gap"),
    ("America/New_York", datetime(2027, 3, 14, 3, 0), datetime(2027, 3, 14, 3, 0), utc(2027, 3, 14, 7, 0), ""),
    (
        "America/New_York",
        datetime(2027, 11, 7, 1, 30),
        datetime(2027, 11, 7, 1, 30),
        utc(2027, 11, 7, 5, 30),
        "; dst_fold",
    ),
    ("America/New_York", datetime(2027, 11, 7, 2, 0), datetime(2027, 11, 7, 2, 0), utc(2027, 11, 7, 7, 0), ""),
    (
        "Australia/Sydney",
        datetime(2027, 10, 3, 2, 30),
        datetime(2027, 10, 3, 3, 30),
        utc(2027, 10, 2, 16, 30),
        "; dst_gap",
    ),
    (
        "Australia/Sydney",
        datetime(2027, 4, 4, 2, 30),
        datetime(2027, 4, 4, 2, 30),
        utc(2027, 4, 3, 15, 30),
        "; dst_fold",
    ),
    ("Australia/Sydney", datetime(2027, 7, 1, 12, 0), datetime(2027, 7, 1, 12, 0), utc(2027, 7, 1, 2, 0), ""),
    (
        "Australia/Lord_Howe",
        datetime(2027, 10, 3, 2, 15),
        datetime(2027, 10, 3, 2, 45),
        utc(2027, 10, 2, 15, 45),
        "; dst_gap",
    ),
]


@pytest.mark.parametrize(("zone", "written", "meant", "instant", "flag"), DST)
def test_gaps_and_folds(zone: str, written: datetime, meant: datetime, instant: datetime, flag: str) -> None:
    found = resolve(written, start_zone=zone, home_zone=zone)
    assert (found["starts_local"], found["starts_at"], found["time_evidence"]) == (
        meant,
        instant,
        f"zone: stated{flag}",
    )


@given(st.datetimes(datetime(1990, 1, 1, 1), datetime(2090, 1, 1)), st.sampled_from(sorted({row[0] for row in DST})))
@settings(max_examples=100, deadline=None)
def test_instants_agree_with_the_standard_library(wall: datetime, zone: str) -> None:
    found = resolve(wall.replace(microsecond=0, hour=max(wall.hour, 1)), start_zone=zone, home_zone=zone)
    assert found["starts_at"].astimezone(ZoneInfo(zone)).replace(tzinfo=None) == found["starts_local"]
    if "dst" not in found["time_evidence"]:
        assert found["starts_local"] == wall.replace(microsecond=0, hour=max(wall.hour, 1))


@pytest.mark.parametrize(
    ("stated", "feed", "clock"),
    [
        ("Europe/Rome", None, ("Europe/Rome", None, "zone: stated")),
        ("europe/rome", None, ("Europe/Rome", None, "zone: stated")),
        ("W. Europe Standard Time", None, ("Europe/Berlin", None, "zone: stated")),
        ("Eastern Time (US & Canada)", None, ("America/New_York", None, "zone: stated")),
        ("(UTC-05:00) Eastern Time (US & Canada)", None, ("America/New_York", None, "zone: stated")),
        (
            "/freeassociation.sourceforge.net/America/Indiana/Marengo",
            None,
            ("America/Indiana/Marengo", None, "zone: stated"),
        ),
        ("/citadel.org/20210210_1/Europe/Rome", None, ("Europe/Rome", None, "zone: stated")),
        ("UTC", None, (None, 0, "zone: UTC")),
        ("Etc/UTC", None, (None, 0, "zone: UTC")),
        ("tzone://Microsoft/Utc", None, (None, 0, "zone: UTC")),
        ("+01:00", None, (None, 60, "zone: +01:00")),
        ("GMT-0530", None, (None, -330, "zone: GMT-0530")),
        ("EDT", None, ("America/New_York", None, "zone: EDT")),
        ("EST", "Europe/Rome", ("America/New_York", None, "zone: EST")),
        ("PDT", None, ("America/New_York", None, "zone: city; unknown zone PDT")),
        ("Customized Time Zone", "Europe/Rome", ("Europe/Rome", None, "zone: feed; unknown zone Customized Time Zone")),
        (None, "Europe/Rome", ("Europe/Rome", None, "zone: feed")),
        (None, "UTC", ("America/New_York", None, "zone: city")),
        (None, "nonsense", ("America/New_York", None, "zone: city")),
        ("  ", None, ("America/New_York", None, "zone: city")),
        ("localtime", None, ("America/New_York", None, "zone: city; unknown zone localtime")),
    ],
)
def test_zones_as_written(stated: str | None, feed: str | None, clock: tuple[str | None, int | None, str]) -> None:
    assert resolve_clock(stated, feed, "America/New_York") == clock


@given(st.text(max_size=60), st.none() | st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_no_zone_text_raises(stated: str, feed: str | None) -> None:
    found = resolve(datetime(2027, 7, 1, 12), start_zone=stated, feed_zone=feed)
    assert found["starts_at"] is not None
    assert found["time_evidence"].startswith("zone: ")


def test_an_instant_in_utc_is_shown_on_the_clock_of_the_place() -> None:
    found = resolve(datetime(2027, 7, 2, 2), datetime(2027, 7, 2, 5), start_zone="UTC", end_zone="UTC")
    assert (found["starts_local"], found["starts_at"]) == (datetime(2027, 7, 1, 22), utc(2027, 7, 2, 2))
    assert (found["ends_local"], found["ends_at"]) == (datetime(2027, 7, 2, 1), utc(2027, 7, 2, 5))
    assert (found["timezone"], found["starts_on"], found["ends_on"]) == (
        "America/New_York",
        date(2027, 7, 1),
        date(2027, 7, 2),
    )


def test_a_stated_zone_stays_where_it_shows_the_same_clock_or_there_is_no_place() -> None:
    start = datetime(2027, 7, 1, 17)
    assert resolve(start, start_zone="America/Toronto")["timezone"] == "America/Toronto"
    assert resolve(start, start_zone="America/Los_Angeles", is_placed=False)["starts_local"] == start
    moved = resolve(start, start_zone="America/Los_Angeles")
    assert (moved["timezone"], moved["starts_local"]) == ("America/New_York", datetime(2027, 7, 1, 20))
    assert moved["time_evidence"] == "zone: stated America/Los_Angeles"


def test_whole_days_end_on_their_last_day_at_the_midnight_after() -> None:
    found = resolve(datetime(2027, 7, 1), datetime(2027, 7, 3), start_is_date=True, end_is_date=True)
    assert (found["all_day"], found["time_precision"]) == (True, "day")
    assert (found["starts_on"], found["ends_on"]) == (date(2027, 7, 1), date(2027, 7, 3))
    assert (found["starts_at"], found["ends_at"]) == (utc(2027, 7, 1, 4), utc(2027, 7, 4, 4))
    assert (found["starts_local"], found["ends_local"]) == (datetime(2027, 7, 1), datetime(2027, 7, 4))


def test_a_day_without_an_end_has_none() -> None:
    found = resolve(datetime(2027, 7, 1), start_is_date=True)
    assert (found["ends_on"], found["ends_at"], found["ends_local"]) == (None, None, None)


@pytest.mark.parametrize("end", [datetime(2027, 7, 2), datetime(2027, 7, 1, 23, 59), datetime(2027, 7, 1, 23, 59, 59)])
def test_midnight_to_midnight_is_a_day_in_disguise(end: datetime) -> None:
    found = resolve(datetime(2027, 7, 1), end)
    assert (found["all_day"], found["time_precision"], found["ends_on"]) == (True, "day", date(2027, 7, 1))
    assert (found["ends_at"], found["time_evidence"]) == (utc(2027, 7, 2, 4), "zone: city; disguised_all_day")


def test_midnight_alone_is_no_time() -> None:
    for end in (None, datetime(2027, 7, 1)):
        found = resolve(datetime(2027, 7, 1), end)
        assert (found["starts_on"], found["starts_at"], found["starts_local"]) == (date(2027, 7, 1), None, None)
        assert (found["time_precision"], found["all_day"], found["ends_at"]) == ("day", False, None)


def test_a_midnight_with_a_real_end_is_a_time() -> None:
    found = resolve(datetime(2027, 7, 1), datetime(2027, 7, 1, 3))
    assert (found["time_precision"], found["starts_local"]) == ("minute", datetime(2027, 7, 1))


@pytest.mark.parametrize(
    ("end", "flag"),
    [
        (datetime(2027, 7, 1, 18), "end_before_start"),
        (datetime(2027, 7, 1, 19), "end_equals_start"),
        (datetime(2300, 7, 1, 19), "end_out_of_range"),
    ],
)
def test_an_end_that_cannot_be_is_dropped_and_flagged(end: datetime, flag: str) -> None:
    found = resolve(datetime(2027, 7, 1, 19), end)
    assert (found["ends_on"], found["ends_at"], found["ends_local"]) == (None, None, None)
    assert found["time_evidence"] == f"zone: city; {flag}"


def test_an_evening_that_ends_at_midnight_is_one_day() -> None:
    assert resolve(datetime(2027, 7, 1, 19), datetime(2027, 7, 2))["ends_on"] == date(2027, 7, 1)


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 1)),
    st.none() | st.timedeltas(timedelta(days=-3), timedelta(days=40)),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "UTC", "Europe/Rome", "-03:30", "Pacific/Apia", "EST"]),
)
@settings(max_examples=150, deadline=None)
def test_what_every_listing_keeps(
    start: datetime, length: timedelta | None, day: bool, end_day: bool, zone: str | None
) -> None:
    def cut(wall: datetime, whole: bool) -> datetime:
        return wall.replace(hour=0, minute=0, second=0, microsecond=0) if whole else wall.replace(microsecond=0)

    end = None if length is None else cut(start + length, end_day)
    found = resolve(
        cut(start, day), end, start_is_date=day, end_is_date=end_day and end is not None, start_zone=zone, end_zone=zone
    )
    assert (found["starts_at"] is None) == (found["starts_local"] is None)
    assert (found["ends_at"] is None) == (found["ends_local"] is None)
    assert found["starts_on"] is not None
    assert found["ends_on"] is None or found["ends_on"] >= found["starts_on"]
    assert found["ends_at"] is None or found["ends_at"] > found["starts_at"]
