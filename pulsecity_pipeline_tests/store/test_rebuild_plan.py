"""Which nights a rebuild runs, and from where on."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pulsecity_pipeline.contracts import Page, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.rebuild_plan import NightPlan, plan_rebuild
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, ROMA, an_id, publish, rows


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def pull(lake: Lake, city_id: str, night: date) -> None:
    number = (night - NIGHT_1).days + 7 * (city_id == ROMA)
    page = {"page_id": an_id("pag", number), "pull_city_id": city_id, "night": night}
    lake.replace(Page, rows(Page, page), partition=city_id, night=night)


def drop(lake: Lake, city_id: str, night: date) -> None:
    lake.replace(Page, Page.empty(), partition=city_id, night=night)


def run(lake: Lake, city_id: str, night: date) -> None:
    pull(lake, city_id, night)
    publish(lake, city_id, night, Page)


def test_published_nights_run_and_others_are_pulled_only(lake: Lake) -> None:
    run(lake, DAVIS, NIGHT_1)
    pull(lake, DAVIS, NIGHT_2)
    run(lake, ROMA, NIGHT_2)
    run(lake, DAVIS, NIGHT_3)
    publish(lake, "online", NIGHT_3, Venue)
    run(lake, "shared", NIGHT_3)
    plan = plan_rebuild(lake)
    assert plan.copied_until is None
    assert plan.nights == [
        NightPlan(NIGHT_1, [], [DAVIS], [], []),
        NightPlan(NIGHT_2, [], [ROMA], [DAVIS], []),
        NightPlan(NIGHT_3, ["shared"], [DAVIS], [], ["online"]),
    ]
    assert plan.city_ids == [ROMA, DAVIS]
    assert plan_rebuild(lake, [DAVIS]).nights == [
        NightPlan(NIGHT_1, [], [DAVIS], [], []),
        NightPlan(NIGHT_2, [], [], [DAVIS], []),
        NightPlan(NIGHT_3, [], [DAVIS], [], []),
    ]


def test_dropped_pages_of_one_city_move_the_start_of_all(lake: Lake) -> None:
    for night in (NIGHT_1, NIGHT_2, NIGHT_3):
        run(lake, DAVIS, night)
        run(lake, ROMA, night)
    drop(lake, ROMA, NIGHT_1)
    plan = plan_rebuild(lake)
    assert plan.copied_until == NIGHT_1
    assert [planned.night for planned in plan.nights] == [NIGHT_2, NIGHT_3]
    assert plan_rebuild(lake, [DAVIS]).copied_until is None


def test_a_city_without_a_page_left_is_taken_over(lake: Lake) -> None:
    run(lake, ROMA, NIGHT_1)
    drop(lake, ROMA, NIGHT_1)
    run(lake, DAVIS, NIGHT_2)
    plan = plan_rebuild(lake)
    assert plan.copied_until == NIGHT_1
    assert plan.nights == [NightPlan(NIGHT_2, [], [DAVIS], [], [])]


def test_a_city_published_before_it_had_feeds_is_complete(lake: Lake) -> None:
    run(lake, ROMA, NIGHT_1)
    publish(lake, DAVIS, NIGHT_1, Page)
    run(lake, DAVIS, NIGHT_1 + timedelta(days=1))
    assert plan_rebuild(lake).copied_until is None
    assert plan_rebuild(lake).nights[0].published == [ROMA, DAVIS]
