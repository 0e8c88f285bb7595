"""What sites make of the truth: who lists what, how it is put, what is left out, and what is no happening at all."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.publishing.habits import habits_of, load_habits
from pulsecity_pipeline.sandbox.publishing.listing import LISTING
from pulsecity_pipeline.sandbox.publishing.noise import _TITLES
from pulsecity_pipeline.sandbox.publishing.outages import OUTAGES, draw_outages
from pulsecity_pipeline.sandbox.publishing.publish import Published
from pulsecity_pipeline.sandbox.world.build import World
from pulsecity_pipeline_tests.sandbox.cities import AUSTIN, NIGHT, night_of

CITY = AUSTIN.city_id


@pytest.fixture(scope="module")
def world() -> World:
    return night_of(scale=2.0).world(CITY)


@pytest.fixture(scope="module")
def published() -> Published:
    return night_of(scale=2.0).published(CITY)


@pytest.fixture(scope="module")
def beside(published: Published) -> pl.DataFrame:
    """Listings with what is true of them."""
    truth = published.truth.drop("source", "feed", "site_city_id", "listing_key", "happening_id")
    return published.listings.with_columns(truth)


def test_listings_have_their_schema_and_keys(published: Published) -> None:
    assert published.listings.schema == LISTING
    assert published.listings["listing_key"].is_unique().all()
    assert published.listings["title"].null_count() == 0


def test_every_source_has_habits() -> None:
    named = {name.partition("/")[0] for name in load_habits()}
    assert named == set(DIALECTS)
    with pytest.raises(ConfigurationError, match="no habits of nobody"):
        habits_of(replace(night_of().sites(CITY)[0], source="nobody"))


def test_nothing_is_stated_that_a_source_cannot_state(published: Published) -> None:
    stated = published.listings.group_by("source").agg(pl.col("ends_local", "capacity", "price_text").count())
    counts = {row["source"]: row for row in stated.to_dicts()}
    assert all(row["capacity"] == 0 for row in counts.values())
    assert counts["legistar"]["ends_local"] == 0
    assert counts["ics"]["price_text"] > 0
    assert counts["ticketmaster"]["price_text"] == 0


def test_an_organisers_site_lists_its_own_and_nobody_elses(world: World, published: Published) -> None:
    owned = [one for one in night_of(scale=2.0).owned_sites(CITY) if one.organiser_id and one.site.source == "ics"]
    assert len(owned) > 15
    happenings = world.happenings().select("happening_id", "organiser_id")
    for site, organiser_id in owned:
        listed = published.of_site(site).join(happenings, on="happening_id")
        assert set(listed["organiser_id"]) <= {organiser_id}, site.feed


def test_what_is_listed_was_announced_and_is_of_the_window(world: World, beside: pl.DataFrame) -> None:
    told = beside.join(world.happenings().select("happening_id", "announced_at"), on="happening_id")
    assert told.filter(pl.col("created_at") < pl.col("announced_at")).is_empty()
    assert told.filter(pl.col("created_at") > world.at).is_empty()
    api = told.filter(pl.col("source") == "ticketmaster")
    assert api.filter(pl.col("starts_local").dt.date() < NIGHT).is_empty()


def test_happenings_are_listed_by_several(published: Published) -> None:
    counts = published.listings.drop_nulls("happening_id").group_by("happening_id").len()["len"]
    assert counts.mean() > 1.3  # type: ignore[operator]
    assert counts.max() >= 5  # type: ignore[operator]


def test_titles_are_reworded_and_misspelt_but_mostly_right(beside: pl.DataFrame) -> None:
    events = beside.filter(pl.col("listing_class") == "event", pl.col("status") == "scheduled")
    same = events.filter(pl.col("title") == pl.col("true_title")).height / events.height
    assert 0.5 < same < 0.95
    at_venue = events.filter(pl.col("source") == "songkick")["title"].str.contains(" at ").mean()
    assert at_venue > 0.8  # type: ignore[operator]


def test_cancellations_are_told_in_every_way(beside: pl.DataFrame) -> None:
    off = beside.filter(pl.col("true_status") == "cancelled")
    in_title = pl.col("title").str.contains("CANCELLED: ")
    assert off.filter(in_title, pl.col("status") == "cancelled").height > 0
    assert off.filter(~in_title, pl.col("status") == "cancelled").height > 0
    assert off.filter(~in_title, pl.col("status") == "scheduled").height > 0
    assert off.filter(in_title, pl.col("status") == "scheduled").is_empty()
    sound = beside.filter(pl.col("true_status") == "scheduled", pl.col("happening_id").is_not_null())
    assert sound.filter(pl.col("title").str.starts_with("CANCELLED: ")).is_empty()


def test_places_are_put_in_several_ways(published: Published) -> None:
    offline = published.listings.filter(pl.col("source") == "ics", pl.col("happening_id").is_not_null())
    name, address = pl.col("venue_name").is_not_null(), pl.col("address").is_not_null()
    for way in (name & address, name & ~address, ~name & address, ~name & ~address):
        assert offline.filter(way).height > 0.02 * offline.height
    assert offline.filter(~address)["town"].null_count() == offline.filter(~address).height
    vague = published.listings.filter(pl.col("geo_precision") == "approximate")
    assert set(vague["source"]) <= {"meetup", "luma"}


def test_prices_in_words_say_what_is_told(beside: pl.DataFrame) -> None:
    words = beside.filter(pl.col("price_text").is_not_null())
    assert words.filter(pl.col("price_text").str.contains(r"[{}]")).is_empty()
    free = words.filter("told_is_free")
    assert free.filter(pl.col("price_text").str.contains(r"\d")).is_empty()
    paid = words.filter(~pl.col("told_is_free"))
    assert paid.filter(~pl.col("price_text").str.contains(r"\d")).is_empty()
    assert paid.filter(pl.col("price_text").str.starts_with("from "))["told_price_max"].null_count() > 0


def test_days_of_a_series_are_put_alike_on_one_site(published: Published) -> None:
    series = published.listings.filter(pl.col("series_native_id").is_not_null(), pl.col("status") == "scheduled")
    places = series.group_by("source", "feed", "series_native_id").agg(pl.col("address").n_unique(), pl.len())
    weekly = places.filter(pl.col("len") > 4)
    assert weekly.height > 10
    assert weekly.filter(pl.col("address") <= 2).height > 0.95 * weekly.height


def test_what_is_no_happening_stands_for_none(beside: pl.DataFrame) -> None:
    noise = beside.filter(pl.col("listing_class") != "event")
    assert noise["happening_id"].null_count() == noise.height
    assert set(noise["listing_class"]) >= {"parking", "upsell", "advert", "course_ad", "closed_notice"}
    assert set(noise["listing_class"]) <= {*_TITLES} - {"recap"}
    assert 0.002 < noise.height / beside.height < 0.06


def test_some_list_a_thing_twice_under_two_ids(published: Published) -> None:
    events = published.listings.drop_nulls("happening_id")
    twice = events.group_by("source", "feed", "happening_id").agg(pl.col("native_id").n_unique())
    assert 0 < twice.filter(pl.col("native_id") > 1).height < 0.05 * twice.height


def truth_of(day: int) -> pl.DataFrame:
    """What is true of the listings of both cities so many days later, with native_id."""
    nights = [night_of(NIGHT + timedelta(days=day), scale=2.0).published(city_id) for city_id in (CITY, "de-berlin")]
    return pl.concat([one.truth.with_columns(one.listings["native_id"]) for one in nights])


def test_ids_of_some_sites_change_with_what_they_say() -> None:
    both = truth_of(0).join(truth_of(14), on="listing_key", suffix="_later")
    unstable = both.filter(pl.col("native_id") != pl.col("native_id_later"))
    assert 0 < unstable.height < 0.02 * both.height
    assert len(set(unstable["feed"])) < 0.3 * len(set(both["feed"]))


def test_some_vanish_although_they_take_place_and_some_return() -> None:
    nights = [truth_of(day) for day in (0, 2, 5, 8, 11, 14)]
    takes_place = pl.col("true_status").eq("scheduled").all().over("happening_id")
    on = pl.concat(nights).filter(takes_place)["happening_id"].unique().implode()
    ahead = nights[0].filter(
        pl.col("happening_id").is_in(on), pl.col("true_starts_local").dt.date() > NIGHT + timedelta(days=20)
    )
    gone = set(ahead["listing_key"]) - set(nights[1]["listing_key"])
    back = gone & set().union(*(one["listing_key"] for one in nights[2:]))
    assert 0 < len(back) < len(gone) < 0.01 * ahead.height


def test_outages_befall_some_sites_on_some_nights() -> None:
    sites = [site for city_id in ("us-tx-austin", "de-berlin") for site in night_of(scale=2.0).sites(city_id)]
    nights = [draw_outages(sites, seed=7, night=NIGHT + timedelta(days=day)) for day in range(60)]
    kinds = {fault.kind for plan in nights for fault in plan.faults}
    assert kinds == {*OUTAGES, "drift"}
    passing = sum(fault.kind != "drift" for plan in nights for fault in plan.faults)
    assert passing / (60 * len(sites)) == pytest.approx(sum(OUTAGES.values()), rel=0.25)
    drifted = [{(fault.feed, fault.city_id) for fault in plan.faults if fault.kind == "drift"} for plan in nights]
    assert all(before <= after for before, after in pairwise(drifted))
