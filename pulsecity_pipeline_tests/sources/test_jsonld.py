"""Events in web pages: blocks as sites break them, nesting, ids, places, prices, states; and pages without any."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.sources import jsonld
from pulsecity_pipeline.sources.protocol import ReadResult
from pulsecity_pipeline_tests.sources.calendars import WINDOW, assert_accounted
from pulsecity_pipeline_tests.sources.golden import golden_cases

EVENT = {"@type": "Event", "name": "t", "startDate": "2026-09-04T20:00"}
PAGES = [case.page.read_bytes() for case in golden_cases("jsonld")]


def read_html(*blocks: str, head: str = "") -> ReadResult:
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return jsonld.read(jsonld.split(f"<html><head>{head}{scripts}</head></html>".encode()), WINDOW)


def read_one(**fields: Any) -> dict[str, Any]:
    (row,) = read_html(json.dumps(EVENT | fields)).rows
    return row


@pytest.mark.parametrize(
    "block",
    [
        '{"@type":"Event","name":"t","startDate":"2026-09-04",}',
        '[{"@type":"Event","name":"t","startDate":"2026-09-04"},]',
        '<!-- {"@type":"Event","name":"t","startDate":"2026-09-04"} -->',
        '//<![CDATA[\n{"@type":"Event","name":"t","startDate":"2026-09-04"}\n//]]>',
        '{"@type":"Event", /* a note */ "name":"t",\n// another\n"startDate":"2026-09-04"}',
        '{"@type":"Event","name":"t","description":"one\ntwo\tthree","startDate":"2026-09-04"}',
        "{&quot;@type&quot;:&quot;Event&quot;,&quot;name&quot;:&quot;t&quot;,&quot;startDate&quot;:&quot;2026-09-04&quot;}",
        '{"@type":"Event","name":"t","startDate":"2026-09-04"};',
        '{"@type":"schema:Event","name":"t","startDate":"2026-09-04","url":"https://a.example//x,]"}',
        '{"@context":{"@vocab":"http://schema.org/"},"@type":["Thing","http://schema.org/MusicEvent"],"name":"t",'
        '"startDate":"2026-09-04"}',
        '{"@type":"Event","name":"t \\ud83d","startDate":"2026-09-04","n":123456789012345678901234567890,"x":NaN}',
    ],
)
def test_blocks_as_sites_write_them(block: str) -> None:
    result = read_html(block)
    assert ([row["title"][:1] for row in result.rows], result.faults) == (["t"], [])


def test_a_text_that_looks_like_a_comment_stays() -> None:
    (row,) = read_html('{"@type":"Event","name":"a /* b */ // c,]","startDate":"2026-09-04",}').rows
    assert row["title"] == "a /* b */ // c,]"


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (b"", ["empty_body"]),
        (b"<html><title>Just a moment</title></html>", ["contract_drift"]),
        (b'<script type="application/ld+json">{"@type":"WebSite","name":"s"}</script>', ["contract_drift"]),
        (b'<script type="application/ld+json">[]</script>', []),
        (b'<script type="application/ld+json">{"@type":"Ev</script>', ["invalid_json"]),
        (b"[]", []),
        (b'{"error": "x"}', ["contract_drift"]),
        (b"{not json", ["not_a_page"]),
    ],
)
def test_pages_without_events(body: bytes, rules: list[str]) -> None:
    assert [fault.rule for fault in jsonld.split(body).faults] == rules


@pytest.mark.parametrize(
    ("stated", "wall", "is_date", "zone"),
    [
        ("2026-09-04", "2026-09-04T00:00:00", True, None),
        ("2026-9-4", "2026-09-04T00:00:00", True, None),
        ("2026-09-04T20:00", "2026-09-04T20:00:00", False, None),
        ("2026-09-04T20:00:00+0100", "2026-09-04T20:00:00", False, "+01:00"),
        ("2026-09-04T20:00:00.000Z", "2026-09-04T20:00:00", False, "UTC"),
        ("2026-9-4T08-08-30-00", "2026-09-04T08:30:00", False, None),
        ("2026-9-4T20:00+02:00", "2026-09-04T20:00:00", False, "+02:00"),
        ("2026-09-04 8:00 PM", "2026-09-04T20:00:00", False, None),
        ("Sep 4, 2026", "2026-09-04T00:00:00", True, None),
        ("September 4, 2026 7:30 PM", "2026-09-04T19:30:00", False, None),
        ("Friday, 4 September 2026 at 19:30", "2026-09-04T19:30:00", False, None),
        ("Fri, 04 Sep 2026 19:30:00 +0200", "2026-09-04T19:30:00", False, "+02:00"),
    ],
)
def test_dates(stated: str, wall: str, is_date: bool, zone: str | None) -> None:
    row = read_one(startDate=stated)
    found = row["start_wall"].isoformat(), row["start_is_date"], row["start_zone"]
    assert found == (wall, is_date, zone)


@pytest.mark.parametrize("stated", ["soon", "09/04/2026", "2026-13-01", "4 Floreal 2026", {"x": 1}, True, 7])
def test_dates_that_could_mean_anything_are_faults(stated: Any) -> None:
    (fault,) = read_html(json.dumps(EVENT | {"startDate": stated})).faults
    assert fault.rule in ("invalid_start", "missing_start")


@pytest.mark.parametrize(
    ("offers", "low", "high", "free", "sale"),
    [
        (None, None, None, None, None),
        ({"price": "12,50", "priceCurrency": "EUR"}, "12.5", "12.5", None, None),
        ({"price": "1,234.50", "priceCurrency": "USD"}, "1234.5", "1234.5", None, None),
        ({"price": 0, "priceCurrency": "EUR"}, "0", "0", True, None),
        ({"price": 0}, None, None, None, None),
        ({"price": "", "priceCurrency": "EUR"}, None, None, None, None),
        ({"lowPrice": 5, "highPrice": "9.00", "priceCurrency": "EUR", "availability": "SoldOut"}, "5", "9", None, "SoldOut"),
        (
            [{"price": 5, "availability": "https://schema.org/SoldOut"}, {"price": 9, "availability": "InStock"}],
            "9",
            "9",
            None,
            "InStock",
        ),
        ({"priceSpecification": {"minPrice": 3, "maxPrice": 4, "priceCurrency": "EUR"}}, "3", "4", None, None),
        ([], None, None, None, None),
        ("https://tickets.example", None, None, None, None),
    ],
)  # fmt: skip
def test_offers(offers: Any, low: str | None, high: str | None, free: bool | None, sale: str | None) -> None:
    row = read_one(offers=offers)
    found = row.get("price_min"), row.get("price_max"), row.get("is_free"), row.get("sale_status")
    assert found == (low and Decimal(low), high and Decimal(high), free, sale)


def test_a_price_in_words_stays_words() -> None:
    row = read_one(offers={"price": "pay what you can", "priceCurrency": "EUR"})
    assert (row["price"], "price_min" in row) == ("pay what you can", False)


def test_free_is_not_believed_beside_a_price() -> None:
    offers = {"price": 5, "priceCurrency": "EUR"}
    assert read_one(isAccessibleForFree=True, offers=offers).get("is_free") is None
    assert read_one(isAccessibleForFree="False")["is_free"] is False


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("Old Hall, Ely", {"location": "Old Hall, Ely"}),
        ({"@type": "Place", "name": "Hall", "address": "1 Rd"}, {"venue_name": "Hall", "address": "1 Rd"}),
        (
            {"@type": "PostalAddress", "streetAddress": "1 Rd", "addressCountry": "GB"},
            {"address": "1 Rd", "country": "GB"},
        ),
        ([{"name": "Hall", "address": [{"addressLocality": "Ely"}]}], {"venue_name": "Hall", "locality": "Ely"}),
        ({"@type": "VirtualLocation", "url": "https://j.example"}, {"attendance_mode": "online"}),
        ([{"@type": "VirtualLocation"}, {"@type": "Place"}], {"attendance_mode": "mixed"}),
        ({"geo": {"latitude": "1.5", "longitude": 2}}, {"latitude": 1.5, "longitude": 2}),
        (7, {"location": "7"}),
        (None, {}),
    ],
)
def test_places(location: Any, found: dict[str, Any]) -> None:
    names = ("location", "venue_name", "address", "locality", "country", "attendance_mode", "latitude", "longitude")
    row = read_one(location=location)
    assert {name: row[name] for name in names if row.get(name) is not None} == found


def test_the_page_of_the_event_is_no_link_to_join() -> None:
    virtual = {"@type": "VirtualLocation", "url": "https://a.example/e"}
    assert "online_url" not in read_one(url="https://a.example/e", location=virtual)
    assert read_one(url="https://a.example/f", location=virtual)["online_url"] == "https://a.example/e"


def test_one_address_on_several_dates_is_several_events() -> None:
    shared = {"url": "https://a.example/e"}
    days = [EVENT | shared | {"startDate": f"2026-09-0{day}"} for day in (1, 2, 2)]
    result = read_html(json.dumps(days))
    ids = [row["source_event_id"] for row in result.rows]
    assert (ids, result.repeats) == (
        ["https://a.example/e#20260901T000000", "https://a.example/e#20260902T000000"],
        1,
    )


def test_one_address_and_hour_with_other_titles_is_several_events() -> None:
    result = read_html(json.dumps([EVENT | {"url": "https://a.example/", "name": name} for name in "abc"]))
    assert (len({row["source_event_id"] for row in result.rows}), result.repeats) == (3, 0)


def test_an_id_within_the_page_is_none() -> None:
    result = read_html(json.dumps([EVENT | {"@id": "#event", "name": name} for name in "ab"]))
    assert len({row["source_event_id"] for row in result.rows}) == 2


def test_an_event_above_another_is_not_read_twice() -> None:
    above = {"@type": "EventSeries", "name": "s", "startDate": "2026-01-01"}
    assert len(read_html(json.dumps(EVENT | {"superEvent": above})).rows) == 1


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("https://schema.org/EventCancelled", "EventCancelled"),
        (["EventScheduled", "EventMovedOnline"], "EventMovedOnline"),
        ({"@id": "schema:EventPostponed"}, "EventPostponed"),
        ("https://schema.org/EventDreamt", "EventDreamt"),
    ],
)
def test_states(state: Any, status: str) -> None:
    result = read_html(json.dumps(EVENT | {"eventStatus": state}))
    assert result.rows[0]["status"] == status
    assert (f"eventStatus={status}" in result.unread) is (status == "EventDreamt")


def test_private_persons_are_left_out() -> None:
    person = {"@type": "Person", "name": "Choir", "email": "x@a.example", "telephone": "1"}
    block = json.dumps(EVENT | {"organizer": person, "attendee": [person], "contactPoint": person})
    (record,) = jsonld.split(f'<script type="application/ld+json">{block}</script>'.encode()).records
    assert b"x@a.example" not in record.payload
    assert b"attendee" not in record.payload


def test_a_list_in_an_endless_nest_is_left_alone() -> None:
    assert jsonld.split(b"[" * 5000 + b"]" * 5000).records == []


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=20))
def test_flipped_bytes_are_accounted_for(page: bytes, flips: list[tuple[int, int]]) -> None:
    body = bytearray(page)
    for position, value in flips:
        body[position % len(body)] = value
    assert_accounted(jsonld, bytes(body))
