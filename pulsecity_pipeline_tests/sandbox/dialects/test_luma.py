import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import luma
from pulsecity_pipeline.sources import luma as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull


def test_hard_listings_come_back_as_they_are() -> None:
    listings = make_hard_listings().filter(pl.col("status") != "cancelled")
    pulled = pull(luma, listings)
    joined = join_truth(luma, pulled, listings)
    assert pulled.is_sound
    assert len(pulled.rows) == len(listings)
    for column in ("title", "organizer", "url", "image_url", "latitude", "longitude", "address", "attendance_mode",
                   "venue_name", "region", "country", "price_min", "price_max"):  # fmt: skip
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("ends_local", "end_wall"), ("town", "locality"),
                         ("stated_timezone", "start_zone"), ("series_native_id", "series_uid")):  # fmt: skip
        assert differing(joined, column, read) == [], column


def test_what_is_cancelled_is_gone() -> None:
    listings = make_hard_listings()
    assert "Choir, not now" not in pull(luma, listings).rows["title"].to_list()
    assert luma.is_shown(publish(listings, luma)).sum() == len(listings) - 1


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(luma, make_hard_listings()).rows.to_dicts()}
    assert found["Full house"]["sale_status"] == "sold_out"
    assert found["Open rehearsal"]["is_free"]
    assert found["Late trio"]["is_free"] is None
    assert found["Secret garden set"]["geo_precision"] == "approximate"
    assert found["Secret garden set"]["locality"] == "Denver"
    assert found["Types without tears"]["locality"] is None


@pytest.mark.parametrize("currency", ["JPY", "KWD", "EUR"])
def test_prices_in_minor_units_of_any_currency(currency: str) -> None:
    listings = make_hard_listings().filter(pl.col("price_min").is_not_null()).with_columns(currency=pl.lit(currency))
    listings = listings.with_columns(pl.col("price_min", "price_max").round(0))
    joined = join_truth(luma, pull(luma, listings), listings)
    assert [*differing(joined, "price_min"), *differing(joined, "price_max"), *differing(joined, "currency")] == []


def test_an_address_of_theirs_is_told_by_its_name_alone() -> None:
    listings = publish(
        make_listings(1).with_columns(url=pl.lit("https://luma.com/lanterns"), status=pl.lit("scheduled")), luma
    )
    site = list_sites(luma)[0]
    content = orjson.loads(luma.answer(site, listings, ask(site.url)).body)
    assert content["entries"][0]["event"]["url"] == "lanterns"


def test_pages_follow_by_cursor_in_no_order_and_all_come_once() -> None:
    listings = make_listings(130).with_columns(status=pl.lit("scheduled"))
    pulled = pull(luma, listings)
    assert len(pulled.client.asked) == 3
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == len(pulled.rows) == 130
    walls = pulled.rows["start_wall"].to_list()
    assert walls[:50] != sorted(walls[:50])
    assert max(walls[:50]) <= min(walls[50:100])


@pytest.mark.parametrize(
    "parameters", ["pagination_limit=none", "pagination_cursor=nonsense", "pagination_cursor=e30="]
)
def test_bad_parameters_are_their_errors(parameters: str) -> None:
    site, listings = list_sites(luma)[0], publish(make_listings(3), luma)
    reply = luma.answer(site, listings, ask(f"{site.url}&{parameters}"))
    assert reply.status == 400
    assert adapter.split(reply.body).faults[0].rule == "api_error"


def test_a_request_belongs_to_the_nearest_city() -> None:
    city = city_of_tests()
    here, there = (list_sites(luma, one)[0] for one in (city, city.model_copy(update={"longitude": -70.0})))
    assert luma.find_site(ask(here.url), [there, here]) == here
    assert luma.find_site(ask(here.url.partition("?")[0]), [there, here]) == there
