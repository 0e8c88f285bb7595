"""Lists on web pages, found by the selectors that match on any host."""

from datetime import datetime, time, timedelta

import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import pages
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, city_of_tests, make_hard_listings, make_listings
from pulsecity_pipeline_tests.sandbox.dialects.pulling import differing

SITES = {site.software: site for site in sites_of(pages, size=2.0)}
BOTH = pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys())


@BOTH
def test_addresses_and_texts(site: Site) -> None:
    joined = compare(pages, make_hard_listings(), site).joined
    assert joined["url_read"].to_list() == joined["source_event_id"].to_list()
    assert all(url.startswith(f"http://{site.host}/events/") for url in joined["url_read"])
    row = {one["title"]: one for one in joined.to_dicts()}
    assert row["The Paper Lanterns"]["description_read"] == "Two sets. Doors at seven."


def test_a_list_says_where() -> None:
    row = {one["title"]: one for one in compare(pages, make_hard_listings(), SITES["events_manager"]).joined.to_dicts()}
    assert row["The Paper Lanterns"]["venue_name_read"] == "Harbor Hall"
    assert row["The Paper Lanterns"]["address_read"] == "12 Quay St, Denver, CO"
    assert row["Venue to follow"]["venue_name_read"] is None


@pytest.mark.parametrize("hour", [0, 1, 11, 12, 13, 23])
@BOTH
def test_hours_of_the_clock(site: Site, hour: int) -> None:
    at = datetime.combine(NIGHT + timedelta(days=40), time(hour, 5))
    listings = make_listings(1).with_columns(starts_local=pl.lit(at), ends_local=pl.lit(at + timedelta(minutes=40)))
    joined = compare(pages, listings, site).joined
    assert differing(joined, "starts_local", "start_wall") == []
    assert differing(joined, "ends_local", "end_wall") == []


def test_an_end_on_another_day_is_a_day_to_a_list_in_words() -> None:
    at = datetime.combine(NIGHT + timedelta(days=40), time(22))
    listings = make_listings(1).with_columns(starts_local=pl.lit(at), ends_local=pl.lit(at + timedelta(hours=5)))
    found = {name: compare(pages, listings, site).joined.row(0, named=True) for name, site in SITES.items()}
    assert (found["growthzone"]["end_wall_read"], found["growthzone"]["end_is_date_read"]) == (
        at + timedelta(hours=5),
        False,
    )
    next_day = datetime.combine(at.date() + timedelta(days=1), time())
    assert (found["events_manager"]["end_wall_read"], found["events_manager"]["end_is_date_read"]) == (next_day, True)


def test_there_is_one_site_of_each_software() -> None:
    sites = pages.list_sites(city_of_tests(), seed=7, night=NIGHT, size=1.0)
    assert sorted(site.software for site in sites) == ["events_manager", "growthzone"]
