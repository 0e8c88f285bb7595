"""The world of a city: the same for the same seed, much the same from night to night, and full of what is hard."""

from datetime import date, timedelta

import polars as pl
import pytest

from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.sandbox.world.build import World, build_world
from pulsecity_pipeline.sandbox.world.frames import ARTIST, HAPPENING, HISTORY, PRICE_TIER, VENUE
from pulsecity_pipeline_tests.sandbox.cities import AUSTIN, BERLIN, NIGHT


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(AUSTIN, seed=7, night=NIGHT)


@pytest.fixture(scope="module")
def happenings(world: World) -> pl.DataFrame:
    return world.happenings()


def test_the_same_arguments_give_the_same_world(world: World) -> None:
    again = build_world(AUSTIN, seed=7, night=NIGHT)
    assert again.plan.equals(world.plan)
    assert again.venues.equals(world.venues)
    other = build_world(AUSTIN, seed=8, night=NIGHT).happenings()
    assert not set(other["happening_id"]) & set(world.happenings()["happening_id"])


def test_tables_have_their_schemas(world: World, happenings: pl.DataFrame) -> None:
    assert happenings.schema == HAPPENING
    assert world.venues.schema == VENUE
    assert world.artists.schema == ARTIST
    assert world.history().schema == HISTORY
    assert world.tiers().schema == PRICE_TIER
    assert happenings["happening_id"].is_unique().all()


def test_two_nights_share_what_both_cover(happenings: pl.DataFrame) -> None:
    later = build_world(AUSTIN, seed=7, night=NIGHT + timedelta(days=1)).happenings()
    both = happenings.join(later, on="happening_id", suffix="_later")
    assert both.height > 0.97 * happenings.height
    for name in ("title", "starts_local", "venue_id", "description", "price_min", "performers", "status"):
        assert both.filter(pl.col(name).ne_missing(pl.col(f"{name}_later"))).height <= 0.01 * both.height, name


def test_nothing_is_known_before_it_is_announced(world: World, happenings: pl.DataFrame) -> None:
    assert happenings.filter(pl.col("announced_at") > world.at).is_empty()
    assert world.history().filter(pl.col("known_at") > world.at).is_empty()


def test_kinds_of_happenings_alone_are_those_of_the_whole(happenings: pl.DataFrame) -> None:
    alone = build_world(AUSTIN, seed=7, night=NIGHT, kinds=("conference",)).happenings()
    assert alone.equals(happenings.filter(pl.col("kind") == "conference"))


def test_values_make_sense(world: World, happenings: pl.DataFrame) -> None:
    slugs = {one.slug: {sub.slug for sub in one.subcategories} for one in load_taxonomy().categories}
    for category, sub in happenings.select("category", "subcategory").unique().iter_rows():
        assert sub in slugs[category]
    assert happenings.filter(pl.col("ends_local") <= pl.col("starts_local")).is_empty()
    assert happenings.filter(pl.col("attendance") > pl.col("capacity")).is_empty()
    assert happenings.filter((pl.col("price_min") == 0) != pl.col("is_free")).is_empty()
    assert happenings.filter(pl.col("title").str.contains(r"[{}]|^$")).is_empty()
    assert happenings["starts_local"].null_count() == 0
    off = happenings.filter(pl.col("status") == "cancelled")
    assert off["attendance"].sum() == 0
    assert happenings.filter(pl.col("is_online") != pl.col("venue_id").is_null()).is_empty()
    tiers = world.tiers().join(happenings, on="happening_id")
    assert tiers.filter((pl.col("price") < pl.col("price_min")) | (pl.col("price") > pl.col("price_max"))).is_empty()


def test_no_wall_clock_lies_in_an_hour_that_is_missing() -> None:
    spring = build_world(AUSTIN, seed=7, night=date(2027, 3, 10))
    assert spring.plan["starts_at"].null_count() == 0
    assert spring.plan["ends_at"].null_count() == 0


def test_the_hard_slices_are_there(world: World, happenings: pl.DataFrame) -> None:
    rooms = world.venues.filter(pl.col("parent_venue_id").is_not_null())
    assert happenings.join(rooms, on="venue_id", how="semi").height > 50
    same_day = pl.len().over("title", "venue_id", pl.col("starts_local").dt.date()) > 1
    assert happenings.filter((pl.col("kind") == "play") & same_day).height > 2
    assert happenings.filter(pl.col("kind") == "residency")["series_id"].n_unique() > 1
    assert happenings["festival_id"].drop_nulls().is_in(happenings["happening_id"].implode()).all()
    assert {"retitled", "moved", "rescheduled", "cancelled", "postponed", "sold_out"} <= set(world.history()["op"])


def test_artists_share_names_and_pay_tribute(world: World) -> None:
    artists = world.artists
    other = artists.select(homonym_of="artist_id", other_name="name")
    namesakes = artists.filter(pl.col("homonym_of").is_not_null()).join(other, on="homonym_of")
    assert namesakes.height > 100
    assert namesakes.filter(pl.col("name") == pl.col("other_name")).height > 0.9 * namesakes.height
    assert artists["tribute_to"].is_not_null().sum() > 200
    assert artists["popularity"].is_sorted(descending=True)


def test_venues_lie_where_they_say(world: World) -> None:
    venues = world.venues
    north = (venues["latitude"] - AUSTIN.latitude) * 111.2
    east = (venues["longitude"] - AUSTIN.longitude) * 111.2 * 0.864
    away = (north**2 + east**2).sqrt()
    assert away.filter(venues["is_in_city"]).max() <= AUSTIN.radius_km  # type: ignore[operator]
    assert away.filter(~venues["is_in_city"]).min() > AUSTIN.radius_km  # type: ignore[operator]
    houses = venues.filter(pl.col("parent_venue_id").is_null())
    assert houses["name"].n_unique() == houses.height


def test_nothing_takes_place_where_it_is_closed(world: World) -> None:
    planned = world.plan.join(world.venues, on="venue_id")
    on = pl.col("starts_local").dt.date()
    assert planned["closed_on"].is_not_null().any() or world.venues["closed_on"].is_not_null().any()
    assert planned.filter((on >= pl.col("closed_on")) | (on < pl.col("opened_on"))).is_empty()


def test_a_city_speaks_its_language() -> None:
    shares = build_world(BERLIN, seed=7, night=NIGHT).happenings()["language"].value_counts(normalize=True)
    assert dict(shares.iter_rows())["de"] > 0.6
