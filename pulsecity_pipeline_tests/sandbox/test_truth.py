"""The truth: one row per occurrence, and a happening for every id a readable feed states."""

import feedparser
import polars as pl
import pytest
from icalendar import Calendar

from pulsecity_pipeline.sandbox.catalog import PUBLISHERS
from pulsecity_pipeline.sandbox.truth import feed_truth, world_truth
from pulsecity_pipeline_tests.sandbox.cities import pages_of, world_of

CITIES = ("us-tx-austin", "de-berlin")


def _stated_uids(city_id: str) -> set[tuple[str, str, str]]:
    found = set()
    for publisher in PUBLISHERS:
        body = pages_of(city_id)[publisher.name].body.replace(b"REFRESH-INTERVAL:P15M\r\n", b"")
        if publisher.fault is None and publisher.source == "ics":
            found |= {("ics", publisher.name, str(one["UID"])) for one in Calendar.from_ical(body).walk("VEVENT")}
        elif publisher.fault is None:
            found |= {("rss", publisher.name, one.id) for one in feedparser.parse(body).entries}
    return found


@pytest.mark.parametrize("city_id", CITIES)
def test_every_stated_uid_has_its_happening(city_id: str) -> None:
    truth = feed_truth(world_of(city_id))
    known = set(truth.select("source", "feed", "source_uid").iter_rows())
    stated = _stated_uids(city_id)
    assert len(known) == truth.height
    assert stated <= known
    assert {feed for _, feed, _ in known - stated} <= {"community_radio"}


@pytest.mark.parametrize("city_id", CITIES)
def test_single_ids_point_to_an_occurrence(city_id: str) -> None:
    world = world_of(city_id)
    truth, happenings = feed_truth(world), world_truth(world)
    single = truth.filter(pl.col("occurrence_local").is_not_null())
    series = truth.filter(pl.col("occurrence_local").is_null())
    assert single.join(happenings, on=["happening_id", "occurrence_local"], how="anti").is_empty()
    assert series.join(happenings, on="happening_id", how="anti").is_empty()
    assert series.height >= 10


@pytest.mark.parametrize("city_id", CITIES)
def test_a_sane_share_is_listed_by_several_feeds(city_id: str) -> None:
    world = world_of(city_id)
    feeds = feed_truth(world).group_by("happening_id").agg(pl.col("feed").n_unique())["feed"]
    assert 0.45 < (feeds > 1).sum() / len(feeds) < 0.8
    assert 0.9 < len(feeds) / len(world.happenings) < 1.0


def test_the_guide_lists_about_four_in_ten() -> None:
    world = world_of("us-tx-austin")
    listed = feed_truth(world).filter(pl.col("feed") == "city_events_guide")["happening_id"].n_unique()
    assert 0.3 < listed / len(world.happenings) < 0.5


def test_world_truth_has_one_row_per_occurrence() -> None:
    world = world_of("de-berlin")
    truth = world_truth(world)
    assert truth.select(pl.struct("happening_id", "occurrence_local").is_duplicated().any()).item() is False
    assert truth["happening_id"].n_unique() >= len(world.happenings) - 3
    assert truth["city_id"].unique().to_list() == ["de-berlin"]
    assert truth.filter(pl.col("venue").is_null())["is_in_city"].null_count() == truth["venue"].null_count() > 0
    assert truth.filter(~pl.col("is_in_city")).height > 5
    assert set(truth["status"]) == {"scheduled", "cancelled"}
    assert truth.filter(pl.col("starts_local") != pl.col("occurrence_local")).height > 10
