"""Open-data portals of New York and Paris."""

from datetime import timedelta
from types import ModuleType

import orjson
import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.dialects import opendatasoft, socrata
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline_tests.sandbox.dialects.feeds import Compared, compare, moments_read, moments_stated
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing


def site_of(dialect: ModuleType, city_id: str) -> Site:
    sites: list[Site] = dialect.list_sites(load_cities()[city_id], seed=7, night=NIGHT, size=1.0)
    return sites[0]


NEW_YORK, PARIS = site_of(socrata, "us-ny-new-york-city"), site_of(opendatasoft, "fr-paris")


def there(listings: pl.DataFrame, site: Site) -> pl.DataFrame:
    """The listings on the clock of the site's town."""
    return listings.with_columns(timezone=pl.lit(site.timezone), stated_timezone=pl.lit(site.timezone))


def compare_there(dialect: ModuleType, listings: pl.DataFrame, site: Site) -> Compared:
    return compare(dialect, there(listings, site), site)


@pytest.mark.parametrize(("dialect", "site"), [(socrata, NEW_YORK), (opendatasoft, PARIS)])
def test_only_one_town_has_the_dataset(dialect: ModuleType, site: Site) -> None:
    others = [city for name, city in load_cities().items() if name != site.city_id]
    assert [dialect.list_sites(city, seed=7, night=NIGHT, size=1.0) for city in others] == [[]] * len(others)
    assert dialect.find_site(ask(site.url), [site]) == site


@pytest.mark.parametrize(("dialect", "site", "lost"), [(socrata, NEW_YORK, 1), (opendatasoft, PARIS, 0)])
def test_hard_listings_come_back(dialect: ModuleType, site: Site, lost: int) -> None:
    compared = compare_there(dialect, make_hard_listings(), site)
    assert compared.pulled.is_sound
    assert len(compared.pulled.rows) == len(compared.joined) - lost
    assert compared.joined["source_event_id"].null_count() == lost
    joined = compared.joined.drop_nulls("source_event_id")
    assert joined["pointer_read"].null_count() == 0
    assert differing(joined, "title") == []
    clocked = joined.filter(~pl.col("is_date"))
    assert moments_read(clocked, "start", "UTC") == moments_stated(clocked, "starts_local")
    ended = clocked.drop_nulls("ends_local")
    assert moments_read(ended, "end", "UTC") == moments_stated(ended, "ends_local")
    assert (
        joined.filter("is_date")["start_wall_read"].dt.date().to_list()
        == joined.filter("is_date")["starts_local"].dt.date().to_list()
    )


def test_new_york_states_places_and_types() -> None:
    listings = make_hard_listings().with_columns(
        subcategory=pl.when(pl.col("title") == "Full house").then(pl.lit("farmers_market")).otherwise("subcategory"),
        room=pl.when(pl.col("title") == "Late trio").then(None).otherwise("room"),
        venue_name=pl.when(pl.col("title") == "Moved once").then(None).otherwise("venue_name"),
    )
    row = {one["title"]: one for one in compare_there(socrata, listings, NEW_YORK).joined.to_dicts()}
    assert (row["Full house"]["address_read"], row["Full house"]["venue_name_read"]) == (
        "Harbor Hall: Upper floor",
        "Harbor Hall",
    )
    assert row["Late trio"]["address_read"] == "Harbor Hall"
    assert row["Moved once"]["address_read"] == "12 QUAY ST"
    assert row["Venue to follow"]["address_read"] is None
    assert row["Full house"]["categories_read"] == ["Farmers Market"]
    assert row["Full house"]["organizer_read"] == "Street Activity Permit Office"
    assert row["Late trio"]["end_wall_read"] is None


def test_leagues_are_left_out_by_the_query_alone() -> None:
    listings = make_hard_listings().with_columns(subcategory=pl.lit("recreational_fitness"))
    compared = compare_there(socrata, listings, NEW_YORK)
    assert len(compared.pulled.rows) == 0
    assert compared.joined["source_event_id"].null_count() == len(listings)
    published = publish(there(listings, NEW_YORK), socrata, feed=NEW_YORK.feed)
    everything = orjson.loads(socrata.answer(NEW_YORK, published, ask(NEW_YORK.url.partition("?")[0])).body)
    assert {event["event_type"] for event in everything} == {"Sport - Adult"}
    assert ":id" not in everything[0]


def test_new_york_filters_and_pages() -> None:
    published = publish(there(make_listings(400), NEW_YORK), socrata, feed=NEW_YORK.feed)
    whole = NEW_YORK.url.partition("?")[0]

    def starts(query: str) -> list[str]:
        return [
            event["start_date_time"]
            for event in orjson.loads(socrata.answer(NEW_YORK, published, ask(f"{whole}?{query}")).body)
        ]

    later = starts("$where=start_date_time >= '2027-06-01T00:00:00' AND start_date_time < '2027-07-01T00:00:00'")
    assert 10 < len(later) < 60
    assert {start[:7] for start in later} == {"2027-06"}
    assert starts("") == sorted(starts(""))
    assert starts("$limit=50&$offset=60") == starts("")[60:110]
    refused = socrata.answer(NEW_YORK, published, ask(f"{whole}?$where=upper(event_name) like '%25X%25'"))
    assert (refused.status, orjson.loads(refused.body)["code"]) == (400, "query.compiler.malformed")


def test_new_york_in_pages_arrives_once() -> None:
    site = Site(**{**NEW_YORK.__dict__, "query": NEW_YORK.query.replace("5000", "70")})
    compared = compare_there(socrata, make_listings(230), site)
    told = compared.joined.drop_nulls("source_event_id")
    assert len(compared.pulled.client.asked) == -(-(len(told) + 1) // 70)
    assert len(compared.pulled.rows) == len(told)
    assert told["pointer_read"].null_count() == 0


def test_paris_states_what_it_can() -> None:
    joined = compare_there(opendatasoft, make_hard_listings(), PARIS).joined
    for column in ("url", "image_url", "organizer", "latitude", "longitude", "venue_name", "address", "is_free"):
        assert differing(joined, column) == [], column
    assert differing(joined, "price_text", "price") == []
    assert differing(joined, "updated_at", "source_updated_at") == []
    row = {one["title"]: one for one in joined.to_dicts()}
    run = row["Harvest of small instruments"]
    assert (run["start_is_date_read"], run["end_is_date_read"]) == (True, True)
    assert run["end_wall_read"] + timedelta(days=1) == run["ends_local"]
    assert row["The Paper Lanterns"]["categories_read"] == ["Concert", "indie", "two sets"]
    assert row["Open rehearsal"]["categories_read"] == ["Atelier"]


def test_records_of_paris_are_paged_and_end() -> None:
    path, query = PARIS.path.replace("/exports/json", "/records"), "limit=100&timezone=Europe/Paris"
    site = Site(**{**PARIS.__dict__, "path": path, "query": query})
    compared = compare_there(opendatasoft, make_listings(230), site)
    assert [request.query.get("offset") for request in compared.pulled.client.asked] == [None, "100", "200"]
    assert len(compared.pulled.rows) == 230
    assert compared.joined["pointer_read"].null_count() == 0
    published = publish(make_listings(3), opendatasoft, feed=site.feed)
    for wrong in ("limit=101", "limit=100&offset=9901", "timezone=Mars/Olympus"):
        refused = opendatasoft.answer(site, published, ask(f"http://{site.host}{path}?{wrong}"))
        assert (refused.status, orjson.loads(refused.body)["error_code"]) == (400, "InvalidRESTParameterError")
