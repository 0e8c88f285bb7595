"""Public meetings of a town in the United States."""

from datetime import date

import orjson
import polars as pl

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.dialects import legistar
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask

SITE = sites_of(legistar)[0]


def test_only_towns_of_the_united_states_have_one() -> None:
    found = {
        name: legistar.list_sites(load_cities()[name], seed=7, night=NIGHT, size=1.0)
        for name in ("de-berlin", "us-ny-new-york-city")
    }
    assert found["de-berlin"] == []
    (site,) = found["us-ny-new-york-city"]
    assert site.url.startswith("http://webapi.legistar.com.sandbox.example/v1/")
    assert legistar.find_site(ask(SITE.url), [site, SITE]) == SITE


def test_meetings() -> None:
    listings = make_hard_listings().with_columns(
        status=pl.when(pl.col("title") == "Full house").then(pl.lit("postponed")).otherwise("status")
    )
    joined = compare(legistar, listings, SITE).joined
    assert [read.replace(microsecond=0) for read in joined["source_updated_at_read"]] == joined["updated_at"].to_list()
    row = {one["title"]: one for one in joined.to_dicts()}
    assert row["The Paper Lanterns"]["location_read"] == "Harbor Hall, Upper floor, 12 Quay St"
    states = {title: one["status_read"] for title, one in row.items() if one["status_read"]}
    assert states == {"Choir, not now": "cancelled", "Moved once": "rescheduled", "Full house": "postponed"}


def test_a_state_stands_in_place_of_the_time_where_there_is_none() -> None:
    listings = make_listings(40).with_columns(is_date=pl.lit(True), status=pl.lit("cancelled"), ends_local=None)
    compared = compare(legistar, listings, SITE)
    told = [event["EventTime"] for event in orjson.loads(compared.body)]
    assert set(told) == {"Canceled", None}
    assert set(compared.joined["status_read"]) == {"cancelled"}


def test_pages_days_and_order() -> None:
    published = publish(make_listings(1500), legistar, feed=SITE.feed)
    whole = SITE.url.partition("?")[0]

    def numbers(query: str) -> list[str]:
        body = orjson.loads(legistar.answer(SITE, published, ask(f"{whole}?{query}")).body)
        return [str(event["EventId"]) for event in body]

    assert [len(numbers(query)) for query in ("", "$skip=1000", "$top=300", "$top=5000")] == [1000, 500, 300, 1000]
    assert numbers("$top=300") == published["native_id"].to_list()[:300]
    assert numbers("$orderby=EventDate desc&$top=300")[0] == published["native_id"][-1]
    later = published.filter(pl.col("starts_local").dt.date() >= date(2027, 6, 1))
    assert len(numbers("$filter=EventDate ge datetime'2027-06-01'")) == len(later)
