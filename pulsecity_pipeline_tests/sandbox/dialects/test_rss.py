"""Feeds of newspapers, campuses and blogs."""

import polars as pl

from pulsecity_pipeline.sandbox.dialects import rss
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, city_of_tests, make_hard_listings
from pulsecity_pipeline_tests.sandbox.dialects.pulling import differing

SITES = {site.software: site for site in sites_of(rss)}


def test_what_each_module_states() -> None:
    joined = {software: compare(rss, make_hard_listings(), site).joined for software, site in SITES.items()}
    for software in ("ev", "xcal"):
        for column in ("organizer", "image_url", "latitude", "longitude"):
            assert differing(joined[software], column) == [], (software, column)
        assert differing(joined[software], "created_at", "source_updated_at") == []
    assert differing(joined["gd"], "updated_at", "source_updated_at") == []
    told = [
        joined[software].filter(pl.col("title") == "Choir, not now")["status_read"].item()
        for software in sorted(joined)
    ]
    assert told == [None, "canceled", "CANCELLED"]


def test_words_and_descriptions() -> None:
    row = (
        compare(rss, make_hard_listings(), SITES["ev"])
        .joined.filter(pl.col("title") == "The Paper Lanterns")
        .to_dicts()[0]
    )
    assert row["description_read"] == "<p>Two sets.</p>\n<p>Doors at seven.</p>\n<p>Admission: $25 – $45.50</p>"
    assert row["location_read"] == "Harbor Hall - Upper floor, 12 Quay St, Denver, CO 80202"
    assert row["categories_read"] == ["Music", "indie", "two sets"]


def test_an_item_without_a_date_or_a_title_is_refused() -> None:
    number = pl.int_range(pl.len())
    listings = make_hard_listings().filter(~pl.col("is_date")).with_columns(
        starts_local=pl.when(number == 2).then(None).otherwise("starts_local"),
        ends_local=pl.when(number == 2).then(None).otherwise("ends_local"),
        title=pl.when(number == 4).then(None).otherwise("title"),
    )  # fmt: skip
    for site in SITES.values():
        compared = compare(rss, listings, site)
        assert sorted(fault.rule for fault in compared.pulled.faults) == ["missing_title", "no_event_date"]
        assert compared.joined["source_event_id"].null_count() == 2
        assert compared.joined.drop_nulls("source_event_id")["pointer_read"].null_count() == 0


def test_of_three_sites_one_is_gone() -> None:
    faults = [site.fault for site in rss.list_sites(city_of_tests(), seed=7, night=NIGHT, size=1.0)]
    assert (len(faults), faults.count("gone"), faults.count(None)) == (3, 1, 2)
    assert len(rss.list_sites(city_of_tests(), seed=7, night=NIGHT, size=0.1)) == 1
