"""A WordPress calendar, by page."""

from datetime import timedelta

import orjson
import polars as pl

from pulsecity_pipeline.sandbox.dialects import tribe
from pulsecity_pipeline.sandbox.dialects.formats.tribe_parts import texturize
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing

SITE = sites_of(tribe)[0]


def test_pages_follow_each_other_to_the_last() -> None:
    compared = compare(tribe, make_listings(230), SITE)
    assert [request.query.get("page") for request in compared.pulled.client.asked] == [None, "2", "3", "4", "5"]
    assert len(compared.pulled.rows) == 230
    beyond = tribe.answer(SITE, publish(make_listings(3), tribe, feed=SITE.feed), ask(SITE.url + "&page=2"))
    assert (beyond.status, orjson.loads(beyond.body)["code"]) == (404, "event-archive-page-not-found")


def test_a_larger_page_is_clamped_and_a_smaller_one_is_not() -> None:
    published = publish(make_listings(80), tribe, feed=SITE.feed)
    counts = [
        len(orjson.loads(tribe.answer(SITE, published, ask(SITE.url.replace("=50", f"={size}"))).body)["events"])
        for size in (500, 7, "x")
    ]
    assert counts == [50, 7, 10]


def test_what_began_before_the_night_is_not_told() -> None:
    listings = make_hard_listings().with_columns(
        starts_local=pl.when(pl.int_range(pl.len()) == 0)
        .then(pl.col("starts_local") - timedelta(days=9))
        .otherwise("starts_local")
    )
    assert len(compare(tribe, listings, SITE).pulled.rows) == len(listings) - 1
    everything = tribe.answer(SITE, publish(listings, tribe, feed=SITE.feed), ask(SITE.url.partition("&start")[0]))
    assert orjson.loads(everything.body)["total"] == len(listings)


def test_prices_and_places() -> None:
    joined = compare(tribe, make_hard_listings(), SITE).joined
    priced = joined.filter(pl.col("price_min").is_not_null())
    assert [*differing(priced, "price_min"), *differing(priced, "price_max"), *differing(priced, "currency")] == []
    assert differing(joined.drop_nulls("price_text"), "price_text", "price") == []
    row = {one["title"]: one for one in joined.to_dicts()}
    assert (row["Open rehearsal"]["price_min_read"], row["Open rehearsal"]["price_read"]) == (0, "Free")
    assert row["Late trio"]["price_read"] is None
    assert row["The Paper Lanterns"]["country_read"] == "United States"
    assert row["Full house"]["latitude_read"] == 39.7412
    assert row["Late trio"]["end_wall_read"] == row["Late trio"]["start_wall_read"]
    assert row["Venue to follow"]["venue_name_read"] is None


def test_titles_are_written_as_wordpress_does() -> None:
    assert texturize("L’été & <co> – now") == "L&#8217;été &#038; &lt;co&gt; &#8211; now"
