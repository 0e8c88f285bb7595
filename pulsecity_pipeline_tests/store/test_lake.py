"""The lake: replace, append, scan, versions and refusals."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import STORED_TABLES, Body, CityPulse, Event, Listing, Table, Venue
from pulsecity_pipeline.store.errors import LakeDamaged, PartitionMismatch, SchemaMismatch
from pulsecity_pipeline.store.lake import Lake, require_writable
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, ROMA, an_id, rows


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def venues(city_id: str, *numbers: int) -> pl.DataFrame:
    return rows(Venue, *({"venue_id": an_id("ven", number), "city_id": city_id} for number in numbers))


def found(lake: Lake, city_id: str) -> list[str]:
    return sorted(lake.scan(Venue, partitions=[city_id]).collect()["venue_id"])


@pytest.mark.parametrize("table", STORED_TABLES.values(), ids=STORED_TABLES.keys())
def test_every_contract_round_trips(lake: Lake, table: type[Table]) -> None:
    frame = rows(table, {})
    lake.replace(table, frame, partition=frame[table.partition][0], night=NIGHT_1)
    back = lake.scan(table).collect()
    assert back.schema == table.polars_schema()
    assert back.equals(frame)


def test_values_survive_exactly(lake: Lake) -> None:
    frame = rows(
        Listing,
        {
            "pull_city_id": DAVIS,
            "price_min": Decimal("12.349"),
            "performers": ["Nora's", "Ömer"],
            "starts_local": datetime(2027, 3, 28, 2, 30),  # noqa: DTZ001  (a wall clock has no zone)
            "starts_at": datetime(2027, 3, 28, 1, 30, 0, 123456, tzinfo=UTC),
        },
    )
    lake.replace(Listing, frame, partition=DAVIS)
    assert lake.scan(Listing).collect().equals(frame)
    body = rows(Body, {"pull_city_id": DAVIS, "body": b"\x00\xff"})
    lake.replace(Body, body, partition=DAVIS)
    assert lake.scan(Body).collect()["body"].to_list() == [b"\x00\xff"]


def test_replace_touches_its_own_partition_only(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 1, 2), partition=DAVIS)
    lake.replace(Venue, venues(ROMA, 3), partition=ROMA)
    lake.replace(Venue, venues(DAVIS, 4), partition=DAVIS)
    assert (found(lake, DAVIS), found(lake, ROMA)) == ([an_id("ven", 4)], [an_id("ven", 3)])


def test_replace_in_a_history_table_keeps_the_other_nights(lake: Lake) -> None:
    def pulse(night: date, count: int) -> pl.DataFrame:
        return rows(CityPulse, {"city_id": DAVIS, "night": night, "event_count": count})

    for night, count in ((NIGHT_1, 1), (NIGHT_2, 2), (NIGHT_1, 3)):
        lake.replace(CityPulse, pulse(night, count), partition=DAVIS, night=night)
    kept = lake.scan(CityPulse).collect().sort("night")
    assert kept.select("night", "event_count").rows() == [(NIGHT_1, 3), (NIGHT_2, 2)]
    assert lake.scan(CityPulse, night=NIGHT_2).collect()["event_count"].to_list() == [2]
    with pytest.raises(ValueError, match=r"metrics.city_pulse: a history table is replaced by night"):
        lake.replace(CityPulse, pulse(NIGHT_1, 1), partition=DAVIS)
    assert lake.scan(CityPulse).collect().height == 2


def test_an_empty_frame_deletes_the_partition(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    lake.replace(Venue, venues(ROMA, 2), partition=ROMA)
    lake.replace(Venue, Venue.empty(), partition=DAVIS)
    assert (found(lake, DAVIS), found(lake, ROMA)) == ([], [an_id("ven", 2)])


def test_an_empty_frame_makes_an_empty_table(lake: Lake) -> None:
    version = lake.replace(Venue, Venue.empty(), partition=DAVIS)
    assert lake.version(Venue) == version
    assert lake.scan(Venue).collect().equals(Venue.empty())


def test_a_missing_table_reads_as_empty(lake: Lake) -> None:
    assert lake.version(Event) is None
    assert lake.file_uris(Event) == []
    assert lake.scan(Event, partitions=[DAVIS]).collect().equals(Event.empty())


def test_an_older_version_is_still_there(lake: Lake) -> None:
    first = lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    second = lake.replace(Venue, venues(DAVIS, 2), partition=DAVIS)
    assert second == first + 1 == lake.version(Venue)
    assert lake.scan(Venue, version=first).collect()["venue_id"].to_list() == [an_id("ven", 1)]


def test_a_scan_keeps_the_version_it_was_made_at(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    scan = lake.scan(Venue)
    lake.replace(Venue, venues(DAVIS, 2), partition=DAVIS)
    assert scan.collect()["venue_id"].to_list() == [an_id("ven", 1)]


def test_no_partitions_asked_is_not_all_partitions(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    assert lake.scan(Venue, partitions=[]).collect().is_empty()


def test_append_missing_adds_new_keys_once(lake: Lake) -> None:
    def body(letter: str, content: bytes) -> dict[str, object]:
        return {"pull_city_id": DAVIS, "body_sha256": letter * 64, "body": content}

    first = lake.append_missing(Body, rows(Body, body("a", b"1"), body("b", b"2")), partition=DAVIS)
    again = lake.append_missing(Body, rows(Body, body("b", b"changed"), body("a", b"1")), partition=DAVIS)
    assert again == first
    lake.append_missing(Body, rows(Body, body("b", b"changed"), body("c", b"3")), partition=DAVIS)
    stored = lake.scan(Body).collect().sort("body_sha256")
    assert stored["body"].to_list() == [b"1", b"2", b"3"]
    roman = rows(Body, body("a", b"1") | {"pull_city_id": ROMA})
    lake.append_missing(Body, roman, partition=ROMA)
    assert lake.scan(Body).collect().height == 4


def test_files_are_zstd_sorted_by_key_and_apart_by_city(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 3, 1, 2), partition=DAVIS)
    lake.replace(Venue, venues(ROMA, 9), partition=ROMA)
    (path,) = lake.file_uris(Venue, partitions=[DAVIS])
    assert f"city_id={DAVIS}" in path
    file = pq.ParquetFile(path)
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert file.read(["venue_id"])["venue_id"].to_pylist() == [an_id("ven", number) for number in (1, 2, 3)]
    assert len(lake.file_uris(Venue)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pl.col("capacity").cast(pl.Int32), "column capacity: expected Int64, found Int32"),
        (pl.col("city_id").cast(pl.Categorical), "column city_id: expected String, found Categorical"),
        (pl.lit(1).alias("surprise"), "column surprise: expected no such column, found Int32"),
    ],
)
def test_a_frame_that_differs_from_the_contract_is_refused(lake: Lake, change: pl.Expr, message: str) -> None:
    with pytest.raises(SchemaMismatch, match=f"clean.venues: frame: {message}"):
        lake.replace(Venue, venues(DAVIS, 1).with_columns(change), partition=DAVIS)
    assert lake.version(Venue) is None


def test_a_missing_column_is_refused(lake: Lake) -> None:
    with pytest.raises(SchemaMismatch, match="column name: expected String, found none"):
        lake.replace(Venue, venues(DAVIS, 1).drop("name"), partition=DAVIS)


def test_column_order_is_free(lake: Lake) -> None:
    frame = venues(DAVIS, 1)
    lake.replace(Venue, frame.select(reversed(frame.columns)), partition=DAVIS)
    assert lake.scan(Venue).collect().equals(frame)


def test_a_table_that_lacks_a_column_is_not_written_but_read(lake: Lake) -> None:
    class Narrow(Venue):
        stored = False

        @classmethod
        def polars_schema(cls) -> pl.Schema:
            return pl.Schema({name: kind for name, kind in Venue.polars_schema().items() if name != "capacity"})

    lake.replace(Narrow, venues(DAVIS, 1).drop("capacity"), partition=DAVIS)
    with pytest.raises(SchemaMismatch, match="table of the lake: column capacity: expected Int64, found none"):
        lake.replace(Venue, venues(DAVIS, 2), partition=DAVIS)
    back = lake.scan(Venue).collect()
    assert back.schema == Venue.polars_schema()
    assert back["capacity"].to_list() == [None]


def test_rows_of_another_city_or_night_are_refused(lake: Lake) -> None:
    with pytest.raises(PartitionMismatch, match="column city_id: expected only it-roma, found 1 rows"):
        lake.replace(Venue, venues(DAVIS, 1), partition=ROMA)
    pulse = rows(CityPulse, {"city_id": DAVIS, "night": NIGHT_2})
    with pytest.raises(PartitionMismatch, match="column night: expected only 2026-08-22"):
        lake.replace(CityPulse, pulse, partition=DAVIS, night=NIGHT_1)
    nobody = venues(DAVIS, 1).with_columns(pl.lit(None, pl.String).alias("city_id"))
    with pytest.raises(PartitionMismatch):
        lake.replace(Venue, nobody, partition=DAVIS)


@pytest.mark.parametrize("bad", ["x' OR 1=1 --", "x'", 'x"', "", "a--b", "../up", "A", "a=b", "a\n", "é"])
def test_an_id_that_is_none_reaches_no_predicate(lake: Lake, bad: str) -> None:
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    for request in (
        lambda: lake.replace(Venue, Venue.empty(), partition=bad),
        lambda: lake.append_missing(Venue, Venue.empty(), partition=bad),
        lambda: lake.scan(Venue, partitions=[bad]),
        lambda: lake.file_uris(Venue, partitions=[bad]),
    ):
        with pytest.raises(ValueError, match="expected lower-case letters"):
            request()
    assert found(lake, DAVIS) == [an_id("ven", 1)]


@pytest.mark.parametrize("good", ["online", "_shared", "us-ca-davis", "mx-2-de-abril"])
def test_ids_in_use_are_accepted(lake: Lake, good: str) -> None:
    lake.replace(Venue, venues(good, 1), partition=good)
    assert found(lake, good) == [an_id("ven", 1)]


@pytest.mark.parametrize("name", ["my lake", "öl", "a#b", "100%", "it's", "q?*{x}"])
def test_folder_names_people_use(tmp_path: Path, name: str) -> None:
    lake = Lake(tmp_path / name)
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    assert found(lake, DAVIS) == [an_id("ven", 1)]
    assert Path(lake.file_uris(Venue)[0]).is_file()


@pytest.mark.parametrize("name", ["a[1]", "p%41", "a\\b", "a|b"])
def test_folder_names_delta_misreads_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="the path must not contain"):
        Lake(tmp_path / name)


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    # Below a regular file: permission bits would not stop a test that runs as root.
    (tmp_path / "file").write_text("not a folder")
    target = tmp_path / "file" / "lake"
    with pytest.raises(ConfigurationError, match=f"^data folder {target} is not writable: Not a directory$"):
        require_writable(target)
    with pytest.raises(ConfigurationError, match="is not writable"):
        Lake(target).replace(Venue, venues(DAVIS, 1), partition=DAVIS)


def test_night_is_refused_where_there_are_none(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS, night=NIGHT_1)
    with pytest.raises(ValueError, match="holds the current state only"):
        lake.scan(Venue, night=NIGHT_1)


def test_nothing_in_place_of_nothing_makes_no_commit(lake: Lake) -> None:
    first = lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    assert lake.replace(Venue, Venue.empty(), partition=ROMA) == first == lake.version(Venue)
    emptied = lake.replace(Venue, Venue.empty(), partition=DAVIS)
    assert emptied == first + 1
    assert lake.replace(Venue, Venue.empty(), partition=DAVIS) == emptied == lake.version(Venue)


def test_an_empty_night_makes_no_commit_and_an_emptied_one_does(lake: Lake) -> None:
    def put(night: date, *counts: int) -> int:
        frame = rows(CityPulse, *({"city_id": DAVIS, "night": night, "event_count": count} for count in counts))
        frame = frame if counts else CityPulse.empty()
        return lake.replace(CityPulse, frame, partition=DAVIS, night=night)

    first = put(NIGHT_1, 1)
    assert put(NIGHT_2) == first == lake.version(CityPulse)
    assert put(NIGHT_1) == first + 1
    assert lake.scan(CityPulse).collect().is_empty()


def test_a_version_that_is_not_there_is_said_and_not_read_as_empty(lake: Lake) -> None:
    lake.replace(Venue, venues(DAVIS, 1), partition=DAVIS)
    with pytest.raises(LakeDamaged, match=r"^clean.venues: .*9.json is missing: run `pulsecity repair`"):
        lake.scan(Venue, version=9)
    with pytest.raises(LakeDamaged, match=r"clean\.events: .* is missing"):
        lake.open(Event, 9)
