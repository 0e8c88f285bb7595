"""Calendars of every software, read by the real adapter."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.dialects import ics
from pulsecity_pipeline.sandbox.dialects.formats.calendar_entries import draw_mistakes
from pulsecity_pipeline.sandbox.dialects.formats.calendar_publishers import HANDS, KINDS
from pulsecity_pipeline.sandbox.dialects.formats.calendar_software import SOFTWARE
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.serving.spoiling import truncate
from pulsecity_pipeline.sources import ics as adapter
from pulsecity_pipeline_tests.sandbox.dialects.feeds import Compared, compare, make_series, sites_of
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, city_of_tests, make_hard_listings, make_listings
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing

SITES = {site.habits: site for site in sites_of(ics, size=2.0)}
#: One of each software, and the two clocks of a software's other users.
TELLING = ("rock_club", "theatre", "university", "tech_group", "council", "market", "promoter", "library", "city_guide",
           "nightclub", "club_team", "church")  # fmt: skip


def sound(listings: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Without what this kind spoils on purpose, and with all that a publisher of it writes differently."""
    mistakes = draw_mistakes(listings, HANDS[kind], writes_series=False)
    return listings.filter(mistakes.is_null())


def moments(compared: Compared, wall: str, zone: str) -> list[datetime | None]:
    """What was read as moments; a floating wall clock is on the feed's."""
    rows = compared.joined.select(wall, zone, "feed_zone_read").rows()
    return [at and at.replace(tzinfo=ZoneInfo(_clean(name or feed))) for at, name, feed in rows]


def _clean(zone: str) -> str:
    return zone.removeprefix("/freeassociation.sourceforge.net/")


def test_every_kind_has_a_hand_and_a_software() -> None:
    assert {kind.name for kind in KINDS} == HANDS.keys() == SITES.keys()
    assert {kind.software for kind in KINDS} == SOFTWARE.keys() == {SITES[kind].software for kind in TELLING}


@pytest.mark.parametrize("kind", TELLING)
def test_hard_listings_come_back_as_they_are(kind: str) -> None:
    listings = sound(make_hard_listings(), kind)
    compared = compare(ics, listings, SITES[kind])
    assert (compared.pulled.faults, compared.pulled.failures, compared.pulled.repeats) == ([], [], 0)
    assert compared.joined["pointer_read"].null_count() == 0
    assert len(compared.pulled.rows) == len(listings)
    assert not any("!" in name for name in compared.pulled.unread)
    titles = compared.joined.with_columns(
        pl.col("title_read")
        .str.replace_all("&lt;", "<")
        .str.replace_all("&gt;", ">")
        .str.replace_all("&#8217;", "’")
        .str.replace_all("&amp;", "&")
    )
    assert differing(titles, "title") == []
    assert differing(compared.joined, "is_date", "start_is_date") == []
    clocked = Compared(compared.pulled, compared.joined.filter(~pl.col("is_date")))
    denver = ZoneInfo("America/Denver")
    for ours, read in (("starts_local", "start"), ("ends_local", "end")):
        stated = [at and at.replace(tzinfo=denver) for at in clocked.joined[ours]]
        assert moments(clocked, f"{read}_wall_read", f"{read}_zone_read") == stated
    days = compared.joined.filter("is_date")
    assert days["start_wall_read"].to_list() == days["starts_local"].to_list()
    assert [at and at + timedelta(days=1) for at in days["end_wall_read"]] == days["ends_local"].to_list()


def test_texts_and_places() -> None:
    joined = compare(ics, make_hard_listings(), SITES["theatre"]).joined
    for column in ("url", "image_url", "latitude", "longitude", "organizer"):
        assert differing(joined, column) == [], column
    assert differing(joined, "updated_at", "source_updated_at") == []
    assert differing(joined, "price_text", "price") == []
    found = {row["title"]: row for row in joined.to_dicts()}
    assert (
        found["The Paper Lanterns"]["location_read"]
        == "Harbor Hall - Upper floor, 12 Quay St, Denver, CO 80202, United States"
    )
    assert found["The Paper Lanterns"]["categories_read"] == ["Music", "indie", "two sets"]
    assert found["Types without tears"]["location_read"] == "https://meet.example.org/types"
    assert found["Venue to follow"]["location_read"] is None
    assert found["Choir, not now"]["status_read"] == "CANCELLED"
    online = compare(ics, make_hard_listings(), SITES["university"]).joined
    assert differing(online, "online_url") == []


@pytest.mark.parametrize("kind", ["rock_club", "council", "nightclub", "club_team", "library"])
def test_a_series_is_one_record_and_its_exceptions(kind: str) -> None:
    series = make_series().with_row_index("n")
    moved = series["starts_local"] + pl.Series(np.where(series["n"] == 4, 25, 0)).cast(pl.Int64) * timedelta(hours=1)
    listings = series.with_columns(
        starts_local=moved, ends_local=moved + timedelta(hours=2),
        status=pl.when(pl.col("n") == 6).then(pl.lit("cancelled")).otherwise("status"),
    ).filter(pl.col("n") != 2).drop("n")  # fmt: skip
    compared = compare(ics, listings, SITES[kind])
    assert compared.body.count(b"BEGIN:VEVENT") == 3
    assert (compared.pulled.faults, compared.pulled.repeats) == ([], 0)
    assert len(compared.pulled.rows) == len(listings) == 8
    assert compared.joined["pointer_read"].null_count() == 0
    assert differing(compared.joined, "starts_local", "start_wall") == []
    assert differing(compared.joined, "ends_local", "end_wall") == []
    assert compared.joined["status_read"].to_list().count("CANCELLED") == 1


def test_a_series_without_a_rule_names_its_days() -> None:
    listings = pl.concat(
        [
            make_series(4),
            make_series(6)
            .tail(1)
            .with_columns(pl.col("starts_local", "original_local", "ends_local") + timedelta(days=2)),
        ]
    )
    compared = compare(ics, listings, SITES["rock_club"])
    assert b"RRULE" not in compared.body
    assert compared.body.count(b"\nRDATE;TZID=America/Denver:") == 4
    assert differing(compared.joined, "starts_local", "start_wall") == []
    assert compared.joined["pointer_read"].null_count() == 0


def test_a_series_keeps_its_hour_over_a_change_of_clocks() -> None:
    compared = compare(ics, make_series(10), SITES["rock_club"])
    assert compared.joined["starts_local"].dt.month().n_unique() > 4
    assert differing(compared.joined, "starts_local", "start_wall") == []


def test_who_writes_no_series_lists_its_days_one_by_one() -> None:
    for kind in ("theatre", "tech_group"):
        compared = compare(ics, make_series(), SITES[kind])
        assert b"RRULE" not in compared.body
        assert compared.joined["source_event_id"].n_unique() == len(compared.pulled.rows) == 9
        assert compared.joined["pointer_read"].null_count() == 0


def test_a_wrong_zone_is_stated_as_such() -> None:
    listings = make_hard_listings().with_columns(stated_timezone=pl.lit("America/New_York"))
    compared = compare(ics, listings.filter(~pl.col("is_date")), SITES["rock_club"])
    stated = [at.replace(tzinfo=ZoneInfo("America/New_York")) for at in compared.joined["starts_local"]]
    assert moments(compared, "start_wall_read", "start_zone_read") == stated
    zoned = compare(ics, listings, SITES["church"])
    assert set(zoned.joined["start_zone_read"]) == {"America/New_York", None}


def test_mistakes_are_the_ones_that_are_told() -> None:
    listings = make_listings(2000)
    spoilt = Counter[str]()
    for kind in ("rock_club", "city_guide", "library", "promoter", "university"):
        site = SITES[kind]
        compared = compare(ics, listings, site)
        published = compared.joined.select(listings.columns)
        rules = Counter(fault.rule for fault in compared.pulled.faults)
        copies = ics.list_copies(published)
        lost = compared.joined["source_event_id"].null_count()
        spoilt += rules + Counter(repeat=compared.pulled.repeats, copy=len(copies))
        assert lost == sum(rules.values())
        assert len(compared.pulled.rows) == 2000 - lost + len(copies)
        assert set(copies["source_event_id"]) <= set(compared.pulled.rows["source_event_id"])
        assert compared.joined.filter(pl.col("source_event_id").is_not_null())["pointer_read"].null_count() == 0
    assert spoilt.keys() == {"missing_title", "missing_start", "repeat", "copy"}
    assert min(spoilt.values()) > 3


def test_a_duration_stands_for_an_end() -> None:
    compared = compare(ics, sound(make_listings(300), "promoter"), SITES["promoter"])
    durations = compared.body.count(b"\nDURATION:PT")
    assert 60 < durations < 150
    assert differing(compared.joined, "ends_local", "end_wall") == []


def test_a_cut_calendar_loses_its_last_entry() -> None:
    body = compare(ics, make_listings(20), SITES["church"]).body
    split = adapter.split(truncate(body))
    assert len(split.records) == 19
    assert [fault.rule for fault in split.faults] == ["missing_calendar_end", "truncated_record"]


def test_cities_differ_and_nights_do_not() -> None:
    cities = [load_cities()[name] for name in ("us-co-denver", "de-berlin", "us-tx-austin", "gb-london")]
    found = {city.city_id: ics.list_sites(city, seed=7, night=NIGHT, size=1.0) for city in cities}
    for city in cities:
        sites = found[city.city_id]
        assert 16 <= len(sites) <= 20
        assert sorted(str(site.fault) for site in sites if site.fault) == ["dead", "empty", "html", "truncated"]
        assert len({site.feed for site in sites}) == len({site.host for site in sites}) == len(sites)
        assert [site.feed for site in sites] == sorted(site.feed for site in sites)
        assert ics.list_sites(city, seed=7, night=NIGHT + timedelta(days=9), size=1.0) == sites
    assert len({tuple(site.habits for site in sites) for sites in found.values()}) == 4
    assert {(site.language, site.country, site.currency) for site in found["de-berlin"]} == {("de", "DE", "EUR")}
    assert found["de-berlin"] != ics.list_sites(cities[1], seed=8, night=NIGHT, size=1.0)


def test_sizes() -> None:
    sites = {size: ics.list_sites(city_of_tests(), seed=7, night=NIGHT, size=size) for size in (0.1, 1.0, 3.0)}
    assert [len(sites[0.1]), sum(site.fault is not None for site in sites[0.1])] == [6, 1]
    assert len(sites[3.0]) == 3 * len(sites[1.0])
    assert {site.feed for site in sites[0.1]} < {site.feed for site in sites[1.0]} < {site.feed for site in sites[3.0]}
    assert len({site.host for site in sites[3.0]}) == len(sites[3.0])


def test_a_site_is_found_by_its_path() -> None:
    site: Site = SITES["theatre"]
    assert ics.find_site(ask(site.url), [site]) == site
    assert ics.find_site(ask(site.url + "x"), [site]) is None
    empty = ics.answer(replace(site, content_type="text/plain"), make_listings(1).clear(), ask(site.url))
    assert empty.content_type == "text/plain"
    assert (adapter.split(empty.body).records, adapter.split(empty.body).faults) == ([], [])
