"""Published state copied into another lake."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Body, CityPulse, Listing, Page, Published, Venue
from pulsecity_pipeline.store.copying import copy_published, copy_visitors
from pulsecity_pipeline.store.hashing import hash_tables
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published, scan_neighbours, select_build
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, OSLO, ROMA, an_id, publish, rows


@pytest.fixture
def lakes(tmp_path: Path) -> tuple[Lake, Lake]:
    lake = Lake(tmp_path / "lake")
    for number, night in enumerate((NIGHT_1, NIGHT_2, NIGHT_3)):
        put_night(lake, DAVIS, night, number)
    put_night(lake, ROMA, NIGHT_3, 7)
    return lake, Lake(tmp_path / "into")


def put_night(lake: Lake, city_id: str, night: date, number: int) -> None:
    venue = {"venue_id": an_id("ven", number), "city_id": city_id}
    pulse = {"city_id": city_id, "night": night, "event_count": number}
    sha = f"{number}" * 64
    page = {"page_id": an_id("pag", number), "pull_city_id": city_id, "night": night, "body_sha256": sha}
    lake.replace(Venue, rows(Venue, venue), partition=city_id)
    lake.replace(CityPulse, rows(CityPulse, pulse), partition=city_id, night=night)
    lake.append_missing(Body, rows(Body, {"pull_city_id": city_id, "body_sha256": sha}), partition=city_id)
    lake.replace(Page, rows(Page, page), partition=city_id, night=night)
    publish(lake, city_id, night, Venue, CityPulse, Page, Body)


def test_a_copy_of_everything_has_the_same_digests(lakes: tuple[Lake, Lake]) -> None:
    lake, into = lakes
    assert copy_published(lake, into) == [ROMA, DAVIS]
    assert hash_tables(into).equals(hash_tables(lake))
    named = ["city_id", "night", "table_name", "run_id", "published_at", "row_count"]
    before = lake.scan(Published).filter(pl.col("night") == NIGHT_3).select(named)
    after = into.scan(Published).filter(pl.col("night") == NIGHT_3).select(named)
    assert after.collect().sort(named).equals(before.collect().sort(named))


def test_a_copy_up_to_a_night_is_the_state_of_that_night(lakes: tuple[Lake, Lake]) -> None:
    lake, into = lakes
    assert copy_published(lake, into, up_to=NIGHT_2) == [DAVIS]
    assert hash_tables(into).equals(hash_tables(lake, select_build(lake, up_to=NIGHT_2)))
    assert scan_all_published(into, Venue).collect()["venue_id"].to_list() == [an_id("ven", 1)]
    assert sorted(scan_all_published(into, CityPulse).collect()["night"]) == [NIGHT_1, NIGHT_2]
    assert sorted(into.scan(Page).collect()["night"]) == [NIGHT_1, NIGHT_2]
    assert sorted(into.scan(Body).collect()["body_sha256"]) == ["0" * 64, "1" * 64]


def test_pages_are_copied_as_they_are_kept_today(lakes: tuple[Lake, Lake]) -> None:
    lake, into = lakes
    lake.replace(Page, Page.empty(), partition=DAVIS, night=NIGHT_1)
    pulled_alone = rows(Page, {"page_id": an_id("pag", 9), "pull_city_id": OSLO, "night": NIGHT_2})
    lake.replace(Page, pulled_alone, partition=OSLO, night=NIGHT_2)
    copy_published(lake, into, up_to=NIGHT_2)
    found = into.scan(Page).select("pull_city_id", "night").collect().sort("pull_city_id")
    assert found.rows() == [(OSLO, NIGHT_2), (DAVIS, NIGHT_2)]
    assert into.scan(Body).collect()["body_sha256"].to_list() == ["1" * 64]


def test_visitors_stand_as_published_that_night(lakes: tuple[Lake, Lake]) -> None:
    lake, into = lakes
    for night, places in ((NIGHT_1, [DAVIS, ROMA]), (NIGHT_2, [ROMA])):
        overrides = [
            {"pull_city_id": ROMA, "listing_id": an_id("lst", number), "city_id": place}
            for number, place in enumerate(places)
        ]
        lake.replace(Listing, rows(Listing, *overrides), partition=ROMA)
        publish(lake, ROMA, night, Listing)
    copy_visitors(lake, into, city_ids=[DAVIS], up_to=NIGHT_1)
    assert into.scan(Listing).collect()["listing_id"].to_list() == [an_id("lst", 0)]
    assert scan_neighbours(into, city_id=DAVIS, before=NIGHT_2).collect().height == 1
    copy_visitors(lake, into, city_ids=[DAVIS], up_to=NIGHT_2)
    assert scan_neighbours(into, city_id=DAVIS, before=NIGHT_2).collect().height == 1
    assert scan_neighbours(into, city_id=DAVIS, before=NIGHT_3).collect().height == 0
