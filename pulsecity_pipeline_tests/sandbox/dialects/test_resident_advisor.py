from typing import Any

import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import resident_advisor
from pulsecity_pipeline.sources import resident_advisor as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull

_HARD = make_hard_listings()


def test_hard_listings_come_back_as_they_are() -> None:
    pulled = pull(resident_advisor, _HARD)
    joined = join_truth(resident_advisor, pulled, _HARD)
    assert pulled.is_sound
    assert len(pulled.rows) == len(_HARD)
    for column in ("description", "organizer", "image_url", "latitude", "longitude", "venue_name", "performers"):
        assert differing(joined.filter(pl.col("attendance_mode").ne_missing("online")), column) == [], column
    for column, read in (("starts_local", "start_wall"), ("is_date", "start_is_date")):
        assert differing(joined, column, read) == [], column
    assert differing(joined.filter(~pl.col("all_day")), "ends_local", "end_wall") == []
    assert differing(joined.filter(pl.col("status") != "cancelled"), "title") == []


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(resident_advisor, _HARD).rows.to_dicts()}
    assert "CANCELLED: Choir, not now" in found
    assert found["Harvest of small instruments"]["end_wall"].day == 2
    assert found["Open rehearsal"]["is_free"]
    assert found["The Paper Lanterns"]["price"] == "$25 – $45.50"
    assert found["Late trio"]["price"] is None
    assert found["Types without tears"]["attendance_mode"] == "online"
    assert found["The Paper Lanterns"]["address"] == "12 Quay St; 80202 Denver"


@pytest.mark.parametrize(
    ("low", "high", "cost"), [(10.0, 15.5, "10-15.5"), (12.0, 12.0, "12"), (None, 8.0, "8"), (None, None, None)]
)
def test_a_price_without_words_is_written_in_theirs(low: float | None, high: float | None, cost: str | None) -> None:
    money = {"price_min": low, "price_max": high}
    stated = [pl.lit(value, pl.Decimal(12, 3)).alias(name) for name, value in money.items()]
    listings = _HARD.head(1).with_columns(*stated, price_text=pl.lit(None, pl.String()))
    assert pull(resident_advisor, listings).rows["price"].to_list() == [cost]


def test_an_event_of_days_is_listed_for_each_and_one_after_midnight_the_night_before() -> None:
    pulled = pull(resident_advisor, _HARD)
    assert pulled.repeats == 2
    site = list_sites(resident_advisor)[0]
    rows = _rows(
        resident_advisor.answer(site, publish(_HARD, resident_advisor), ask(site.url, _question(site.city_id))).body
    )
    nights = {row["event"]["title"]: row["listingDate"] for row in rows}
    assert nights["Until the first tram"] == "2026-12-18T00:00:00.000"
    assert len({row["id"] for row in rows}) == len(rows) == len(_HARD) + 2


def test_all_pages_come_once() -> None:
    pulled = pull(resident_advisor, make_listings(230))
    assert len(pulled.client.asked) == 4
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == len(pulled.rows) == 230


def test_an_area_is_found_by_name_and_asked_for_by_number() -> None:
    city = city_of_tests()
    leeds = city.model_copy(update={"city_id": "gb-leeds", "name": "Leeds", "country": "GB"})
    here, there = (list_sites(resident_advisor, one)[0] for one in (city, leeds))
    found = pull(resident_advisor, make_listings(3), site=there, other=[here])
    assert (len(found.rows), found.rows["country"].drop_nulls().unique().to_list()) == (3, ["UK"])
    unknown = orjson.dumps({"query": "areas(searchTerm: $searchTerm)", "variables": {"searchTerm": "Nowhere"}})
    assert resident_advisor.find_site(ask(here.url, unknown), [here, there]) is None


@pytest.mark.parametrize("wrong", [{"pageSize": 101}, {"page": 0}, {"filters": {"listingDate": {"gte": "soon"}}}])
def test_bad_questions_are_their_errors(wrong: dict[str, object]) -> None:
    site, listings = list_sites(resident_advisor)[0], publish(make_listings(3), resident_advisor)
    reply = resident_advisor.answer(site, listings, ask(site.url, _question(site.city_id, **wrong)))
    assert reply.status == 400
    assert adapter.split(reply.body).faults[0].rule == "api_error"
    assert resident_advisor.answer(site, listings, ask(site.url)).status == 400


def _question(city_id: str, **changed: object) -> bytes:
    filters = {"areas": {"eq": int(resident_advisor.find_area(city_id))}, "listingDate": {"gte": "2026-11-21"}}
    variables = {"filters": filters, "pageSize": 100, "page": 1} | changed
    return orjson.dumps({"query": "{ eventListings(filters: $filters) }", "variables": variables})


def _rows(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(body)["data"]["eventListings"]["data"]
    return found
