import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import meetup
from pulsecity_pipeline.sources import meetup as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull


def test_hard_listings_come_back_as_they_are() -> None:
    listings = make_hard_listings()
    pulled = pull(meetup, listings)
    joined = join_truth(meetup, pulled, listings)
    assert pulled.is_sound
    assert len(pulled.rows) == len(listings)
    for column in ("title", "description", "organizer", "url", "image_url", "latitude", "longitude", "address",
                   "attendance_mode", "venue_name", "region", "price_min"):  # fmt: skip
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("ends_local", "end_wall"), ("town", "locality"),
                         ("stated_timezone", "start_zone"), ("series_native_id", "series_uid")):  # fmt: skip
        assert differing(joined, column, read) == [], column


def test_what_is_special_is_said_in_their_words() -> None:
    listings = make_hard_listings()
    found = {row["title"]: row for row in pull(meetup, listings).rows.to_dicts()}
    assert found["Choir, not now"]["status"] == "cancelled"
    assert found["Full house"]["sale_status"] == "sold_out"
    assert found["Open rehearsal"]["is_free"] is None
    assert found["The Paper Lanterns"]["price_max"] == 25
    assert found["The Paper Lanterns"]["categories"] == ["Music", "indie", "two sets"]
    mixed = listings.head(1).with_columns(attendance_mode=pl.lit("mixed"))
    assert pull(meetup, mixed).rows["venue_name"].to_list() == ["Harbor Hall"]
    assert pull(meetup, mixed).rows["attendance_mode"].to_list() == ["mixed"]


def test_of_a_series_the_id_is_not_the_token() -> None:
    site, listings = list_sites(meetup)[0], publish(make_hard_listings(), meetup)
    body = _question(after=None, first=200)
    nodes = [edge["node"] for edge in _edges(meetup.answer(site, listings, ask(site.url, body)).body)]
    assert [node["title"] for node in nodes if node["id"] != node["token"]] == ["Tuesday chess", "Tuesday chess"]


@pytest.mark.parametrize(("hours", "duration"), [(1, "PT1H"), (48, "P2D"), (49.5, "P2DT1H30M"), (0, None)])
def test_how_long_it_takes_is_told_too(hours: float, duration: str | None) -> None:
    listings = publish(
        make_listings(1).with_columns(ends_local=pl.col("starts_local") + pl.duration(minutes=hours * 60)), meetup
    )
    site = list_sites(meetup)[0]
    assert _edges(meetup.answer(site, listings, ask(site.url, _question())).body)[0]["node"]["duration"] == duration


def test_pages_follow_by_cursor_and_all_come_once() -> None:
    listings = make_listings(230)
    pulled = pull(meetup, listings)
    assert len(pulled.client.asked) == 3
    assert pulled.failures == []
    assert pulled.repeats == 0
    assert pulled.rows["source_event_id"].n_unique() == 230


@pytest.mark.parametrize(
    "wrong",
    [{"filter": {"lat": 39.7, "lon": -105.0, "startDateRange": "2026-11-21"}}, {"filter": {}}, {"after": "nonsense"}],
)
def test_what_cannot_be_read_is_told_beside_a_good_status(wrong: dict[str, object]) -> None:
    site, listings = list_sites(meetup)[0], publish(make_listings(3), meetup)
    reply = meetup.answer(site, listings, ask(site.url, _question(**wrong)))
    assert reply.status == 200
    assert adapter.split(reply.body).faults[0].rule == "api_error"


def test_a_question_belongs_to_the_nearest_city() -> None:
    city = city_of_tests()
    here, there = (list_sites(meetup, one)[0] for one in (city, city.model_copy(update={"longitude": -70.0})))
    assert meetup.find_site(ask(here.url, _question()), [there, here]) == here
    far = make_listings(20).with_columns(
        latitude=pl.lit(35.0), longitude=pl.lit(-105.0), attendance_mode=pl.lit("offline"), venue_name=pl.lit("Hall")
    )
    assert len(pull(meetup, far).rows) == 0


def _question(**changed: object) -> bytes:
    variables = {"filter": {"lat": 39.73, "lon": -104.98, "radius": 19}, "first": 100} | changed
    return orjson.dumps({"query": "query { recommendedEvents }", "variables": variables})


def _edges(body: bytes) -> list[dict[str, dict[str, object]]]:
    found: list[dict[str, dict[str, object]]] = orjson.loads(body)["data"]["recommendedEvents"]["edges"]
    return found
