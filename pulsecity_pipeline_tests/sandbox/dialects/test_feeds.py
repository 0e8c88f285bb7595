"""What holds for every publisher's own feed, whatever its format."""

from datetime import datetime, time, timedelta
from types import ModuleType

import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.dialects import (
    confs_tech,
    developers_events,
    ics,
    jsonld,
    legistar,
    opendatasoft,
    pages,
    rss,
    socrata,
    tribe,
    xcal,
)
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Site
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, moments_read, moments_stated, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import (
    NIGHT,
    TRUTH_MARK,
    city_of_tests,
    make_hard_listings,
    make_listings,
    publish,
)
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing

#: Dialect → what it states in fields of its own, by every software of it, and the same as the listing.
FEEDS: dict[ModuleType, tuple[str, ...]] = {
    rss: ("title", "url"),
    jsonld: (
        "title", "url", "image_url", "organizer", "venue_name", "address", "region", "country", "latitude", "longitude",
        "online_url", "attendance_mode", "performers", "is_free",
    ),
    tribe: ("title", "url", "image_url", "organizer", "venue_name", "address", "online_url"),
    legistar: ("title", "url", "description"),
    pages: ("title", "image_url"),
    xcal: ("title", "url", "organizer", "latitude", "longitude"),
}  # fmt: skip
#: One site of each software.
SITES = [
    (dialect, site) for dialect in (ics, *FEEDS) for site in {one.software: one for one in sites_of(dialect)}.values()
]

#: What only one town has, or none.
RARE = [
    *((one, one.list_sites(load_cities()[city], seed=7, night=NIGHT, size=1.0)[0])
      for one, city in ((socrata, "us-ny-new-york-city"), (opendatasoft, "fr-paris"))),
    *((one, next(site for site in one.list_shared_sites(seed=7, night=NIGHT) if site.fault is None))
      for one in (confs_tech, developers_events)),
]  # fmt: skip


def name(value: object) -> str:
    return value.NAME if isinstance(value, ModuleType) else f"{value.software}" if isinstance(value, Site) else ""


@pytest.mark.parametrize(("dialect", "site"), [pair for pair in SITES if pair[0] is not ics], ids=name)
def test_hard_listings_come_back_as_they_are(dialect: ModuleType, site: Site) -> None:
    listings = make_hard_listings()
    compared = compare(dialect, listings, site)
    assert (compared.pulled.faults, compared.pulled.failures) == ([], [])
    assert compared.pulled.unread.keys() <= {"DTSTAMP"}
    assert compared.pulled.repeats == 0
    assert compared.joined["pointer_read"].null_count() == 0
    assert len(compared.pulled.rows) == len(listings)
    for column in FEEDS[dialect]:
        assert differing(compared.joined, column) == [], column
    assert differing(compared.joined, "is_date", "start_is_date") == []
    # A WordPress calendar knows no event without an end.
    told = compared.joined.filter(pl.col("ends_local").is_not_null()) if dialect is tribe else compared.joined
    clocked = told.filter(~pl.col("is_date"))
    for ours, read in (("starts_local", "start"), ("ends_local", "end")):
        assert moments_read(clocked, read, site.timezone) == moments_stated(clocked, ours)
    days = told.filter("is_date")
    assert days["start_wall_read"].to_list() == days["starts_local"].to_list()
    assert [at and datetime.combine(at.date() + timedelta(days=1), time()) for at in days["end_wall_read"]] == days[
        "ends_local"
    ].to_list()


@pytest.mark.parametrize(("dialect", "site"), [*SITES, *RARE], ids=name)
def test_the_same_listings_are_the_same_bytes_and_tell_no_truth(dialect: ModuleType, site: Site) -> None:
    published = publish(pl.concat([make_hard_listings(), make_listings(200)]), dialect, feed=site.feed)
    first, second = (dialect.answer(site, published, ask(site.url)) for _ in range(2))
    assert first == second
    text = first.body.decode("utf-8", "replace")
    assert TRUTH_MARK not in text
    for column in ("subcategory", "kind", "listing_key"):
        told = {str(value) for value in published[column].drop_nulls()}
        assert [value for value in told if ("_" in value or value.isdigit()) and value in text] == []


@pytest.mark.parametrize(("dialect", "site"), [pair for pair in SITES if pair[0] is not ics], ids=name)
def test_many_listings_all_come_once(dialect: ModuleType, site: Site) -> None:
    compared = compare(dialect, make_listings(230), site)
    assert (len(compared.pulled.rows), compared.pulled.repeats, compared.pulled.faults) == (230, 0, [])
    assert compared.joined["pointer_read"].null_count() == 0


@pytest.mark.parametrize("dialect", [ics, *FEEDS], ids=name)
def test_sites(dialect: ModuleType) -> None:
    sites = dialect.list_sites(city_of_tests(), seed=7, night=NIGHT, size=1.0)
    assert [site.feed for site in sites] == sorted({site.feed for site in sites})
    assert {site.source for site in sites} == {dialect.NAME}
    assert all(site.host.endswith(f".{SANDBOX_HOST_SUFFIX}") for site in sites)
    assert dialect.list_sites(city_of_tests(), seed=7, night=NIGHT, size=1.0) == sites
    for site in sites:
        there = [one for one in sites if one.host == site.host]
        assert dialect.find_site(ask(site.url), there) == site
