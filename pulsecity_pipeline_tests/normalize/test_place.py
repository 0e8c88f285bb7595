from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.normalize.city import locate_cities, nearest_cities
from pulsecity_pipeline.normalize.gazetteer import Gazetteer, distance_km, load_gazetteer
from pulsecity_pipeline.normalize.locality import Locator
from pulsecity_pipeline.normalize.place import read_location, read_places
from pulsecity_pipeline_tests.normalize.rows import BLOOMINGTON, CITIES, INDIANAPOLIS

ZONE = "America/Indiana/Indianapolis"
ROWS = [
    ("Bloomington", "US", "IN", 39.16533, -86.52639, 79168, ZONE),
    ("Bloomington", "US", "IL", 40.4842, -88.99369, 78005, "America/Chicago"),
    ("Nashville", "US", "IN", 39.20722, -86.25111, 1049, ZONE),
    ("Nashville", "US", "TN", 36.16589, -86.78444, 689447, "America/Chicago"),
    ("Indianapolis", "US", "IN", 39.76838, -86.15804, 887642, ZONE),
    ("Martinsville", "US", "IN", 39.42783, -86.42833, 11800, ZONE),
    ("Denver", "US", "CO", 39.73915, -104.9847, 715522, "America/Denver"),
    ("Toronto", "CA", "08", 43.70643, -79.39864, 2731571, "America/Toronto"),
    ("St. Louis", "US", "MO", 38.62727, -90.19789, 315685, "America/Chicago"),
    ("Rome", "IT", "07", 41.89193, 12.51133, 2318895, "Europe/Rome"),
    ("Park", "US", "IN", 39.9, -86.9, 600, ZONE),
]
LOCATOR = Locator(BLOOMINGTON, Gazetteer(ROWS))


def places(*changes: dict[str, Any]) -> pl.DataFrame:
    schema = {
        "title": pl.String,
        "location": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "online_url": pl.String,
    }
    return pl.DataFrame([{"title": "Talk"} | change for change in changes], schema=schema)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Morgenstern's, 849 Auto Mall Road, Bloomington, IN 47401, USA", "Bloomington, IN"),
        ("Sycamore Hall\n401 N Morton St, Bloomington, Indiana", "Bloomington, Indiana"),
        ("Center - 20 Erwin Hills Rd.  Nashville IN 47448", "Nashville, IN"),
        ("Nashville, Tenn.", "Nashville, TN"),
        ("Pavilion, 1601 S Rogers St, Nashville, TN 37203, USA, Pavilion Lawn", "Nashville, TN"),
        ("Alaska Zoo (Denver, Colorado)", "Denver, Colorado"),
        ("Saint Louis, MO", "St. Louis, MO"),
        ("The Faculty Club, 41 Willcocks Street, Toronto, Ontario, M5S 3G3, Canada", "Toronto, Ontario"),
        ("Toronto, ON, CA", "Toronto, ON"),
        ("Fern Park, 750 West Drive, Bloomington, 47401, United States", "Bloomington, US"),
        ("Via Roma 1, 00184 Roma RM, Italy", "Rome, IT"),
        ("Winery, 3820 Leonard Road, Martinsville", "Martinsville"),
        ("Nowhere Hall, Lost Village, WY 82001", "WY"),
        ("Kulturhaus, Kleinstadt, Germany", "DE"),
        ("Denver", None),
        ("Denver, Room 2", None),
        ("Ballantine Hall, IN 104", None),
        ("301 S Walnut St, Downtown Transit Center, Conference Room", None),
        ("Kirkwood Park, CO", None),
        ("Indiana Memorial Union", None),
        ("Small Hamlet, IN 47468", None),
        (", ; -", None),
    ],
)
def test_towns_in_addresses(text: str, label: str | None) -> None:
    found = LOCATOR.locate(text)
    expected = {"Nashville, TN": ("Nashville, TN", "Nashville, Tenn.")}.get(label or "", (label,))
    assert (found.label if found else None) in expected


def test_of_one_name_the_near_town_is_meant() -> None:
    found = LOCATOR.locate("12 Main St, Bloomington, 47401, USA")
    assert found is not None
    assert found.place is not None
    assert found.place.admin1 == "IN"


def test_a_region_within_reach_is_not_elsewhere() -> None:
    locator = Locator(INDIANAPOLIS, Gazetteer([*ROWS, ("Nearby", "US", "WY", 39.8, -86.2, 900, ZONE)]))
    assert locator.locate("Lost Village, WY 82001") is None


def test_the_real_gazetteer_knows_small_towns_and_is_read_whole() -> None:
    gazetteer = load_gazetteer("US")
    assert [place.admin1 for place in gazetteer.find("US", "penngrove")] == ["CA"]
    assert "Zürich" in [place.name for place in gazetteer.find("CH", "zurich")]


@pytest.mark.parametrize(
    ("text", "venue", "address", "online"),
    [
        ("Sala 2, Via Roma 1, Roma", "Sala 2", "Via Roma 1, Roma", False),
        ("Redwood\n1300 Gerrard St E, Toronto", "Redwood", "1300 Gerrard St E, Toronto", False),
        ("Center - 1561 Alexander Rd.", "Center", "1561 Alexander Rd.", False),
        ("Utilities Board Room (33)", "Utilities Board Room (33)", None, False),
        ("401 N Morton St suite 225, Bloomington", None, "401 N Morton St suite 225, Bloomington", False),
        ("https://us02web.zoom.us/j/1?pwd=x", None, None, True),
        ("Online", None, None, True),
        ("via Zoom", None, None, True),
        ("Virtual event", None, None, True),
        ("https://luma.com/event/evt-1", None, None, False),
        ("https://zoom.us/j/9, Board Room", "Board Room", None, True),
        ("Zoom and MP1318A", "Zoom and MP1318A", None, True),
        ("The Zoom Room Gallery", "The Zoom Room Gallery", None, False),
    ],
)
def test_locations_are_taken_apart(text: str, venue: str | None, address: str | None, online: bool) -> None:
    found = read_location(text)
    assert (found.venue_name, found.address, found.is_online) == (venue, address, online)


def test_attendance_and_coordinates() -> None:
    found = read_places(
        places(
            {"location": "Hall", "latitude": 0.0, "longitude": 0.0},
            {"location": "Hall", "online_url": "https://zoom.us/j/1"},
            {"online_url": "https://zoom.us/j/1"},
            {"title": "[Webinar] Taxes"},
            {"location": "Hall", "title": "Zoom: taxes", "latitude": 95.0, "longitude": 0.0},
            {"location": "39.14321, -86.39285"},
            {"latitude": 39.1, "longitude": float("nan")},
        )
    )
    assert found["attendance_mode"].to_list() == [
        "offline",
        "mixed",
        "online",
        "online",
        "offline",
        "offline",
        "offline",
    ]
    assert found["latitude"].to_list() == [None, None, None, None, None, 39.14321, None]
    assert found["geo_precision"].to_list() == [None, None, None, None, None, "exact", None]


def locate(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    texts = dict.fromkeys(["where", "attendance_mode", "locality", "region", "country"], pl.String)
    schema = texts | {"latitude": pl.Float64, "longitude": pl.Float64}
    frame = pl.DataFrame([{"attendance_mode": "offline"} | change for change in changes], schema=schema)
    return locate_cities(frame, pull_city=BLOOMINGTON, cities=CITIES).to_dicts()


def test_city_from_coordinates_address_or_the_pull() -> None:
    found = locate(
        {"latitude": 39.17, "longitude": -86.5},
        {"latitude": 39.77, "longitude": -86.16},
        {"latitude": 41.0, "longitude": -91.9},
        {"where": "Zoo, Denver, CO"},
        {"where": "Boone, N.C."},
        {"where": "Wells Library"},
        {"attendance_mode": "online"},
        {"where": "1 Main St, Bloomington, IN 47401", "latitude": 40.73, "longitude": -73.98},
    )
    assert [(row["city_id"], row["city_evidence"]) for row in found] == [
        ("us-in-bloomington", "coordinates"),
        ("us-in-indianapolis", "coordinates"),
        ("elsewhere", "coordinates"),
        ("us-co-denver", "address: Denver, CO"),
        ("elsewhere", "address: Boone, N.C."),
        ("us-in-bloomington", "pull city"),
        ("online", "online"),
        ("us-in-bloomington", "address: Bloomington, IN; coordinates refuted"),
    ]
    assert [row["home_zone"] for row in found[3:5]] == ["America/Denver", "America/New_York"]
    assert [row["is_placed"] for row in found] == [True, True, False, True, True, True, False, True]


def test_the_nearest_city_that_holds_a_point_wins() -> None:
    points = pl.DataFrame({"latitude": [39.5, 39.6, None], "longitude": [-86.3, -86.2, None]})
    assert nearest_cities(points, CITIES)["nearest_city_id"].to_list() == [None, "us-in-indianapolis", None]


def test_distance_of_a_known_pair() -> None:
    assert distance_km(40.7128, -74.0060, 51.5074, -0.1278) == pytest.approx(5570, abs=5)


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_location_raises(text: str) -> None:
    read_location(text)
    LOCATOR.locate(text)
