import orjson
import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.dialects import facebook_events
from pulsecity_pipeline.sources import facebook_events as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull


def test_hard_listings_come_back_as_they_are() -> None:
    listings = make_hard_listings()
    pulled = pull(facebook_events, listings)
    joined = join_truth(facebook_events, pulled, listings)
    assert pulled.is_sound
    assert len(pulled.rows) == len(listings)
    for column in ("title", "description", "organizer", "attendance_mode", "online_url", "latitude", "longitude",
                   "venue_name", "address", "region"):  # fmt: skip
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("ends_local", "end_wall"), ("town", "locality"),
                         ("stated_timezone", "start_zone"), ("updated_at", "source_updated_at")):  # fmt: skip
        assert differing(joined, column, read) == [], column


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(facebook_events, make_hard_listings()).rows.to_dicts()}
    assert found["Choir, not now"]["status"] == "cancelled"
    assert found["Moved once"]["status"] is None
    assert found["Secret garden set"]["locality"] == "Denver"
    assert found["The Paper Lanterns"]["categories"] == ["music and audio"]
    mixed = make_hard_listings().head(1).with_columns(attendance_mode=pl.lit("mixed"))
    assert pull(facebook_events, mixed).rows["attendance_mode"].to_list() == ["mixed"]


def test_only_what_is_asked_for_is_told() -> None:
    site, listings = list_sites(facebook_events)[0], publish(make_listings(3), facebook_events)
    bare = f"http://{site.host}{site.path}"
    nodes = orjson.loads(facebook_events.answer(site, listings, ask(f"{bare}?fields=name")).body)["data"]
    assert [sorted(node) for node in nodes] == [["id", "name"]] * 3
    told = {
        name for node in orjson.loads(facebook_events.answer(site, listings, ask(bare)).body)["data"] for name in node
    }
    assert told == {"id", "name", "start_time", "end_time", "description", "place"}


def test_what_is_cancelled_is_told_to_whoever_asks() -> None:
    site, listings = list_sites(facebook_events)[0], publish(make_hard_listings(), facebook_events)
    for address, count in ((site.url, 16), (site.url.replace("include_canceled=true&", ""), 15)):
        assert len(orjson.loads(facebook_events.answer(site, listings, ask(address)).body)["data"]) == count


def test_pages_follow_by_cursor_and_all_come_once_without_a_token() -> None:
    site, listings = list_sites(facebook_events)[0], make_listings(130)
    pulled = pull(facebook_events, listings)
    assert len(pulled.client.asked) == 3
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == len(pulled.rows) == 130
    reply = facebook_events.answer(site, publish(listings, facebook_events), ask(f"{site.url}&access_token=s3cret"))
    assert b"next" in reply.body
    assert b"s3cret" not in reply.body


@pytest.mark.parametrize("parameters", ["limit=0", "time_filter=soon", "after=nonsense"])
def test_bad_parameters_are_their_errors(parameters: str) -> None:
    site, listings = list_sites(facebook_events)[0], publish(make_listings(3), facebook_events)
    reply = facebook_events.answer(site, listings, ask(f"{site.url}&{parameters}"))
    assert reply.status == 400
    assert adapter.split(reply.body).faults[0].rule == "api_error"


def test_a_site_is_a_page_of_its_own() -> None:
    sites = [site for city in load_cities().values() for site in list_sites(facebook_events, city)]
    assert (
        len({(site.city_id, site.feed) for site in sites})
        == len({site.path for site in sites})
        == 2 * len(load_cities())
    )
    assert facebook_events.find_site(ask(sites[5].url.replace("v25.0", "v24.0")), sites) == sites[5]
    assert facebook_events.find_site(ask(f"http://{sites[5].host}/v25.0/1/events"), sites) is None
    site = sites[5]
    empty = facebook_events.answer(site, publish(make_listings(0), facebook_events), ask(site.url))
    assert orjson.loads(empty.body) == {"data": []}
