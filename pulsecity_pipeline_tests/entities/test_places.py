"""Places and venues: how stated places compare, and which of them are one venue."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.entities.places import compare_places, haversine_km, list_places
from pulsecity_pipeline.entities.preparing import prepare_listings
from pulsecity_pipeline_tests.entities.frames import AT, as_previous, frame, listing, resolve

LIMITS = load_matching().venues


def compare(left: dict[str, Any], right: dict[str, Any]) -> str:
    places, _ = list_places(prepare_listings(frame(listing("A", "one", **left), listing("B", "two", **right))))
    pair = pl.DataFrame(
        {"left_place": [0], "right_place": [places.height - 1]},
        schema_overrides={"left_place": pl.UInt32, "right_place": pl.UInt32},
    )
    return str(compare_places(pair, places, LIMITS)["place"].item())


def at(latitude: float, longitude: float) -> dict[str, Any]:
    return {"latitude": latitude, "longitude": longitude, "geo_precision": "exact"}


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ({"venue_name": "The Peel"}, {"venue_name": "Peel"}, "same"),
        ({"venue_name": "Peel"}, {"venue_name": "Orange Peel Hall"}, "near"),
        (
            {"venue_name": "Peel", "address": "101 Main St"},
            {"venue_name": "Gym", "address": "101 N Main Street"},
            "same",
        ),
        ({"venue_name": "Peel", "address": "101 Main St"}, {"venue_name": "Gym", "address": "7 Oak St"}, "different"),
        ({"venue_name": "Peel", "address": "101 Main St"}, {"venue_name": "Peel", "address": "7 Oak St"}, "unlike"),
        ({"venue_name": "Peel"}, {"venue_name": "Gym"}, "unlike"),
        ({"venue_name": "Peel"} | at(38.5, -121.7), {"venue_name": "Gym"} | at(38.5005, -121.7), "near"),
        ({"venue_name": "Peel"} | at(38.5, -121.7), {"venue_name": "Gym"} | at(38.6, -121.7), "different"),
        (
            {"venue_name": "Peel"} | at(38.5, -121.7),
            {"venue_name": "Gym"} | at(38.6, -121.7) | {"geo_precision": "city"},
            "unlike",
        ),
        ({"address": "Paris, France"}, {"address": "Paris, Île-de-France, France"}, "near"),
        ({"address": "Lyon, France"}, {"address": "Lille, France"}, "unlike"),
        ({"venue_name": "Peel"}, {"address": "7 Oak St"}, "unknown"),
    ],
)
def test_levels(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    assert compare(left, right) == level
    assert compare(right, left) == level


def test_haversine() -> None:
    points = pl.DataFrame({"a_latitude": [0.0], "a_longitude": [0.0], "b_latitude": [0.0], "b_longitude": [1.0]})
    assert points.select(haversine_km("a_", "b_")).item() == pytest.approx(111.195, abs=0.01)


def venues(*rows: dict[str, Any]) -> pl.DataFrame:
    return resolve(frame(*rows)).venues.sort("name", "address")


def test_places_of_one_name_are_one_venue_with_aliases() -> None:
    made = venues(
        listing("A", "one", 1, venue_name="The Orange Peel", address="101 Main St") | at(38.5, -121.7),
        listing("B", "one", 2, venue_name="Orange Peel", address="101 Main Street") | at(38.5002, -121.7),
        listing("C", "one", 3, venue_name="Orange Peel"),
        listing("D", "one", 4, attendance_mode="online", venue_name="Zoom"),
    )
    assert made.select("name", "aliases", "listing_count").rows() == [("Orange Peel", ["The Orange Peel"], 3)]
    assert made["latitude"].item() == pytest.approx(38.5001)


def test_two_names_at_one_address_are_one_venue_only_when_alike() -> None:
    same: dict[str, Any] = {"address": "101 Main St"}
    made = venues(
        listing("A", "one", 1, venue_name="Waldron Arts Center", **same),
        listing("B", "one", 2, venue_name="Waldron Art Center", **same),
        listing("C", "one", 3, venue_name="Meeting Room 2", **same),
    )
    assert sorted(made["listing_count"]) == [1, 2]


def test_one_name_at_two_addresses_is_two_venues() -> None:
    rows = [
        listing("A", "one", 1, venue_name="YMCA", address="1 Oak St"),
        listing("B", "one", 2, venue_name="YMCA", address="900 Main St"),
        listing("C", "two", 3, venue_name="YMCA"),
    ]
    assert sorted(venues(*rows)["listing_count"]) == [1, 2]


def test_a_venue_keeps_its_id_under_another_name_and_without_its_first_listing() -> None:
    place: dict[str, Any] = {"address": "101 Main St"}
    first = resolve(
        frame(
            listing("A", "one", 1, venue_name="Orange Peel", **place),
            listing("B", "one", 2, venue_name="The Orange Peel", **place),
        )
    )
    later = resolve(
        frame(listing("C", "two", 9, venue_name="the orange peel", first_seen_at=AT + timedelta(days=1))),
        as_previous(first),
    )
    assert later.venues["venue_id"].to_list() == first.venues["venue_id"].to_list()
    assert later.ledger.filter(pl.col("entity") == "venue").is_empty()
    moved = resolve(frame(listing("C", "two", 9, venue_name="Orange Peel", address="7 Oak St")), as_previous(first))
    assert moved.venues["venue_id"].to_list() != first.venues["venue_id"].to_list()


def test_events_point_to_their_venue() -> None:
    made = resolve(frame(listing("A", "one", 1, venue_name="Orange Peel"), listing("B", "two", 2)))
    events = dict(made.events.select("title", "venue_id").iter_rows())
    assert events == {"A": made.venues["venue_id"].item(), "B": None}
