"""confs.tech: inclusive days, towns with their state, both ways to attend, and topics that have no file."""

from typing import Any

import pytest

from pulsecity_pipeline.sources import confs_tech
from pulsecity_pipeline.sources.protocol import Feed, Validators
from pulsecity_pipeline_tests.sources.scripted import ScriptedClient, fetch_script, page_rules, read_content

BASE = "https://files.example/conferences/2027"


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_content(confs_tech, [{"name": "N", "startDate": "2027-03-04", **fields}]).rows
    return row


@pytest.mark.parametrize(
    ("online", "city", "mode"),
    [
        (True, None, "online"),
        (True, "Porto", "mixed"),
        (False, "Porto", "offline"),
        (None, "Porto", "offline"),
        (False, None, None),
        (None, None, None),
    ],
)
def test_the_flag_and_the_town_tell_how_to_attend(online: bool | None, city: str | None, mode: str | None) -> None:
    row = read_one(online=online, city=city)
    assert (row["attendance_mode"], row.get("online_url")) == (mode, None)


def test_the_end_is_the_last_day_and_days_have_no_zone() -> None:
    row = read_one(endDate="2027-03-06")
    assert (str(row["start_wall"]), str(row["end_wall"])) == ("2027-03-04 00:00:00", "2027-03-06 00:00:00")
    assert (row["start_is_date"], row["end_is_date"], row["start_zone"], row["end_zone"]) == (True, True, None, None)


@pytest.mark.parametrize(
    ("city", "locality", "region"),
    [
        ("Austin, TX", "Austin", "TX"),
        ("Porto", "Porto", None),
        ("Falmouth, Cornwall", "Falmouth, Cornwall", None),
        (None, None, None),
    ],
)
def test_a_state_behind_the_town_is_its_region(city: str | None, locality: str | None, region: str | None) -> None:
    row = read_one(city=city)
    assert (row.get("locality"), row.get("region")) == (locality, region)


def test_name_day_and_town_make_the_id() -> None:
    one = {"name": "Pebble  Conf", "startDate": "2027-03-04", "city": "Porto"}
    others = [{"name": "pebble conf "}, {"city": "Faro"}, {"startDate": "2027-03-05"}]
    result = read_content(confs_tech, [one, *(one | other for other in others)])
    ids = [row["source_event_id"] for row in result.rows]
    assert (ids[0], len(ids), result.repeats) == ("2027-03-04-pebble conf-porto", 3, 1)


def test_a_topic_without_a_file_gives_no_page() -> None:
    missing = f"{BASE}/elm.json"
    pages, _ = fetch_script(confs_tech, lambda url, _: 404 if url == missing else [], f"{BASE}/css.json", missing)
    assert [(page.feed.name, page.answer.outcome) for page in pages] == [("feed_0", "ok")]


@pytest.mark.parametrize(("statuses", "told"), [((404, 404), 2), ((404, 500), 1)])
def test_files_that_are_all_gone_and_other_failures_are_told(statuses: tuple[int, int], told: int) -> None:
    answers = dict(zip(("a", "b"), statuses, strict=True))
    pages, _ = fetch_script(confs_tech, lambda url, _: answers[url[-1]], f"{BASE}/a", f"{BASE}/b")
    assert [page.answer.outcome for page in pages] == ["failed"] * told


def test_files_are_asked_for_conditionally() -> None:
    client, known = ScriptedClient(lambda url, body: []), Validators(etag='"7"')
    list(confs_tech.fetch(client, [Feed("confs_tech", "a", BASE)], {BASE: known}))
    assert client.validators == [known]


def test_an_error_is_not_an_empty_topic() -> None:
    assert page_rules(confs_tech, b"[]") == []
    assert page_rules(confs_tech, b'{"message": "Not Found"}') == ["api_error"]
    assert page_rules(confs_tech, b'{"conferences": []}') == ["contract_drift"]
    assert page_rules(confs_tech, b"404: Not Found") == ["not_json"]
