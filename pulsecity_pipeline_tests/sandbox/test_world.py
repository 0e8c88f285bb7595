"""The world: the same every time, different for every seed, plausible in size and place."""

import math
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pulsecity_pipeline.sandbox.model import World
from pulsecity_pipeline.sandbox.world_v1 import build_world
from pulsecity_pipeline_tests.sandbox.cities import AS_OF, AUSTIN, BERLIN, hash_pages, world_of


def test_same_arguments_give_the_same_bytes_in_any_process() -> None:
    code = (
        "from pulsecity_pipeline_tests.sandbox.cities import AUSTIN, BERLIN, hash_pages;"
        "import sys; sys.stdout.write(hash_pages(BERLIN, 7) + ' ' + hash_pages(AUSTIN, 7))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    other = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.split() == [hash_pages(BERLIN, 7), hash_pages(AUSTIN, 7)]


def test_another_seed_is_another_world() -> None:
    assert hash_pages(AUSTIN, 7) != hash_pages(AUSTIN, 8)
    assert world_of("us-tx-austin").happenings[50].title != world_of("us-tx-austin", 8).happenings[50].title


@pytest.mark.parametrize("city_id", ["us-tx-austin", "de-berlin"])
def test_size_and_variety(city_id: str) -> None:
    world = world_of(city_id)
    one_offs = [one for one in world.happenings if one.weekly is None]
    assert 250 <= len(world.happenings) <= 400
    assert 20 <= len(world.happenings) - len(one_offs) <= 30
    assert len({one.title for one in one_offs}) > 0.8 * len(one_offs)
    assert len({one.happening_id for one in world.happenings}) == len(world.happenings)
    assert sum(one.venue is None for one in world.happenings) >= 3
    assert 0.3 < sum(one.price_text is None for one in world.happenings) / len(world.happenings) < 0.7
    assert any(one.ends_local is None for one in one_offs)
    assert any(one.status == "cancelled" for one in one_offs)
    assert all(abs((one.starts_local.date() - AS_OF).days) <= 45 for one in one_offs)


def _distance_km(world: World, latitude: float, longitude: float) -> float:
    north = (latitude - world.city.latitude) * 111.2
    east = (longitude - world.city.longitude) * 111.2 * math.cos(math.radians(world.city.latitude))
    return math.hypot(north, east)


@pytest.mark.parametrize("city_id", ["us-tx-austin", "de-berlin"])
def test_venues_lie_in_the_city_and_neighbours_do_not(city_id: str) -> None:
    world = world_of(city_id)
    for venue in world.venues:
        distance = _distance_km(world, venue.latitude, venue.longitude)
        assert (distance > world.city.radius_km) == (venue.kind == "neighbour") == (venue.town != world.city.name)
    assert {venue.town for venue in world.venues} == {world.city.name, "Springfield", "Fairview"}


@pytest.mark.parametrize(
    ("country", "admin1", "ending"),
    [
        ("US", "TX", "Austin, TX"),
        ("CA", "08", "Austin, ON"),
        ("DE", "16", "Austin, Germany"),
        ("SG", None, "Austin, Singapore"),
    ],
)
def test_addresses_end_as_the_country_writes_them(country: str, admin1: str | None, ending: str) -> None:
    city = AUSTIN.model_copy(update={"country": country, "admin1": admin1})
    venue = build_world(city, seed=1, as_of=AS_OF).venues[0]
    assert venue.address.endswith(ending)
    assert venue.street[0].isdigit()


def test_series_keep_their_rule_and_its_exceptions() -> None:
    for happening in world_of("de-berlin").happenings:
        if happening.weekly is None:
            continue
        weekly, found = happening.weekly, list(happening.occurrences())
        days = {one.original_local.date(): one for one in found}
        assert len(found) == 26 - len(weekly.skipped_on)
        assert not days.keys() & set(weekly.skipped_on)
        assert all(days[day].starts_local == moved != days[day].original_local for day, moved in weekly.moved)
        assert {day for day, one in days.items() if one.status == "cancelled"} == set(weekly.cancelled_on)
        assert {one.original_local.weekday() for one in found} == {happening.starts_local.weekday()}
        assert happening.starts_local.date() < AS_OF + timedelta(days=7)
        assert weekly.until_on >= AS_OF - timedelta(days=7)


def test_family_story_times_differ_in_branch_alone() -> None:
    times = [one for one in world_of("us-tx-austin").happenings if one.title == "Family Story Time"]
    assert len(times) == 3
    assert len({one.starts_local for one in times}) == 1
    assert len({one.venue.name for one in times if one.venue}) == 3


def test_the_next_night_tells_the_same_story() -> None:
    tonight, tomorrow = world_of("us-tx-austin"), world_of("us-tx-austin", as_of=AS_OF + timedelta(days=1))
    known = {one.happening_id: one for one in tonight.happenings}
    shared = [one for one in tomorrow.happenings if one.happening_id in known]
    assert len(shared) > 0.95 * len(tonight.happenings)
    assert tomorrow.venues == tonight.venues
    assert all(
        replace(one, status="scheduled") == replace(known[one.happening_id], status="scheduled") for one in shared
    )


def test_cancellations_become_known_and_stay() -> None:
    nights = [world_of("us-tx-austin", as_of=AS_OF + timedelta(days=step)) for step in range(0, 15, 2)]
    off = Counter(one.happening_id for world in nights for one in world.happenings if one.status == "cancelled")
    first, last = ({one.happening_id: one.status for one in world.happenings} for world in (nights[0], nights[-1]))
    assert any(first.get(happening_id) == "scheduled" for happening_id in off)
    assert all(last[one] == "cancelled" for one in first if first[one] == "cancelled" and one in last)


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2026, 3, 29), date(2026, 11, 1), date(2030, 12, 31)])
def test_any_day_has_a_world(as_of: date) -> None:
    assert 250 <= len(build_world(BERLIN, seed=1, as_of=as_of).happenings) <= 400
