from datetime import timedelta

import orjson
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.dialects import ticketmaster
from pulsecity_pipeline.sources import ticketmaster as adapter
from pulsecity_pipeline_tests.sandbox.dialects.listings import city_of_tests, make_hard_listings, make_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import (
    DialectClient,
    ask,
    differing,
    join_truth,
    list_sites,
    pull,
)


def test_hard_listings_come_back_as_they_are() -> None:
    listings = make_hard_listings()
    pulled = pull(ticketmaster, listings)
    joined = join_truth(ticketmaster, pulled, listings)
    assert pulled.is_sound
    assert len(pulled.rows) == len(listings)
    for column in ("title", "description", "organizer", "url", "image_url", "latitude", "longitude", "address"):
        assert differing(joined, column) == [], column
    for column, read in (("starts_local", "start_wall"), ("is_date", "start_is_date"), ("town", "locality")):
        assert differing(joined, column, read) == [], column
    assert differing(joined.filter(~pl.col("all_day")), "ends_local", "end_wall") == []
    priced = joined.filter(pl.col("price_min").is_not_null())
    assert [*differing(priced, "price_min"), *differing(priced, "price_max"), *differing(priced, "currency")] == []
    assert joined.filter("price_all_in_read")["title"].to_list() == ["Full house"]
    assert differing(joined, "performers") == []


def test_what_is_special_is_said_in_their_words() -> None:
    listings = make_hard_listings()
    found = {row["title"]: row for row in pull(ticketmaster, listings).rows.to_dicts()}
    assert found["Harvest of small instruments"]["end_wall"].day == 2
    assert found["Choir, not now"]["status"] == "cancelled"
    assert found["Moved once"]["status"] == "rescheduled"
    assert found["Full house"]["sale_status"] == "offsale"
    assert found["Types without tears"]["attendance_mode"] == "online"
    assert found["Venue to follow"]["venue_name"] is None
    assert found["Secret garden set"]["venue_name"] is None
    assert found["Secret garden set"]["latitude"] == 39.7412


def test_flags_tell_a_time_to_be_announced_from_a_whole_day() -> None:
    content = [orjson.loads(reply.body) for reply in pull(ticketmaster, make_hard_listings()).client.replies]
    events = {event["name"]: event for page in content for event in page.get("_embedded", {}).get("events", [])}
    starts = {name: event["dates"]["start"] for name, event in events.items()}
    flags = ("timeTBA", "noSpecificTime")
    assert [starts["Some time on that day"][flag] for flag in flags] == [True, False]
    assert [starts["Harvest of small instruments"][flag] for flag in flags] == [False, True]
    assert [starts["The Paper Lanterns"][flag] for flag in flags] == [False, False]
    assert ["dateTime" in starts[name] for name in ("Some time on that day", "The Paper Lanterns")] == [False, True]
    assert events["Harvest of small instruments"]["dates"]["spanMultipleDays"]
    assert events["Moved once"]["dates"]["initialStartDate"] == {"localDate": "2026-11-22"}


def test_what_has_no_start_is_asked_for_by_itself_and_refused_by_the_adapter() -> None:
    listings = make_listings(40).with_columns(
        starts_local=pl.when(pl.int_range(pl.len()) < 10).then(None).otherwise("starts_local")
    )
    pulled = pull(ticketmaster, listings)
    assert len(pulled.rows) == 30
    assert {fault.rule for fault in pulled.faults} == {"date_unknown"}
    assert len(pulled.faults) == 10


def test_what_is_sold_beside_events_tells_by_its_type() -> None:
    kinds = ["parking", "upsell", "test", "event"]
    listings = make_listings(4).with_columns(listing_class=pl.Series(kinds))
    pulled = pull(ticketmaster, listings)
    assert sorted(fault.rule for fault in pulled.faults) == ["not_an_event", "not_an_event", "test_event"]
    assert len(pulled.rows) == 1


def test_more_than_a_query_gives_is_divided_until_all_has_come() -> None:
    crowded = pl.concat([make_listings(1400), _on_one_day(make_listings(1500, seed=8))])
    pulled = pull(ticketmaster, crowded)
    assert pulled.failures == []
    assert pulled.rows["source_event_id"].n_unique() == 2900


def _on_one_day(listings: pl.DataFrame) -> pl.DataFrame:
    day = listings["starts_local"].min()
    moved = day + pl.duration(minutes=pl.int_range(pl.len()) % 600)
    return listings.with_columns(starts_local=moved)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [("size=201", "DIS1036"), ("size=200&page=5", "DIS1035"), ("page=x", "DIS1037"), ("latlong=", "DIS1038"),
     ("startDateTime=2026-11-21", "DIS1015")],
)  # fmt: skip
def test_bad_parameters_are_their_errors(parameters: str, code: str) -> None:
    site = list_sites(ticketmaster)[0]
    listings = publish(make_listings(3), ticketmaster)
    request = ask(f"{site.url}&{parameters}")
    reply = ticketmaster.answer(site, listings, request)
    assert reply.status == 400
    assert orjson.loads(reply.body)["errors"][0]["code"] == code
    assert adapter.split(reply.body).faults[0].rule == "api_error"


def test_nothing_found_has_no_list() -> None:
    site = list_sites(ticketmaster)[0]
    client = DialectClient(ticketmaster, [site], {(site.city_id, site.feed): publish(make_listings(3), ticketmaster)})
    content = orjson.loads(client.reply(ask(site.url.replace("2026-11-21", "2031-01-01"))).body)
    assert content["page"] == {"size": 200, "totalElements": 0, "totalPages": 0, "number": 0}
    assert "_embedded" not in content


def test_a_request_belongs_to_the_nearest_city_and_to_its_radius() -> None:
    city = city_of_tests()
    near, far = list_sites(ticketmaster)[0], list_sites(ticketmaster, city.model_copy(update={"latitude": 34.05}))[0]
    assert ticketmaster.find_site(ask(near.url), [far, near]) == near
    listings = make_listings(50).with_columns(latitude=pl.col("latitude") + 2)
    assert len(pull(ticketmaster, listings).rows) == listings["latitude"].is_null().sum()


def test_an_edge_belongs_to_both_slices() -> None:
    site, listings = list_sites(ticketmaster)[0], publish(make_listings(1), ticketmaster)
    at = (listings["starts_local"].dt.replace_time_zone("America/Denver").dt.convert_time_zone("UTC"))[0]
    first, last = ((at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ") for hours in (0, 5))
    address = site.url.partition("&startDateTime")[0]
    for edges in (f"&startDateTime={first}&endDateTime={last}", f"&endDateTime={first}"):
        content = orjson.loads(ticketmaster.answer(site, listings, ask(address + edges)).body)
        assert content["page"]["totalElements"] == 1
