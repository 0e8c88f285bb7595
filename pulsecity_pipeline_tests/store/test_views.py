"""The views answer hand-worked questions; "now" is the published night, never the clock."""

from datetime import date
from pathlib import Path

import pytest

from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline_tests.store.rows import DAVIS, ROMA, an_id
from pulsecity_pipeline_tests.store.world import CHOIR, FAIR, GONE, NIGHT, TRIP, UNDATED, build_world


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("views")
    build_world(Lake(folder / "lake"))
    build_warehouse(Lake(folder / "lake"), folder / "built.duckdb")
    # Named differently from both the file built and the database attached: views must not name either.
    return (folder / "built.duckdb").rename(folder / "renamed.duckdb")


def test_latest_nights(path: Path) -> None:
    found = query_warehouse(path, "SELECT city_id, night FROM latest_nights ORDER BY ALL").rows()
    assert found == [(ROMA, NIGHT), (DAVIS, NIGHT)]


def test_active_leaves_out_what_is_called_off(path: Path) -> None:
    found = query_warehouse(path, "SELECT event_id FROM events_active ORDER BY ALL")["event_id"].to_list()
    assert found == [FAIR, CHOIR, GONE, UNDATED, TRIP]


def test_upcoming_begins_with_the_published_night(path: Path) -> None:
    found = query_warehouse(
        path,
        "SELECT event_id, venue_name, attendance_p50, position, impact, night FROM events_upcoming ORDER BY event_id",
    ).rows()
    assert found == [
        (FAIR, "City Hall", None, 2, 20, NIGHT),
        (CHOIR, "City Hall", 60.0, 1, 26, NIGHT),
        (TRIP, "Sala 2", None, None, None, NIGHT),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-08-20", [GONE]),
        ("2026-08-21", []),
        ("2026-08-22", [FAIR]),
        ("2026-08-24", [FAIR]),
        ("2026-08-25", []),
        ("2026-08-29", [CHOIR]),
    ],
)
def test_events_on_a_day(path: Path, day: str, expected: list[str]) -> None:
    assert query_warehouse(path, f"FROM events_on('{DAVIS}', '{day}')")["event_id"].to_list() == expected
    assert query_warehouse(path, f"FROM events_on('{DAVIS}', DATE '{day}')").height == len(expected)


def test_sources_show_each_listing_once_as_the_events_city_has_it(path: Path) -> None:
    found = query_warehouse(
        path, "SELECT event_title, listing_id, pull_city_id, feed, page_url FROM event_sources ORDER BY listing_id"
    ).rows()
    page = "https://library.example/events.ics"
    assert found == [
        ("Choir's evening", an_id("lst", 0), DAVIS, "city_library", page),
        ("Choir's evening", an_id("lst", 1), DAVIS, "city_library", page),
    ]


def test_latest_rankings_pulse_and_health(path: Path) -> None:
    ranked = query_warehouse(path, "SELECT position, title, night FROM rankings_latest ORDER BY position").rows()
    assert ranked == [(1, "Choir's evening", NIGHT), (2, "Fair of three days", NIGHT)]
    weeks = query_warehouse(path, "SELECT week_on, pulse FROM city_pulse_latest ORDER BY ALL").rows()
    assert weeks == [(date(2026, 8, 17), 11.5), (date(2026, 8, 24), 11.3)]
    health = query_warehouse(path, "SELECT feed, state FROM source_health_latest ORDER BY ALL").rows()
    assert health == [("a", "healthy"), ("b", "failing")]


def test_open_rejects_and_redirects(path: Path) -> None:
    rejects = query_warehouse(path, "SELECT pull_city_id, reject_id FROM rejects_open ORDER BY ALL").rows()
    assert rejects == [(ROMA, an_id("rej", 1)), (DAVIS, an_id("rej", 1))]
    assert query_warehouse(path, "SELECT from_id, to_id FROM id_redirects").rows() == [(GONE, CHOIR)]


def test_cities_overview(path: Path) -> None:
    found = query_warehouse(path, "FROM cities_overview ORDER BY city_id").to_dicts()
    assert found == [
        {
            "city_id": ROMA,
            "night": NIGHT,
            "event_count": 1,
            "upcoming_count": 1,
            "next_on": date(2026, 8, 23),
            "top_event": None,
            "venue_count": 1,
            "listing_count": 1,
            "open_reject_count": 1,
            "feed_count": 0,
            "unwell_feed_count": 0,
            "week_pulse": None,
        },
        {
            "city_id": DAVIS,
            "night": NIGHT,
            "event_count": 5,
            "upcoming_count": 2,
            "next_on": date(2026, 8, 29),
            "top_event": "Choir's evening",
            "venue_count": 1,
            "listing_count": 2,
            "open_reject_count": 1,
            "feed_count": 2,
            "unwell_feed_count": 1,
            "week_pulse": 11.5,
        },
    ]
