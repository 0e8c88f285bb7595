"""Series: expansion on the wall clock, exceptions, overrides, and ids that hold from night to night."""

import pytest

from pulsecity_pipeline_tests.sources.calendars import ids, read_calendar, starts

WEEKLY = "UID:c\nSUMMARY:Choir\nDTSTART;TZID=Europe/Rome:20261015T190000\nDTEND;TZID=Europe/Rome:20261015T203000\n"


def expand(start: str, *lines: str) -> list[str]:
    return starts(read_calendar("UID:s\nSUMMARY:x\nDTSTART" + start + "\n" + "\n".join(lines)))


@pytest.mark.parametrize(
    ("until", "count"),
    [("20261105T180000Z", 4), ("20261105T175959Z", 3), ("20261105T190000", 4), ("20261105", 4), ("20261104", 3)],
)
def test_until_is_inclusive_whatever_its_form(until: str, count: int) -> None:
    found = starts(read_calendar(f"{WEEKLY}RRULE:FREQ=WEEKLY;UNTIL={until}"))
    assert len(found) == count
    assert {start[-5:] for start in found} == {"19:00"}, "the wall clock moved with daylight saving"


def test_expansions_keep_the_length_and_leave_the_first_to_the_row() -> None:
    result = read_calendar(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3")
    assert ids(result) == ["c#20261015T190000", "c#20261022T190000", "c#20261029T190000"]
    assert {end - start for _, _, start, end in result.expansions if end} == {
        result.rows[0]["end_wall"] - result.rows[0]["start_wall"]
    }
    assert result.rows[0]["series_uid"] == "c"


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=Europe/Rome:20261022T190000",
        "EXDATE:20261022T170000Z",
        "EXDATE;VALUE=DATE:20261022",
        "EXDATE:20261022T190000",
    ],
)
def test_exdate_in_any_form_removes_its_occurrence(line: str) -> None:
    found = starts(read_calendar(f"{WEEKLY}RRULE:FREQ=WEEKLY;COUNT=3\n{line}"))
    assert found == ["2026-10-15 19:00", "2026-10-29 19:00"]


def test_all_day_series_take_timed_exceptions_by_date() -> None:
    found = expand(";VALUE=DATE:20260901", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260902T000000")
    assert found == ["2026-09-01 00:00", "2026-09-03 00:00"]


def test_rdate_adds_and_the_start_counts_though_the_rule_does_not_meet_it() -> None:
    assert expand(":20260901T100000", "RDATE:20260905T100000,20260903T100000") == [
        "2026-09-01 10:00",
        "2026-09-03 10:00",
        "2026-09-05 10:00",
    ]
    # 1 September 2026 is a Tuesday
    assert expand(":20260901T100000", "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2") == ["2026-09-01 10:00", "2026-09-03 10:00"]


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;WKST=SU"])
def test_skipping_ahead_gives_the_days_that_walking_gives(rule: str) -> None:
    jumped = expand(":20010102T100000", f"RRULE:{rule}")
    walked = expand(":20010102T100000", f"RRULE:{rule};COUNT=90000")
    assert jumped == walked
    assert len(jumped) > 50


def test_an_override_replaces_its_occurrence_and_keeps_its_id() -> None:
    moved = WEEKLY.replace("20261015T", "20261023T") + "RECURRENCE-ID:20261022T170000Z\nSTATUS:CANCELLED"
    result = read_calendar(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3", moved)
    assert starts(result) == ["2026-10-15 19:00", "2026-10-23 19:00", "2026-10-29 19:00"]
    assert result.rows[1]["source_event_id"] == "c#20261022T190000"
    assert (result.rows[1]["series_uid"], result.rows[1]["status"]) == ("c", "CANCELLED")


def test_a_private_override_hides_its_occurrence() -> None:
    private = WEEKLY.replace("20261015T", "20261022T") + "RECURRENCE-ID;TZID=Europe/Rome:20261022T190000\nCLASS:PRIVATE"
    result = read_calendar(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3", private)
    assert starts(result) == ["2026-10-15 19:00", "2026-10-29 19:00"]
    assert [fault.rule for fault in result.faults] == ["not_public"]


def test_an_orphan_override_stands_alone() -> None:
    result = read_calendar(WEEKLY + "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Rome:20261008T190000")
    assert ids(result) == ["c#20261008T190000"]
    assert result.rows[0]["series_uid"] == "c"
    assert result.unread["RECURRENCE-ID;RANGE=THISANDFUTURE"] == 1


def test_overrides_of_the_epoch_are_told_apart_by_their_start() -> None:
    epoch = "RECURRENCE-ID;TZID=America/New_York:19691231T190000"
    events = [WEEKLY.replace("20261015T", f"202610{day}T") + epoch for day in (15, 16, 17)]
    assert len(read_calendar(*events).rows) == 3


def test_a_series_outside_the_window_is_one_row_or_a_repeat() -> None:
    past = "UID:p\nSUMMARY:x\nDTSTART:20190101T100000\nRRULE:FREQ=DAILY;COUNT=3"
    assert ids(read_calendar(past)) == ["p#20190101T100000"]
    excluded = past + "\nEXDATE:20190101T100000"
    assert ids(read_calendar(excluded)) == ["p#20190102T100000"]
    override = "UID:p\nSUMMARY:x\nDTSTART:20190101T120000\nRECURRENCE-ID:20190101T100000"
    assert read_calendar(past, override).repeats == 1


def test_a_series_without_any_occurrence_is_a_fault() -> None:
    dead = "UID:d\nSUMMARY:x\nDTSTART:20260901T100000\nRRULE:FREQ=DAILY;COUNT=1\nEXDATE:20260901T100000"
    assert [fault.rule for fault in read_calendar(dead).faults] == ["no_occurrence"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "weekly",
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;COUNT=99999999",
        "FREQ=DAILY;UNTIL=x",
        "FREQ=DAILY;NEW=1",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=YEARLY;BYMONTH=a",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,-31",
        "FREQ=YEARLY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5",
    ],
)
def test_a_rule_that_cannot_be_followed_is_a_fault(rule: str) -> None:
    result = read_calendar(f"UID:r\nSUMMARY:x\nDTSTART:20260901T100000\nRRULE:{rule}")
    assert [(fault.rule, fault.field) for fault in result.faults] == [("recurrence_unreadable", "RRULE")]


def test_too_many_occurrences_are_cut_off_and_counted() -> None:
    hours = ",".join(str(hour) for hour in range(24))
    result = read_calendar(f"UID:h\nSUMMARY:x\nDTSTART:20260901T000000\nRRULE:FREQ=DAILY;BYHOUR={hours}")
    assert (len(starts(result)), result.unread["RRULE!capped"]) == (800, 1)
