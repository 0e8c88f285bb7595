import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import eventbrite
from pulsecity_pipeline.sources import eventbrite as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull


def test_hard_listings_come_back_as_they_are() -> None:
    listings = make_hard_listings()
    pulled = pull(eventbrite, listings)
    joined = join_truth(eventbrite, pulled, listings)
    assert pulled.is_sound
    assert len(pulled.rows) == len(listings)
    for column in ("title", "description", "organizer", "url", "image_url", "latitude", "longitude", "address",
                   "attendance_mode", "venue_name", "region", "country"):  # fmt: skip
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("ends_local", "end_wall"), ("town", "locality"),
                         ("stated_timezone", "start_zone"), ("series_native_id", "series_uid")):  # fmt: skip
        assert differing(joined, column, read) == [], column
    for column in ("price_min", "price_max"):
        assert differing(joined, column) == [], column


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(eventbrite, make_hard_listings()).rows.to_dicts()}
    assert found["Choir, not now"]["status"] == "cancelled"
    assert found["Moved once"]["status"] is None
    assert found["Full house"]["sale_status"] == "sold_out"
    assert found["Open rehearsal"]["is_free"]
    assert found["Late trio"]["is_free"] is None
    assert found["The Paper Lanterns"]["is_free"] is False
    assert found["The Paper Lanterns"]["categories"] == ["Rock", "Music", "Concert or Performance", "indie", "two sets"]
    assert found["Some time on that day"]["start_is_date"] is False


@pytest.mark.parametrize(("currency", "value"), [("JPY", 18), ("KWD", 18000), ("EUR", 1800)])
def test_prices_in_minor_units_of_any_currency(currency: str, value: int) -> None:
    listings = make_hard_listings().filter(pl.col("price_min").is_not_null()).with_columns(currency=pl.lit(currency))
    listings = listings.with_columns(pl.col("price_min", "price_max").round(0))
    pulled = pull(eventbrite, listings)
    joined = join_truth(eventbrite, pulled, listings)
    assert [*differing(joined, "price_min"), *differing(joined, "currency")] == []
    events = orjson.loads(pulled.client.replies[0].body)["events"]["results"]
    prices = {event["name"]: event["ticket_availability"]["minimum_ticket_price"] for event in events}
    assert prices["Full house"]["value"] == value


def test_more_than_a_query_gives_is_divided_until_all_has_come() -> None:
    day = make_listings(1)["starts_local"][0]
    crowded = make_listings(1300, seed=8).with_columns(
        starts_local=pl.lit(day, pl.Datetime("us")) + pl.duration(minutes=pl.int_range(pl.len()) % 200)
    )
    pulled = pull(eventbrite, pl.concat([crowded, make_listings(400)]))
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == 1700


def test_a_query_counts_all_and_gives_a_thousand() -> None:
    site, listings = list_sites(eventbrite)[0], publish(make_listings(1030), eventbrite)
    search = {"places": [site.query.split("=")[1].partition("&")[0]], "page_size": 50, "page": 21}
    reply = eventbrite.answer(site, listings, ask(site.url, orjson.dumps({"event_search": search})))
    told = orjson.loads(reply.body)["events"]
    assert told["pagination"]["object_count"] == 1030
    assert told["pagination"]["page_count"] == 20
    assert told["results"] == []


def test_every_city_has_a_place_of_its_own() -> None:
    city = city_of_tests()
    here, there = (list_sites(eventbrite, one)[0] for one in (city, city.model_copy(update={"city_id": "us-co-other"})))
    listings = make_listings(3)
    assert len(pull(eventbrite, listings, site=here, other=[there]).rows) == 3
    search = {"event_search": {"places": ["1"]}}
    assert eventbrite.find_site(ask(here.url, orjson.dumps(search)), [here, there]) is None


@pytest.mark.parametrize(
    ("search", "status"),
    [({}, 400), ({"places": ["1"], "page_size": 51}, 400), ({"places": ["1"], "date_range": {"from": "soon"}}, 400)],
)
def test_bad_searches_are_their_errors(search: dict[str, object], status: int) -> None:
    site, listings = list_sites(eventbrite)[0], publish(make_listings(3), eventbrite)
    reply = eventbrite.answer(site, listings, ask(site.url, orjson.dumps({"event_search": search})))
    assert reply.status == status
    assert adapter.split(reply.body).faults[0].rule == "api_error"
    assert eventbrite.answer(site, listings, ask(site.url)).status == 405
