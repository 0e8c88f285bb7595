"""What holds of every dialect of an API: the protocol, repeatable bytes, whole pulls, nothing of the truth in them."""

from types import ModuleType

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.chance import derive_keys, key_of
from pulsecity_pipeline.sandbox.dialects import (
    bandsintown,
    eventbrite,
    facebook_events,
    luma,
    meetup,
    resident_advisor,
    seatgeek,
    songkick,
    ticketmaster,
)
from pulsecity_pipeline.sandbox.publishing.listing import LISTING
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Dialect
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sandbox.dialects.listings import TRUTH_MARK, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import DialectClient, list_sites, mint, pull

APIS = (bandsintown, eventbrite, facebook_events, luma, meetup, resident_advisor, seatgeek, songkick, ticketmaster)
#: What a listing need not state; the rest makes it a listing.
_OPTIONAL = LISTING.keys() - {
    "source", "feed", "city_id", "listing_key", "native_id", "listing_class", "title", "starts_local", "timezone",
    "is_date", "all_day", "status",
}  # fmt: skip
every_api = pytest.mark.parametrize("dialect", APIS, ids=lambda dialect: dialect.NAME)


@every_api
def test_it_satisfies_the_protocol(dialect: ModuleType) -> None:
    assert isinstance(dialect, Dialect)
    assert LISTING.keys() >= dialect.STATES
    for city in load_cities().values():
        sites = list_sites(dialect, city)
        assert sites == list_sites(dialect, city)
        assert [site.feed for site in sites] == sorted({site.feed for site in sites})
        assert {site.source for site in sites} == {dialect.NAME}
        assert all(site.host.endswith(f".{SANDBOX_HOST_SUFFIX}") for site in sites)


@every_api
def test_the_same_listings_are_the_same_bytes(dialect: ModuleType) -> None:
    first, second = (pull(dialect, make_hard_listings()).client.replies for _ in range(2))
    assert [reply.body for reply in first] == [reply.body for reply in second]


@every_api
def test_every_listing_that_is_shown_arrives_once_under_the_id_that_is_expected(dialect: ModuleType) -> None:
    listings = make_listings(400, seed=11)
    published = publish(listings, dialect)
    pulled = pull(dialect, listings)
    assert pulled.is_sound
    expected = dialect.expected_event_id(published.filter(dialect.is_shown(published)))
    assert pulled.rows["source_event_id"].sort().to_list() == expected.sort().to_list()


@every_api
def test_nothing_of_the_truth_is_in_an_answer(dialect: ModuleType) -> None:
    listings = make_hard_listings().with_columns(kind=pl.lit("kind_of_truth"), subcategory=pl.lit("narrow_truth"))
    text = b"".join(reply.body for reply in pull(dialect, listings).client.replies).decode()
    keys = [form(key) for key in listings["listing_key"] for form in (str, "{:x}".format)]
    hidden = [TRUTH_MARK, "kind_of_truth", "narrow_truth", "nightlife_social", "festivals_fairs", *keys]
    assert [word for word in hidden if word in text] == []


@every_api
def test_what_it_does_not_state_it_does_not_read(dialect: ModuleType) -> None:
    """Columns outside `STATES` are null when the world hands them over: none may change a byte."""
    site = list_sites(dialect)[0]
    published = publish(make_hard_listings(), dialect, feed=site.feed)
    columns = [column for column in sorted(_OPTIONAL - dialect.STATES) if not column.endswith("native_id")]
    ids = [column for column in columns if published[column].null_count() < len(published)]
    assert set(ids) <= {"happening_id", "category", "subcategory", "kind", "language", "stated_timezone"}
    bare = published.with_columns(pl.lit(None, LISTING[column]).alias(column) for column in columns)
    bodies = [_walk(dialect, frame) for frame in (published, bare)]
    assert bodies[0] == bodies[1]


@every_api
def test_a_listing_that_states_next_to_nothing_is_read(dialect: ModuleType) -> None:
    bare = make_listings(12).with_columns(status=pl.lit("scheduled"))
    kept = {"happening_id", "kind"}
    listings = bare.with_columns(pl.lit(None, LISTING[column]).alias(column) for column in sorted(_OPTIONAL - kept))
    pulled = pull(dialect, listings)
    assert pulled.faults == []
    assert pulled.failures == []
    assert len(pulled.rows) == 12
    assert pulled.rows["latitude"].null_count() == 12


@every_api
def test_a_site_without_listings_is_empty_and_no_error(dialect: ModuleType) -> None:
    pulled = pull(dialect, make_listings(3).clear())
    assert pulled.is_sound
    assert len(pulled.rows) == 0


@every_api
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "UTC", "America/St_Johns"])
def test_a_zone_that_is_claimed_wrongly_keeps_the_wall_clock(dialect: ModuleType, zone: str) -> None:
    listings = make_listings(60, seed=3).with_columns(stated_timezone=pl.lit(zone), status=pl.lit("scheduled"))
    pulled = pull(dialect, listings)
    assert pulled.failures == []
    walls = publish(listings, dialect)["starts_local"]
    assert pulled.rows["start_wall"].sort().to_list() == walls.sort().to_list()


@every_api
def test_ids_do_not_meet_and_do_not_depend_on_their_neighbours(dialect: ModuleType) -> None:
    keys = derive_keys(key_of("ids"), np.arange(3000, dtype=np.int64))
    assert mint(dialect, keys).n_unique() == 3000
    assert mint(dialect, keys[5:9]).to_list() == mint(dialect, keys).to_list()[5:9]
    assert len(mint(dialect, keys[:0])) == 0
    for made in dialect.NATIVE_IDS.values():
        assert made(keys[:5]).n_unique() == 5


def _walk(dialect: ModuleType, published: pl.DataFrame) -> list[bytes]:
    site = list_sites(dialect)[0]
    client = DialectClient(dialect, [site], {(site.city_id, site.feed): published})
    list(SOURCES[dialect.NAME].fetch(client, [site.as_feed()], {}))
    return [reply.body for reply in client.replies]
