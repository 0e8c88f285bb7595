"""developers.events: days told as instants, places in one text, remarks by hand, and lines that could not be parsed."""

from typing import Any

import pytest

from pulsecity_pipeline.sources import developers_events
from pulsecity_pipeline_tests.sources.scripted import fetch_script, page_rules, read_content

DAY = 86_400_000
MARCH_4 = 1804118400000
CONFERENCE = {"name": "N", "hyperlink": "https://n.example", "date": [MARCH_4], "location": "Brest (France)"}


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_content(developers_events, [CONFERENCE | fields]).rows
    return row


@pytest.mark.parametrize(
    ("days", "last"),
    [([MARCH_4], None), ([MARCH_4, MARCH_4 + DAY], "2027-03-05"), ([MARCH_4, "soon"], None), ([MARCH_4, None], None)],
)
def test_midnight_utc_is_a_day_and_the_second_is_the_last(days: list[Any], last: str | None) -> None:
    row = read_one(date=days)
    assert (str(row["start_wall"]), row["start_is_date"], row["start_zone"]) == ("2027-03-04 00:00:00", True, None)
    assert (str(row["end_wall"])[:10] if last else row.get("end_wall")) == last


@pytest.mark.parametrize(
    ("location", "city", "country", "mode", "locality", "stated_country"),
    [
        ("Brest (France)", "Brest", "France", "offline", "Brest", "France"),
        ("Brest (France) & Online", "Brest", "France", "mixed", "Brest", "France"),
        ("Online", "Online", "Online", "online", None, None),
        ("Iceland", "Iceland", "Iceland", "offline", None, "Iceland"),
        ("Austin, TX (USA)", "Austin, TX", "USA", "offline", "Austin", "USA"),
        ("", "", "", None, None, None),
    ],
)
def test_places(
    location: str, city: str, country: str, mode: str | None, locality: str | None, stated_country: str | None
) -> None:
    row = read_one(location=location, city=city, country=country)
    assert (row["attendance_mode"], row.get("locality"), row.get("country")) == (mode, locality, stated_country)


@pytest.mark.parametrize(
    ("stated", "status", "counted"),
    [
        ("open", None, 0),
        ("Canceled", "cancelled", 0),
        ("CANCELLED", "cancelled", 0),
        ("Postponed in Automn", "postponed", 0),
        ("Delayed to Automn", "postponed", 0),
        ("Virtualized", "moved_online", 0),
        ("On the moon", "On the moon", 1),
    ],
)
def test_remarks_are_states(stated: str, status: str | None, counted: int) -> None:
    result = read_content(developers_events, [CONFERENCE | {"status": stated}])
    assert (result.rows[0]["status"], result.unread[f"status={stated}"]) == (status, counted)


def test_what_was_virtualized_is_attended_online() -> None:
    assert read_one(status="Virtualized", city="Brest", country="France")["attendance_mode"] == "online"


def test_one_name_and_day_in_two_towns_are_two() -> None:
    towns = [CONFERENCE | {"city": city} for city in ("Lyon", "Lille", "Lille")]
    result = read_content(developers_events, towns)
    assert [row["source_event_id"] for row in result.rows] == ["2027-03-04-n-lyon", "2027-03-04-n-lille"]
    assert result.repeats == 1


def test_tags_but_languages_are_categories() -> None:
    tags = [{"key": "language", "value": "english"}, {"key": "tech", "value": "python"}, {"key": "type", "value": ""}]
    assert read_one(tags=tags)["categories"] == ["conference", "technology", "python"]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"hyperlink": "* [N](x)"}, "invalid_url"),
        ({"hyperlink": None}, "invalid_url"),
        ({"date": []}, "missing_start"),
        ({"date": ["x"]}, "invalid_start"),
        ({"date": None}, "missing_start"),
        ({"name": ""}, "missing_title"),
        ({"tags": 7}, "unreadable_record"),
    ],
)
def test_bad_records_are_faults(fields: dict[str, Any], rule: str) -> None:
    result = read_content(developers_events, [CONFERENCE | fields])
    assert ([fault.rule for fault in result.faults], result.rows) == ([rule], [])


def test_badges_do_not_change_a_record() -> None:
    one, other = (
        read_content(developers_events, [CONFERENCE | {"misc": misc}]).rows[0]["fingerprint"] for misc in ("a", "b")
    )
    assert one == other
    assert one != read_content(developers_events, [CONFERENCE | {"status": "x"}]).rows[0]["fingerprint"]


def test_one_file_is_one_page() -> None:
    pages, client = fetch_script(developers_events, lambda url, body: [], "https://list.example/all.json")
    assert ([page.answer.outcome for page in pages], client.asked) == (
        ["ok"],
        [("https://list.example/all.json", None)],
    )


def test_other_bodies() -> None:
    assert page_rules(developers_events, b"<html>") == ["not_json"]
    assert page_rules(developers_events, b'{"events": []}') == ["contract_drift"]
