from urllib.parse import quote

import orjson
import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.dialects import bandsintown
from pulsecity_pipeline.sources import bandsintown as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing, join_truth, list_sites, pull

_HARD = make_hard_listings().filter(pl.col("status") != "cancelled")


def test_hard_listings_come_back_as_they_are() -> None:
    pulled = pull(bandsintown, _HARD)
    joined = join_truth(bandsintown, pulled, _HARD)
    assert pulled.is_sound
    assert len(pulled.rows) == len(_HARD)
    for column in (
        "title",
        "description",
        "url",
        "latitude",
        "longitude",
        "venue_name",
        "address",
        "region",
        "performers",
    ):
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("is_date", "start_is_date"), ("town", "locality")):
        assert differing(joined, column, read) == [], column
    assert differing(joined.filter(~pl.col("all_day")), "ends_local", "end_wall") == []


def test_what_is_special_is_said_in_their_words() -> None:
    found = {row["title"]: row for row in pull(bandsintown, make_hard_listings()).rows.to_dicts()}
    assert "Choir, not now" not in found
    assert (
        found["Harvest of small instruments"]["end_wall"].day,
        found["Harvest of small instruments"]["end_is_date"],
    ) == (2, True)
    assert found["Open rehearsal"]["is_free"]
    assert found["Late trio"]["is_free"] is None
    assert found["Full house"]["sale_status"] == "sold_out"
    assert found["The Paper Lanterns"]["sale_status"] == "on_sale"
    assert found["The Paper Lanterns"]["country"] == "United States"
    assert found["Types without tears"]["attendance_mode"] == "online"


def test_a_title_that_is_shown_anyway_is_left_empty() -> None:
    listings = _HARD.head(1).with_columns(title=pl.lit("The Paper Lanterns @ Harbor Hall"))
    pulled = pull(bandsintown, listings)
    assert pulled.rows["title"].to_list() == ["The Paper Lanterns @ Harbor Hall"]
    assert orjson.loads(pulled.client.replies[0].body)[0]["title"] == ""


def test_the_artist_stands_on_the_first_date_alone() -> None:
    pulled = pull(bandsintown, _HARD)
    dates = orjson.loads(pulled.client.replies[0].body)
    assert dates[0]["artist"]["name"] == list_sites(bandsintown)[0].title
    assert ["artist" in date for date in dates[1:]] == [False] * (len(_HARD) - 1)


def test_a_site_is_an_artist_of_its_own() -> None:
    sites = [site for city in load_cities().values() for site in list_sites(bandsintown, city)]
    assert (
        len({(site.city_id, site.feed) for site in sites})
        == len({site.path for site in sites})
        == 3 * len(load_cities())
    )
    one = sites[7]
    assert bandsintown.find_site(ask(one.url), sites) == one
    named = bandsintown.find_site(ask(f"http://{one.host}/artists/{quote(one.title)}/events/"), sites)
    assert named is not None
    assert named.title == one.title
    assert bandsintown.find_site(ask(f"http://{one.host}/artists/Nobody/events/"), sites) is None


@pytest.mark.parametrize(("word", "count"), [("upcoming", 15), ("all", 15), ("past", 0), ("2026-11-24,2026-11-25", 2)])
def test_dates_are_chosen_by_a_word_or_a_range(word: str, count: int) -> None:
    site, listings = list_sites(bandsintown)[0], publish(make_hard_listings(), bandsintown)
    reply = bandsintown.answer(site, listings, ask(f"{site.url}&date={word}"))
    assert len(orjson.loads(reply.body)) == count


def test_a_range_that_is_none_is_an_error() -> None:
    site = list_sites(bandsintown)[0]
    reply = bandsintown.answer(site, publish(make_listings(3), bandsintown), ask(f"{site.url}&date=soon"))
    assert reply.status == 400
    assert adapter.split(reply.body).faults[0].rule == "api_error"
