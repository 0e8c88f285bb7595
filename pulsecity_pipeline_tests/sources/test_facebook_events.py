"""Facebook: offsets without a colon beside a zone, times of recurring events, what is not for everybody, and cursors."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.sources import facebook_events
from pulsecity_pipeline_tests.sources.scripted import fetch_script, page_rules, read_content

URL = "https://graph.example/v25.0/99/events?limit=2"
EVENT = {"id": "7", "name": "Dock Party", "start_time": "2027-03-04T21:00:00+0100", "timezone": "Europe/Oslo"}


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_content(facebook_events, {"data": [EVENT | fields]}).rows
    return row


@pytest.mark.parametrize(
    ("stated", "zone", "wall", "expected"),
    [
        ("2027-03-04T21:00:00+0100", "Europe/Oslo", "2027-03-04 21:00:00", "Europe/Oslo"),
        ("2027-03-04T21:00:00+0000", "Europe/Oslo", "2027-03-04 22:00:00", "Europe/Oslo"),
        ("2027-07-04T21:00:00-0700", None, "2027-07-04 21:00:00", "-07:00"),
        ("2027-07-04T21:00:00", None, "2027-07-04 21:00:00", None),
        ("2027-07-04T21:00:00", "Europe/Oslo", "2027-07-04 21:00:00", "Europe/Oslo"),
    ],
)
def test_starts(stated: str, zone: str | None, wall: str, expected: str | None) -> None:
    row = read_one(start_time=stated, timezone=zone)
    assert (str(row["start_wall"]), row["start_zone"], row["start_is_date"]) == (wall, expected, False)


@pytest.mark.parametrize(
    ("fields", "mode", "join"),
    [
        ({}, None, None),
        ({"is_online": False, "online_event_third_party_url": "https://j.example"}, "offline", None),
        ({"is_online": True, "online_event_third_party_url": "https://j.example"}, "online", "https://j.example"),
        ({"is_online": True, "place": {"name": "Library"}}, "online", None),
        ({"is_online": True, "place": {"name": "Library", "location": {"city": "Oslo"}}}, "mixed", None),
    ],
)
def test_ways_to_attend(fields: dict[str, Any], mode: str | None, join: str | None) -> None:
    row = read_one(**fields)
    assert (row["attendance_mode"], row["online_url"]) == (mode, join)


def test_times_of_a_recurring_event_are_events() -> None:
    times = [
        {"id": "71", "start_time": "2027-03-22T19:00:00+0100", "end_time": "2027-03-22T22:00:00+0100"},
        {"id": "72", "start_time": "2027-03-29T19:00:00+0200"},
    ]
    event = EVENT | {"event_times": times, "end_time": "2027-03-29T22:00:00+0200"}
    first, second = read_content(facebook_events, {"data": [event]}).rows
    assert [(row["source_event_id"], row["series_uid"], row["title"]) for row in (first, second)] == [
        ("71", "7", "Dock Party"),
        ("72", "7", "Dock Party"),
    ]
    assert (str(first["start_wall"]), str(second["start_wall"])) == ("2027-03-22 19:00:00", "2027-03-29 19:00:00")
    assert "end_wall" in first
    assert "end_wall" not in second, "the end of the series is not the end of one of its times"
    assert second["url"] == "https://www.facebook.com/events/7/?event_time_id=72"


@pytest.mark.parametrize("times", [None, [], {}])
def test_an_event_without_times_is_itself(times: Any) -> None:
    row = read_one(event_times=times)
    assert (row["source_event_id"], row["series_uid"], row["url"]) == ("7", None, "https://www.facebook.com/events/7/")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "private"},
        {"type": "group"},
        {"type": "friends"},
        {"type": "something new"},
        {"privacy": "SECRET"},
        {"is_draft": True},
        {"scheduled_publish_time": "2027-03-01T10:00:00+0000"},
    ],
)
def test_what_is_not_for_everybody_is_refused(fields: dict[str, Any]) -> None:
    (fault,) = read_content(facebook_events, {"data": [EVENT | fields]}).faults
    assert fault.rule == "not_public"


@pytest.mark.parametrize(
    ("category", "words", "counted"),
    [
        ("MUSIC_AND_AUDIO", ["music and audio"], {}),
        ("MUSIC_EVENT", ["music event"], {"category=MUSIC_EVENT": 1}),
        (None, [], {}),
    ],
)
def test_categories(category: str | None, words: list[str], counted: dict[str, int]) -> None:
    result = read_content(facebook_events, {"data": [EVENT | {"category": category}]})
    assert (result.rows[0]["categories"], dict(result.unread)) == (words, counted)


def test_cancelled_is_a_flag() -> None:
    assert read_one(is_canceled=True)["status"] == "cancelled"
    assert read_one(is_canceled=False)["status"] is None


def test_only_pages_are_named_as_organizers() -> None:
    assert read_one(owner={"name": "Pier Friends"}, is_page_owned=True)["organizer"] == "Pier Friends"
    assert read_one(owner={"name": "A Person"}, is_page_owned=False)["organizer"] is None


def test_counts_and_signatures_do_not_change_a_record() -> None:
    one, other = (
        read_one(interested_count=1, cover={"source": "a"}),
        read_one(interested_count=2, cover={"source": "b"}),
    )
    assert one["fingerprint"] == other["fingerprint"] != read_one(is_canceled=True)["fingerprint"]
    assert "image_url" not in one


def test_pages_by_cursor_and_never_by_the_address_with_the_token() -> None:
    def script(url: str, body: bytes | None) -> Any:
        after = url.partition("after=")[2] or "0"
        paging: dict[str, Any] = {"cursors": {"after": str(int(after) + 1)}}
        if after != "2":
            paging["next"] = f"https://graph.example/v25.0/99/events?access_token=SECRET&after={int(after) + 1}"
        return {"data": [EVENT | {"id": after}], "paging": paging}

    pages, client = fetch_script(facebook_events, script, URL)
    assert [url for url, _ in client.asked] == [URL, f"{URL}&after=1", f"{URL}&after=2"]
    assert {page.answer.outcome for page in pages} == {"ok"}


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ({"data": []}, []),
        ({"error": {"message": "Unsupported get request", "code": 100, "error_subcode": 33}}, ["api_error"]),
        ({"id": "7"}, ["contract_drift"]),
        ([EVENT], ["contract_drift"]),
        ({"data": {}}, ["contract_drift"]),
    ],
)
def test_other_bodies(content: Any, rules: list[str]) -> None:
    assert page_rules(facebook_events, orjson.dumps(content)) == rules
