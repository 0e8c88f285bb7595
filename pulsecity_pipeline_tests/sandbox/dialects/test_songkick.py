from datetime import datetime

import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import songkick
from pulsecity_pipeline.sources import songkick as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull

_HARD = make_hard_listings()


def test_hard_listings_come_back_as_they_are() -> None:
    pulled = pull(songkick, _HARD)
    joined = join_truth(songkick, pulled, _HARD)
    assert pulled.is_sound
    assert len(pulled.rows) == len(_HARD)
    for column in ("title", "url", "latitude", "longitude", "venue_name", "performers"):
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("is_date", "start_is_date")):
        assert differing(joined, column, read) == [], column
    placed = joined.filter(pl.col("town").is_not_null())
    assert [*differing(placed, "town", "locality"), *differing(placed, "region"), *differing(placed, "country")] == []
    assert joined.filter(pl.col("town").is_null())["locality_read"].unique().to_list() == ["Denver"]


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(songkick, _HARD).rows.to_dicts()}
    assert found["Choir, not now"]["status"] == "cancelled"
    assert found["Moved once"]["status"] is None
    festival = found["Harvest of small instruments"]
    assert festival["categories"] == ["music", "Festival"]
    assert (festival["end_wall"].day, festival["end_is_date"]) == (2, True)
    assert found["The Paper Lanterns"]["end_wall"] is None


def test_the_offset_beside_a_summer_evening_is_that_of_winter() -> None:
    summer = pl.lit(datetime(2027, 7, 4, 20), pl.Datetime("us"))  # noqa: DTZ001 - a wall clock
    listings = publish(_HARD.head(1).with_columns(starts_local=summer), songkick)
    site = list_sites(songkick)[0]
    event = orjson.loads(songkick.answer(site, listings, ask(site.url)).body)["resultsPage"]["results"]["event"][0]
    assert event["start"] == {"date": "2027-07-04", "time": "20:00:00", "datetime": "2027-07-04T20:00:00-0700"}
    assert event["displayName"] == "The Paper Lanterns at Harbor Hall (July 4, 2027)"


def test_what_is_known_to_be_in_a_town_has_a_point_of_the_town() -> None:
    listings = _HARD.head(1).with_columns(geo_precision=pl.lit("city"))
    row = pull(songkick, listings).rows.row(0, named=True)
    assert (row["latitude"], row["geo_precision"]) == (39.7412, "city")


def test_a_region_outside_america_is_left_out() -> None:
    listings = _HARD.head(1).with_columns(country=pl.lit("GB"), town=pl.lit("Leeds"), region=pl.lit("England"))
    row = pull(songkick, listings).rows.row(0, named=True)
    assert (row["locality"], row["region"], row["country"]) == ("Leeds", None, "UK")


def test_all_pages_come_once() -> None:
    pulled = pull(songkick, make_listings(130).with_columns(attendance_mode=pl.lit("offline")))
    assert len(pulled.client.asked) == 3
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == len(pulled.rows) == 130


@pytest.mark.parametrize("parameters", ["page=0", "per_page=x", "location=sk:1", "min_date=2027-01-01"])
def test_bad_parameters_are_told_with_a_good_status(parameters: str) -> None:
    site, listings = list_sites(songkick)[0], publish(make_listings(3), songkick)
    reply = songkick.answer(site, listings, ask(f"{site.url}&{parameters}"))
    assert reply.status == 200
    assert adapter.split(reply.body).faults[0].rule == "api_error"


def test_a_calendar_without_events_has_no_list() -> None:
    site, listings = list_sites(songkick)[0], publish(make_listings(3), songkick)
    body = songkick.answer(site, listings, ask(f"{site.url}&min_date=2031-01-01&max_date=2031-02-01")).body
    assert orjson.loads(body)["resultsPage"]["results"] == {}
    assert adapter.split(body).faults == []


def test_a_request_belongs_to_the_nearest_city() -> None:
    city = city_of_tests()
    here, there = (list_sites(songkick, one)[0] for one in (city, city.model_copy(update={"longitude": -70.0})))
    assert songkick.find_site(ask(here.url), [there, here]) == here
