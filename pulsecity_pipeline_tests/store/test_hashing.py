"""Digests of published tables: the same rows have the same, whatever they lie in; any other value has another."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Body, Listing, Page, RunCost, Venue
from pulsecity_pipeline.store.hashing import hash_cities, hash_rows, hash_tables
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import select_build
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, ROMA, an_id, publish, rows

VALUES: dict[str, Any] = {
    "text": "é\n",
    "count": 7,
    "share": 0.1,
    "money": Decimal("12.500"),
    "on": date(2026, 8, 22),
    "at": datetime(2026, 8, 22, 1, 2, 3, 4, UTC),
    "is_free": False,
    "bytes": b"\x00\xff",
    "names": ["a", "b"],
}
SCHEMA = pl.Schema(
    {
        "text": pl.String(),
        "count": pl.Int64(),
        "share": pl.Float64(),
        "money": pl.Decimal(12, 3),
        "on": pl.Date(),
        "at": pl.Datetime("us", "UTC"),
        "is_free": pl.Boolean(),
        "bytes": pl.Binary(),
        "names": pl.List(pl.String()),
    }
)


def hash_values(**changed: Any) -> str:
    return hash_rows(pl.DataFrame([VALUES | changed], schema=SCHEMA))


def test_a_digest_is_the_same_in_every_process() -> None:
    assert hash_values() == "2eaecedc0103649fb71e1983eed3724b7643a1841c07115d9a7e57d62e9fe9fb"


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "e\n"},
        {"text": None},
        {"text": ""},
        {"count": 8},
        {"share": 0.1 + 1e-16},
        {"share": float("nan")},
        {"share": None},
        {"money": Decimal("12.501")},
        {"on": date(2026, 8, 23)},
        {"at": datetime(2026, 8, 22, 1, 2, 3, 5, UTC)},
        {"is_free": None},
        {"bytes": b"\x00\xfe"},
        {"bytes": None},
        {"names": ["b", "a"]},
        {"names": ["a,b"]},
        {"names": []},
        {"names": None},
        {"names": [None]},
    ],
)
def test_another_value_has_another_digest(changed: dict[str, Any]) -> None:
    assert hash_values(**changed) != hash_values()
    others: list[dict[str, Any]] = [
        {"text": None},
        {"text": ""},
        {"share": None},
        {"names": []},
        {"names": None},
        {"names": [None]},
    ]
    assert sum(hash_values(**changed) == hash_values(**other) for other in others) == (changed in others)


def put_venues(lake: Lake, city_id: str, *numbers: int, name: str = "Hall") -> None:
    overrides = ({"venue_id": an_id("ven", number), "city_id": city_id, "name": name} for number in numbers)
    lake.replace(Venue, rows(Venue, *overrides), partition=city_id)


def venues_digest(lake: Lake, city_id: str | None = None) -> tuple[int, str]:
    found = hash_tables(lake, city_id=city_id).filter(pl.col("table_name") == Venue.table)
    return found.item(0, "rows"), found.item(0, "sha256")


def test_files_order_and_versions_do_not_count(tmp_path: Path) -> None:
    one, two = Lake(tmp_path / "one"), Lake(tmp_path / "two")
    put_venues(one, DAVIS, 1, 2, 3)
    put_venues(one, ROMA, 4)
    publish(one, DAVIS, NIGHT_1, Venue)
    publish(one, ROMA, NIGHT_1, Venue)
    put_venues(two, ROMA, 4)
    put_venues(two, DAVIS, 9)
    put_venues(two, DAVIS, 2)
    for number in (3, 1):
        frame = rows(Venue, {"venue_id": an_id("ven", number), "city_id": DAVIS, "name": "Hall"})
        two.append_missing(Venue, frame, partition=DAVIS)
    publish(two, ROMA, NIGHT_1, Venue)
    publish(two, DAVIS, NIGHT_2, Venue)
    assert len(two.file_uris(Venue)) > len(one.file_uris(Venue))
    assert venues_digest(one) == venues_digest(two)
    assert venues_digest(one)[0] == 4
    put_venues(two, DAVIS, 1, 2, 3, name="Another hall")
    assert venues_digest(one) == venues_digest(two), "the head is not what is published"
    publish(two, DAVIS, NIGHT_2, Venue)
    assert venues_digest(one) != venues_digest(two)
    assert venues_digest(one, ROMA) == venues_digest(two, ROMA)
    assert venues_digest(one, DAVIS) != venues_digest(two, DAVIS)


def test_bodies_nobody_points_to_and_costs_of_runs_do_not_count(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.replace(Page, rows(Page, {"pull_city_id": DAVIS, "night": NIGHT_1}), partition=DAVIS, night=NIGHT_1)
    lake.replace(Body, rows(Body, {"pull_city_id": DAVIS}), partition=DAVIS)
    lake.replace(RunCost, rows(RunCost, {"city_id": DAVIS, "night": NIGHT_1}), partition=DAVIS, night=NIGHT_1)
    publish(lake, DAVIS, NIGHT_1, Page, Body, RunCost)
    before = hash_tables(lake)
    assert "metrics.run_costs" not in before["table_name"]
    assert "ops.published" not in before["table_name"]
    more = rows(Body, {"pull_city_id": DAVIS}, {"pull_city_id": DAVIS, "body_sha256": "1" * 64, "body": b"other"})
    lake.replace(Body, more, partition=DAVIS)
    publish(lake, DAVIS, NIGHT_1, Page, Body, RunCost)
    assert hash_tables(lake).equals(before)
    lake.replace(Body, rows(Body, {"pull_city_id": DAVIS, "body": b"BEGIN:VCALENDAX"}), partition=DAVIS)
    publish(lake, DAVIS, NIGHT_1, Page, Body, RunCost)
    assert not hash_tables(lake).equals(before)


def test_a_lost_file_is_told_and_the_rest_is_hashed(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put_venues(lake, DAVIS, 1)
    put_venues(lake, ROMA, 2)
    lake.replace(Listing, rows(Listing, {"pull_city_id": DAVIS}), partition=DAVIS)
    publish(lake, DAVIS, NIGHT_1, Venue, Listing)
    publish(lake, ROMA, NIGHT_1, Venue)
    Path(lake.file_uris(Venue, partitions=[ROMA])[0]).unlink()
    found = {(table, city): sha for table, city, _, sha in hash_cities(lake, select_build(lake)).rows()}
    assert found[(Venue.table, ROMA)] is None
    assert found[(Venue.table, DAVIS)] is not None
    assert found[(Listing.table, DAVIS)] is not None
    assert hash_tables(lake).filter(pl.col("table_name") == Venue.table)["sha256"].to_list() == [None]
