"""Records that stand as they stood are not read again, and nothing comes out otherwise for it."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.city_run.known import KnownPull
from pulsecity_pipeline_tests.city_run.pulls import by_title, know, pull_calendars, same_as_read_anew
from pulsecity_pipeline_tests.defs.toy import CITY, calendar, entry

FIRST = date(2027, 3, 1)
SECOND = FIRST + timedelta(days=1)
NIGHTS = Path(os.environ.get("PULSECITY_NIGHTS", "/tmp/nights"))


def body(*entries: str) -> bytes:
    return calendar(*entries).encode()


def test_only_what_is_new_or_changed_is_read() -> None:
    choir, walk = entry("a", "Choir", "20270305T190000"), entry("b", "Walk", "20270306T100000")
    first, read_first = pull_calendars({"lib": body(choir, walk)}, KnownPull.nothing(), city_id=CITY, night=FIRST)
    edited, new = entry("b", "Long walk", "20270306T100000"), entry("c", "Fair", "20270307T100000")
    second, read = pull_calendars({"lib": body(new, choir, edited)}, know(first), city_id=CITY, night=SECOND)
    assert (read_first, read) == (2, 2)
    assert second.source_health.select("records", "records_read", "listings").row(0) == (3, 2, 3)
    changed = by_title(second.listings, "changed_at")
    assert changed == {"Choir": at(FIRST), "Long walk": at(SECOND), "Fair": at(SECOND)}
    assert by_title(second.listings, "pointer")["Choir"] == "vevent/1"
    assert second.listings["last_seen_at"].unique().to_list() == [at(SECOND)]


def test_an_exporters_new_stamp_is_no_change() -> None:
    stamped = [entry("a", "Choir", "20270305T190000", f"DTSTAMP:2027030{day}T000000Z") for day in (1, 2)]
    first, _ = pull_calendars({"lib": body(stamped[0])}, KnownPull.nothing(), city_id=CITY, night=FIRST)
    _, read = pull_calendars({"lib": body(stamped[1])}, know(first), city_id=CITY, night=SECOND)
    assert read == 0


def test_other_code_reads_all_anew() -> None:
    pages = {"lib": body(entry("a", "Choir", "20270305T190000"))}
    first, _ = pull_calendars(pages, KnownPull.nothing(), city_id=CITY, night=FIRST)
    _, read = pull_calendars(pages, know(first), city_id=CITY, night=SECOND, reader="another")
    assert read == 1


def test_a_series_is_read_every_night_and_its_window_moves() -> None:
    pages = {"lib": body(entry("s", "Weekly", "20260101T190000", "RRULE:FREQ=WEEKLY"))}
    first, _ = pull_calendars(pages, KnownPull.nothing(), city_id=CITY, night=FIRST)
    later = FIRST + timedelta(days=7)
    second, read = pull_calendars(pages, know(first), city_id=CITY, night=later)
    assert read == 1
    assert second.listings["starts_on"].max() > first.listings["starts_on"].max()  # type: ignore[operator]


def test_a_refused_record_is_read_again_keeps_its_id_and_its_first_night() -> None:
    broken = "BEGIN:VEVENT\r\nUID:x\r\nSUMMARY:No start at all\r\nEND:VEVENT"
    first, _ = pull_calendars({"lib": body(broken)}, KnownPull.nothing(), city_id=CITY, night=FIRST)
    pages = {"lib": body(entry("a", "Choir", "20270305T190000"), broken)}
    second, _ = pull_calendars(pages, know(first), city_id=CITY, night=SECOND)
    assert second.rejects["reject_id"].to_list() == first.rejects["reject_id"].to_list()
    assert second.rejects["first_seen_at"].to_list() == [at(FIRST)]
    assert second.rejects["pointer"].to_list() == ["vevent/1"]


def test_a_feed_that_failed_once_is_not_read_anew_afterwards() -> None:
    pages = {"lib": body(entry("a", "Choir", "20270305T190000"))}
    first, _ = pull_calendars(pages, KnownPull.nothing(), city_id=CITY, night=FIRST)
    down, _ = pull_calendars({"lib": None}, know(first), city_id=CITY, night=SECOND)
    third, read = pull_calendars(pages, know(down), city_id=CITY, night=SECOND + timedelta(days=1))
    assert read == 0
    assert third.listings["gone_at"].to_list() == [None]


def test_what_is_over_turns_past_though_nobody_reads_it() -> None:
    pages = {"lib": body(entry("a", "Choir", "20270301T190000"))}
    first, _ = pull_calendars(pages, KnownPull.nothing(), city_id=CITY, night=FIRST)
    later, read = pull_calendars(pages, know(first), city_id=CITY, night=FIRST + timedelta(days=2))
    assert (first.listings["status"][0], later.listings["status"][0], read) == ("scheduled", "past", 0)


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", ""]),
        st.sampled_from(["Choir", "CANCELLED: Choir", "<br>", "Walk"]),
        st.sampled_from(["20270220T190000", "20270302T190000", "20270405T190000", "nonsense"]),
        st.sampled_from(["", "RRULE:FREQ=WEEKLY;COUNT=3", "RECURRENCE-ID:20270302T190000", "SEQUENCE:2"]),
    ),
    max_size=6,
)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.one_of(st.none(), ENTRIES), min_size=2, max_size=4))
def test_reusing_is_reading_anew(nights: list[list[tuple[str, str, str, str]] | None]) -> None:
    known = KnownPull.nothing()
    for number, entries in enumerate(nights):
        night = FIRST + timedelta(days=number)
        pages = {"lib": None if entries is None else body(*(_write(*said) for said in entries)), "other": body()}
        made, _ = pull_calendars(pages, known, city_id=CITY, night=night)
        anew, _ = pull_calendars(pages, known, city_id=CITY, night=night, reader="another")
        assert same_as_read_anew(made, anew) == []
        known = know(made)


def _write(uid: str, title: str, start: str, more: str) -> str:
    written = entry(uid, title, start, *filter(None, [more]))
    return written.replace("UID:\r\n", "") if not uid else written


def at(night: date) -> datetime:
    return datetime(night.year, night.month, night.day, tzinfo=UTC)


@pytest.mark.slow
def test_reusing_is_reading_anew_on_real_nights() -> None:
    folders = sorted(NIGHTS.glob("2???-??-??/ics/ca-toronto"))
    if not folders:
        pytest.skip("no recorded nights: set PULSECITY_NIGHTS to nights-ca-toronto unpacked")
    known = KnownPull.nothing()
    for folder in folders:
        night = date.fromisoformat(folder.parts[-3])
        pages = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.ics"))}
        made, _ = pull_calendars(pages, known, city_id="ca-toronto", night=night)
        anew, _ = pull_calendars(pages, known, city_id="ca-toronto", night=night, reader="another")
        assert same_as_read_anew(made, anew) == []
        assert made.listings["listing_id"].is_unique().all()
        known = know(made)
    assert known.listings.filter(pl.col("gone_at").is_not_null()).height
