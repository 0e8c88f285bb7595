"""Calendars in XML."""

from datetime import timedelta

import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import xcal
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, make_series, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import make_hard_listings
from pulsecity_pipeline_tests.sandbox.dialects.pulling import differing

SITES = {site.software: site for site in sites_of(xcal, size=4.0)}
BOTH = pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys())


@BOTH
def test_a_series_is_one_record_and_its_exceptions(site: Site) -> None:
    number = pl.int_range(pl.len())
    listings = make_series().with_columns(
        pl.when(number == 4).then(pl.col("starts_local", "ends_local") + timedelta(hours=20)).otherwise(pl.col("starts_local", "ends_local")),
        status=pl.when(number == 6).then(pl.lit("cancelled")).otherwise("status"),
    ).filter(number != 2)  # fmt: skip
    compared = compare(xcal, listings, site)
    assert (compared.body.count(b"<vevent>"), compared.body.count(b"<exdate")) == (3, 1)
    assert len(compared.pulled.rows) == 8
    assert compared.joined["pointer_read"].null_count() == 0
    assert differing(compared.joined, "starts_local", "start_wall") == []
    assert differing(compared.joined, "ends_local", "end_wall") == []
    assert compared.joined["status_read"].to_list().count("CANCELLED") == 1


@BOTH
def test_a_series_without_a_rule_names_its_days(site: Site) -> None:
    shifted = (
        make_series(6).tail(1).with_columns(pl.col("starts_local", "original_local", "ends_local") + timedelta(days=2))
    )
    compared = compare(xcal, pl.concat([make_series(4), shifted]), site)
    assert (compared.body.count(b"<vevent>"), compared.body.count(b"<rdate")) == (1, 4)
    assert differing(compared.joined, "starts_local", "start_wall") == []


@BOTH
def test_words(site: Site) -> None:
    joined = compare(xcal, make_hard_listings(), site).joined
    row = {one["title"]: one for one in joined.to_dicts()}
    assert row["The Paper Lanterns"]["description_read"] == "Two sets.\n\nDoors at seven.\n\nAdmission: $25 – $45.50"
    assert row["The Paper Lanterns"]["categories_read"] == ["Music", "indie", "two sets"]
    assert row["Moved once"]["revision_read"] == 2
    assert differing(joined, "updated_at", "source_updated_at") == []
