import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import seatgeek
from pulsecity_pipeline.sources import seatgeek as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull


def test_hard_listings_come_back_as_they_are() -> None:
    listings = make_hard_listings()
    pulled = pull(seatgeek, listings)
    joined = join_truth(seatgeek, pulled, listings)
    assert pulled.is_sound
    assert len(pulled.rows) == len(listings)
    for column in ("title", "description", "url", "latitude", "longitude", "address", "venue_name", "region", "country",
                   "performers"):  # fmt: skip
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("is_date", "start_is_date"), ("town", "locality")):
        assert differing(joined, column, read) == [], column
    timed = joined.filter(~pl.col("is_date"))
    assert differing(timed, "ends_local", "end_wall") == []
    assert differing(timed, "stated_timezone", "start_zone") == []
    assert differing(joined.filter(pl.col("performers").list.len() > 0), "image_url") == []


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(seatgeek, make_hard_listings()).rows.to_dicts()}
    assert found["Choir, not now"]["status"] == "cancelled"
    assert found["Moved once"]["status"] == "rescheduled"
    assert found["Harvest of small instruments"]["categories"] == ["music festival", "concert"]
    assert found["The Paper Lanterns"]["price_min"] is None


def test_a_zone_that_the_venue_does_not_state_is_told_by_the_offset() -> None:
    listings = make_hard_listings().head(1).with_columns(stated_timezone=pl.lit(None, pl.String()))
    assert pull(seatgeek, listings).rows.select("start_wall", "start_zone").row(0) == (
        listings["starts_local"][0],
        "-07:00",
    )


def test_a_day_still_to_be_told_is_refused_by_the_adapter() -> None:
    listings = (
        make_hard_listings()
        .head(2)
        .with_columns(starts_local=pl.lit(None, pl.Datetime("us")), ends_local=pl.lit(None, pl.Datetime("us")))
    )
    assert [fault.rule for fault in pull(seatgeek, listings).faults] == ["date_tbd", "date_tbd"]


def test_all_pages_come_once() -> None:
    listings = make_listings(220)
    pulled = pull(seatgeek, listings)
    assert len(pulled.client.asked) == 3
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == len(pulled.rows) == 220


@pytest.mark.parametrize("parameters", ["page=0", "per_page=x", "lat=north", "range=30", "datetime_utc.gte=soon"])
def test_bad_parameters_are_their_errors(parameters: str) -> None:
    site, listings = list_sites(seatgeek)[0], publish(make_listings(3), seatgeek)
    reply = seatgeek.answer(site, listings, ask(f"{site.url}&{parameters}"))
    assert reply.status == 400
    assert adapter.split(reply.body).faults[0].rule == "api_error"


def test_a_request_belongs_to_the_nearest_city_to_its_range_and_to_its_night() -> None:
    city = city_of_tests()
    here, there = (list_sites(seatgeek, one)[0] for one in (city, city.model_copy(update={"longitude": -70.0})))
    assert seatgeek.find_site(ask(here.url), [there, here]) == here
    listings = publish(make_listings(30), seatgeek)
    reply = seatgeek.answer(here, listings, ask(here.url.replace("2026-11-21", "2027-12-01")))
    assert orjson.loads(reply.body)["meta"]["total"] == 0
    far = make_listings(30).with_columns(latitude=pl.col("latitude") + 2)
    assert len(pull(seatgeek, far).rows) == far["latitude"].is_null().sum()
