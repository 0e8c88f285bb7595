"""Published versions: what readers see while heads move on."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import CityPulse, Listing, Published, Table, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import (
    count_rows,
    latest_published,
    publish_city,
    scan_all_published,
    scan_neighbours,
    scan_published,
    select_build,
)
from pulsecity_pipeline.store.snapshots import files_at, read_changes
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, OSLO, ROMA, an_id, publish, rows


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def put_venues(lake: Lake, city_id: str, *numbers: int) -> int:
    frame = rows(Venue, *({"venue_id": an_id("ven", number), "city_id": city_id} for number in numbers))
    return lake.replace(Venue, frame, partition=city_id)


def put_pulse(lake: Lake, city_id: str, night: date, count: int) -> int:
    frame = rows(CityPulse, {"city_id": city_id, "night": night, "event_count": count})
    return lake.replace(CityPulse, frame, partition=city_id, night=night)


def put_listings(lake: Lake, pulled_by: str, *places: str) -> None:
    overrides = [
        {"pull_city_id": pulled_by, "listing_id": an_id("lst", number), "city_id": place}
        for number, place in enumerate(places)
    ]
    lake.replace(Listing, rows(Listing, *overrides), partition=pulled_by)


def ids(frame: pl.LazyFrame) -> list[str]:
    return sorted(frame.collect()["venue_id"])


def test_the_head_moves_on_and_the_published_stays(lake: Lake) -> None:
    put_venues(lake, DAVIS, 1)
    publish(lake, DAVIS, NIGHT_1, Venue)
    put_venues(lake, DAVIS, 2)
    assert ids(lake.scan(Venue)) == [an_id("ven", 2)]
    assert ids(scan_published(lake, Venue, city_id=DAVIS)) == [an_id("ven", 1)]
    assert ids(scan_all_published(lake, Venue)) == [an_id("ven", 1)]


def test_nights_are_chosen_by_before_and_up_to(lake: Lake) -> None:
    for night, number in ((NIGHT_1, 1), (NIGHT_2, 2), (NIGHT_3, 3)):
        put_venues(lake, DAVIS, number)
        publish(lake, DAVIS, night, Venue)
    assert ids(scan_published(lake, Venue, city_id=DAVIS, before=NIGHT_3)) == [an_id("ven", 2)]
    assert ids(scan_published(lake, Venue, city_id=DAVIS, up_to=NIGHT_1)) == [an_id("ven", 1)]
    assert ids(scan_published(lake, Venue, city_id=DAVIS)) == [an_id("ven", 3)]
    assert scan_published(lake, Venue, city_id=DAVIS, before=NIGHT_1).collect().equals(Venue.empty())


def test_never_published_is_empty_in_the_contracts_schema(lake: Lake) -> None:
    put_venues(lake, DAVIS, 1)
    assert scan_published(lake, Venue, city_id=DAVIS).collect().equals(Venue.empty())
    assert scan_all_published(lake, CityPulse).collect().equals(CityPulse.empty())
    assert latest_published(lake).equals(Published.empty())
    assert scan_neighbours(lake, city_id=DAVIS).collect().equals(Listing.empty())


def test_latest_published_is_per_city_and_table(lake: Lake) -> None:
    put_venues(lake, DAVIS, 1)
    put_pulse(lake, DAVIS, NIGHT_1, 5)
    publish(lake, DAVIS, NIGHT_1, Venue, CityPulse)
    put_venues(lake, DAVIS, 1, 2)
    publish(lake, DAVIS, NIGHT_2, Venue)
    put_venues(lake, ROMA, 3)
    publish(lake, ROMA, NIGHT_1, Venue)
    found = latest_published(lake).select("city_id", "table_name", "night", "version", "row_count").rows()
    assert found == [
        (ROMA, "clean.venues", NIGHT_1, 3, 1),
        (DAVIS, "clean.venues", NIGHT_2, 2, 2),
        (DAVIS, "metrics.city_pulse", NIGHT_1, 1, 1),
    ]


def test_publishing_a_night_again_replaces_it(lake: Lake) -> None:
    for number in (1, 2):
        put_venues(lake, DAVIS, number)
        publish(lake, DAVIS, NIGHT_1, Venue)
    assert lake.scan(Published).collect().height == 1
    assert ids(scan_published(lake, Venue, city_id=DAVIS)) == [an_id("ven", 2)]


def test_a_night_run_again_does_not_see_later_nights(lake: Lake) -> None:
    for night, count in ((NIGHT_1, 1), (NIGHT_2, 2), (NIGHT_1, 10)):
        put_pulse(lake, DAVIS, night, count)
        publish(lake, DAVIS, night, CityPulse)
    seen = scan_published(lake, CityPulse, city_id=DAVIS, before=NIGHT_2).collect()
    assert seen.select("night", "event_count").rows() == [(NIGHT_1, 10)]
    assert scan_all_published(lake, CityPulse, up_to=NIGHT_1).collect()["event_count"].to_list() == [10]


@pytest.mark.parametrize("counts", [{}, {"clean.venues": 1, "clean.events": 2}])
def test_versions_and_counts_must_name_the_same_tables(lake: Lake, counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="publishing us-ca-davis: no version, no row count or no contract for clean"):
        publish_city(
            lake,
            city_id=DAVIS,
            night=NIGHT_1,
            versions={"clean.venues": 1},
            row_counts=counts,
            run_id="r",
            at=datetime(2026, 8, 22, tzinfo=UTC),
        )
    assert lake.version(Published) is None


def test_neighbours_are_read_as_published_before_tonight(lake: Lake) -> None:
    put_listings(lake, DAVIS, DAVIS, ROMA)
    publish(lake, DAVIS, NIGHT_1, Listing)
    put_listings(lake, OSLO, ROMA, ROMA, OSLO)
    publish(lake, OSLO, NIGHT_1, Listing)
    put_listings(lake, ROMA, ROMA, ROMA)
    publish(lake, ROMA, NIGHT_1, Listing)

    def pulled(before: date | None = None) -> list[tuple[str, str]]:
        found = scan_neighbours(lake, city_id=ROMA, before=before).collect()
        assert found["city_id"].unique().to_list() == [ROMA]
        return sorted(found.select("pull_city_id", "listing_id").iter_rows())

    first = [(OSLO, an_id("lst", 0)), (OSLO, an_id("lst", 1)), (DAVIS, an_id("lst", 1))]
    assert pulled() == pulled(NIGHT_2) == first
    put_listings(lake, OSLO, ROMA)
    publish(lake, OSLO, NIGHT_2, Listing)
    put_listings(lake, DAVIS, DAVIS)
    assert pulled(NIGHT_2) == first
    assert pulled() == [(OSLO, an_id("lst", 0)), (DAVIS, an_id("lst", 1))]


def test_a_city_published_without_rows_opens_no_version(lake: Lake) -> None:
    lake.replace(Listing, Listing.empty(), partition=DAVIS)
    at = datetime(2026, 8, 22, tzinfo=UTC)
    name = Listing.table
    # Version 99 does not exist: opening it would raise.
    publish_city(lake, city_id=DAVIS, night=NIGHT_1, versions={name: 99}, row_counts={name: 0}, run_id="r", at=at)
    assert scan_neighbours(lake, city_id=ROMA).collect().is_empty()


class CountingLake(Lake):
    """Counts which versions of a table are opened."""

    opened: list[int | None]

    def open(self, table: type[Table], version: int | None = None):  # type: ignore[no-untyped-def]  # as the base says
        self.opened.append(version)
        return super().open(table, version)


@pytest.fixture
def counting(tmp_path: Path) -> CountingLake:
    lake = CountingLake(tmp_path / "lake")
    lake.opened = []
    return lake


def cities_at(lake: Lake, versions: dict[str, int]) -> dict[str, list[str]]:
    return {city: lake.file_uris(Venue, version=version, partitions=[city]) for city, version in versions.items()}


def test_one_version_serves_all_cities_that_have_not_changed_since(counting: CountingLake) -> None:
    versions = {f"xx-c{n}": put_venues(counting, f"xx-c{n}", n) for n in range(12)}
    counting.opened = []
    files = files_at(counting, Venue, versions)
    assert counting.opened == [None, versions["xx-c11"]]
    assert files == sorted(file for found in cities_at(counting, versions).values() for file in found)


def test_a_city_whose_head_moved_is_read_at_its_own_version(counting: CountingLake) -> None:
    versions = {city: put_venues(counting, city, 1) for city in (DAVIS, ROMA, OSLO)}
    put_venues(counting, DAVIS, 7)
    versions[ROMA] = put_venues(counting, ROMA, 2)
    counting.opened = []
    files = files_at(counting, Venue, versions)
    assert counting.opened == [None, versions[ROMA], versions[DAVIS]]
    assert files == sorted(file for found in cities_at(counting, versions).values() for file in found)


def test_a_commit_from_elsewhere_counts_as_a_change_of_every_city(lake: Lake) -> None:
    versions = {city: put_venues(lake, city, 1) for city in (DAVIS, ROMA)}
    table = lake.open(Venue)
    assert table is not None
    table.delete(f"city_id = '{DAVIS}'")
    versions[ROMA] = put_venues(lake, ROMA, 2)
    assert read_changes(lake, Venue, since=0).of_all == (3,)
    assert files_at(lake, Venue, versions) == sorted(
        file for found in cities_at(lake, versions).values() for file in found
    )


def test_compaction_changes_files_and_no_rows(lake: Lake) -> None:
    for night in (NIGHT_1, NIGHT_2):
        put_pulse(lake, DAVIS, night, 1)
        publish(lake, DAVIS, night, CityPulse)
    table = lake.open(CityPulse)
    assert table is not None
    assert table.optimize.compact()["numFilesAdded"] == 1
    # A version before and one after it share no files, and retention keeps the files of each.
    assert read_changes(lake, CityPulse, since=0).of_all == (3,)
    put_pulse(lake, DAVIS, NIGHT_2, 5)
    assert sorted(lake.scan(CityPulse).collect()["event_count"]) == [1, 5]
    assert lake.scan(CityPulse, night=NIGHT_1).collect()["event_count"].to_list() == [1]
    assert scan_all_published(lake, CityPulse).collect()["event_count"].to_list() == [1, 1]


def test_counts_and_build(lake: Lake) -> None:
    put_venues(lake, DAVIS, 1, 2)
    put_venues(lake, ROMA, 3)
    assert count_rows(lake, [Venue, Listing], city_id=DAVIS) == {"clean.venues": 2, "clean.listings": 0}
    publish(lake, DAVIS, NIGHT_1, Venue)
    publish(lake, DAVIS, NIGHT_2, Venue)
    build = select_build(lake, up_to=NIGHT_1)
    assert build.rows() == [
        (DAVIS, "clean.venues", NIGHT_1, 2, 2),
        (DAVIS, "ops.published", NIGHT_1, 2, 1),
    ]
    assert scan_all_published(lake, Published, build=build).collect()["night"].to_list() == [NIGHT_1]
