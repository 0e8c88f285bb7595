"""The catalog: known without a world, complete, and consistent with the other tables."""

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.catalog import (
    DEFAULT_SANDBOX_CITIES,
    PUBLISHERS,
    SANDBOX_HOST_SUFFIX,
    list_sandbox_feeds,
)
from pulsecity_pipeline.sandbox.habits import HABITS
from pulsecity_pipeline.sandbox.programme import PROGRAMMES
from pulsecity_pipeline.sandbox.titles import TITLES


def test_feeds_are_sorted_and_addressed_per_city() -> None:
    feeds = list_sandbox_feeds("us-tx-austin", "ics")
    assert [feed.name for feed in feeds] == sorted(feed.name for feed in feeds)
    assert len(feeds) == 21
    assert all(feed.source == "ics" for feed in feeds)
    assert feeds[4].url == f"http://city-library.us-tx-austin.{SANDBOX_HOST_SUFFIX}/workshops.ics"
    assert {feed.name for feed in list_sandbox_feeds("x", "rss")} == {"campus_news", "old_town_blog", "weekly_paper"}
    assert list_sandbox_feeds("us-tx-austin", "tribe") == []


def test_names_and_addresses_are_unique() -> None:
    assert len({one.name for one in PUBLISHERS}) == len(PUBLISHERS)
    assert len({one.url("de-berlin") for one in PUBLISHERS}) == len(PUBLISHERS)


def test_tables_agree() -> None:
    names = {one.name for one in PUBLISHERS}
    assert set(HABITS) == names
    assert {one.publisher for one in PROGRAMMES} <= names
    assert {one.title for one in PROGRAMMES} <= set(TITLES)
    assert {one for habits in HABITS.values() for one in habits.follows} <= names | {"*"}


def test_every_kind_of_fault_occurs_once() -> None:
    assert sorted(str(one.fault) for one in PUBLISHERS if one.fault) == ["dead", "empty", "gone", "html", "truncated"]


def test_default_cities_are_configured_in_different_zones() -> None:
    cities = [load_cities()[city_id] for city_id in DEFAULT_SANDBOX_CITIES]
    assert len(cities) == 6
    assert len({city.timezone for city in cities}) >= 4
    assert any(not city.timezone.startswith("America/") for city in cities)
