"""Pages of venues whose markup holds their events."""

import polars as pl

from pulsecity_pipeline.sandbox.dialects import jsonld
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, city_of_tests, make_hard_listings, make_listings
from pulsecity_pipeline_tests.sandbox.dialects.pulling import differing

SITES = {site.software: site for site in sites_of(jsonld, size=4.0)}


def test_prices_states_and_words() -> None:
    for site in SITES.values():
        joined = compare(jsonld, make_hard_listings(), site).joined
        assert differing(joined, "town", "locality") == []
        assert differing(joined, "updated_at", "source_updated_at") == []
        priced = joined.drop_nulls("price_min")
        assert [*differing(priced, "price_min"), *differing(priced, "price_max"), *differing(priced, "currency")] == []
        row = {one["title"]: one for one in joined.to_dicts()}
        assert row["Choir, not now"]["status_read"] == "EventCancelled"
        assert row["Moved once"]["status_read"] == "EventRescheduled"
        assert row["Full house"]["sale_status_read"] == "SoldOut"
        assert (row["Open rehearsal"]["price_min_read"], row["Open rehearsal"]["currency_read"]) == (0, "USD")
        assert row["Late trio"]["price_min_read"] is None
        assert row["The Paper Lanterns"]["categories_read"] == ["Music", "indie", "two sets"]


def test_events_stand_in_every_kind_of_block() -> None:
    body = compare(jsonld, make_hard_listings(), SITES["blocks"]).body.decode()
    assert body.count("application/ld+json") == 3 + 4
    assert '"@graph":[{"@type":"WebPage"' in body
    assert body.count(",}</script>") == 1
    assert '"location":{"@id":"http://' in body
    assert '"propertyID":"event"' in body


def test_a_text_cannot_end_its_script() -> None:
    listings = make_listings(3).with_columns(title=pl.lit("</script><script>alert(1)//"))
    for site in SITES.values():
        compared = compare(jsonld, listings, site)
        assert set(compared.pulled.rows["title"]) == {"</script><script>alert(1)//"}


def test_an_empty_list_is_honest_and_a_page_without_any_markup_is_not() -> None:
    empty = make_listings(1).clear()
    rules = {name: [fault.rule for fault in compare(jsonld, empty, SITES[name]).pulled.faults] for name in SITES}
    assert rules == {"blocks": [], "blocks_local": [], "microdata": ["contract_drift"]}


def test_one_site_is_of_blocks_and_one_of_microdata() -> None:
    sites = jsonld.list_sites(city_of_tests(), seed=7, night=NIGHT, size=0.2)
    assert sorted(site.software.partition("_")[0] for site in sites) == ["blocks", "microdata"]
