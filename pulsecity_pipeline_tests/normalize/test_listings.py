# ruff: noqa: DTZ001 (wall clocks have no zone)
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Listing
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.normalize.listings import NormalizeResult, normalize_readings
from pulsecity_pipeline_tests.normalize.rows import BLOOMINGTON, CITIES, readings

AT = datetime(2027, 1, 1, tzinfo=UTC)


def normalize(*changes: dict[str, Any]) -> NormalizeResult:
    return normalize_readings(readings(*changes), pull_city=BLOOMINGTON, cities=CITIES, at=AT, taxonomy=load_taxonomy())


def test_a_reading_becomes_a_listing_with_its_evidence() -> None:
    result = normalize(
        {
            "title": "<b>Jazz &amp; Blues</b>",
            "start_wall": datetime(2027, 3, 26, 1),
            "start_zone": "UTC",
            "location": "Zoo, 2300 Steele St, Denver, CO 80205",
            "price": "$10",
            "series_uid": "s@x",
            "url": " https://example.org/e ",
        }
    )
    row = result.listings.row(0, named=True)
    assert result.listings.schema == Listing.polars_schema()
    assert row["listing_id"] == hash_id("lst", "ics", "library", "0@x")
    assert row["series_key"] == hash_id("ser", "ics", "library", "s@x")
    assert (row["title"], row["city_id"], row["city_evidence"]) == (
        "Jazz & Blues",
        "us-co-denver",
        "address: Denver, CO",
    )
    assert (row["starts_local"], row["timezone"]) == (datetime(2027, 3, 25, 19), "America/Denver")
    assert (row["venue_name"], row["address"]) == ("Zoo", "2300 Steele St, Denver, CO 80205")
    assert (row["category"], row["subcategory"], row["currency"]) == ("music", "jazz_blues", "USD")
    assert row["first_seen_at"] == row["last_seen_at"] == row["changed_at"] == AT
    assert (row["gone_at"], row["pull_city_id"], row["performers"]) == (None, "us-in-bloomington", [])
    assert row["url"] == "https://example.org/e"


def test_what_cannot_be_a_listing_is_kept_as_a_fault() -> None:
    result = normalize(
        {"title": "<i> </i>", "pointer": "vevent/7"},
        {"start_wall": datetime(1601, 1, 1)},
        {"source_event_id": "twice"},
        {"source_event_id": "twice", "is_expansion": True},
        {},
    )
    assert result.listings.height == 2
    assert result.faults.columns == ["source", "feed", "page_id", "pointer", "is_expansion", "rule", "field", "reason"]
    assert result.faults.select("rule", "field", "is_expansion").rows() == [
        ("title_empty", "title", False),
        ("start_out_of_range", "start_wall", False),
        ("id_repeated", "source_event_id", True),
    ]
    assert result.faults["pointer"][0] == "vevent/7"
    assert "1601" in result.faults["reason"][1]


def test_nothing_in_gives_nothing_out_with_the_same_columns() -> None:
    result = normalize()
    assert result.listings.schema == Listing.polars_schema()
    assert result.faults.schema == normalize({"title": ""}).faults.schema


def test_series_and_states() -> None:
    result = normalize({"series_uid": ""}, {"status": "CANCELLED"})
    assert result.listings["series_key"].to_list() == [None, None]
    assert result.listings["status"].to_list() == ["scheduled", "cancelled"]


def test_the_same_readings_give_the_same_rows_in_their_order() -> None:
    changes = [
        {"title": f"Choir {number}", "start_zone": zone}
        for number, zone in enumerate(["UTC", None, "EST", "Asia/Tokyo"] * 5)
    ]
    first, second = normalize(*changes), normalize(*changes)
    assert first.listings.equals(second.listings)
    assert first.listings["title"].to_list() == [change["title"] for change in changes]


TEXT = st.none() | st.text(max_size=40)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "title": st.text(max_size=30),
                "description": TEXT,
                "location": TEXT,
                "price": TEXT,
                "status": TEXT,
                "start_zone": TEXT,
                "feed_zone": TEXT,
                "organizer": TEXT,
                "url": TEXT,
                "online_url": TEXT,
                "series_uid": TEXT,
                "start_wall": st.datetimes(datetime(1, 1, 1), datetime(9999, 1, 1)),
                "end_wall": st.none() | st.datetimes(datetime(1, 1, 1), datetime(9999, 1, 1)),
                "start_is_date": st.booleans(),
                "end_is_date": st.booleans(),
                "latitude": st.none() | st.floats(),
                "longitude": st.none() | st.floats(),
                "categories": st.lists(st.text(max_size=15), max_size=3),
            },
            optional={
                **dict.fromkeys(["venue_name", "address", "locality", "region", "country", "currency"], TEXT),
                **dict.fromkeys(["price_min", "price_max"], st.decimals(-5, 99_999_999, places=3)),
                **dict.fromkeys(["is_free", "price_all_in"], st.booleans()),
                "sale_status": TEXT,
                "geo_precision": st.sampled_from(["exact", "approximate", "city"]),
                "attendance_mode": st.sampled_from(["offline", "online", "mixed"]),
                "performers": st.lists(st.text(max_size=9), max_size=3),
            },
        ),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_reading_raises_none_is_lost_and_the_contract_holds(changes: list[dict[str, Any]]) -> None:
    result = normalize(*changes)
    assert result.listings.height + result.faults.height == len(changes)
    for row in result.listings.iter_rows(named=True):
        Listing.model_validate(row)
        bounds = [(row[rule.columns[0]], row[rule.columns[1]]) for rule in Listing.rules]
        assert all(low is None or high is None or low <= high for low, high in bounds)
