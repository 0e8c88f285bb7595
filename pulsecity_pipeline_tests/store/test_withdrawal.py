"""Nights taken back and holding again, and the two readers of what is published, who must agree on every table."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import STORED_TABLES, Body, CityPulse, Published, Table, Venue
from pulsecity_pipeline.quality.planting import valid_rows
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import latest_published, scan_all_published, scan_published
from pulsecity_pipeline.store.query import query_lake, query_warehouse
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline.store.withdrawal import Step, plan_rollback, reinstate, withdraw
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, OSLO, ROMA, an_id, publish, rows

AT = datetime(2026, 8, 24, 7, 12, tzinfo=UTC)
NIGHTS = (NIGHT_1, NIGHT_2, NIGHT_3)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def put(lake: Lake, city_id: str, night: date, number: int) -> None:
    venue = {"venue_id": an_id("ven", number), "city_id": city_id}
    lake.replace(Venue, rows(Venue, venue), partition=city_id)
    pulse = {"city_id": city_id, "night": night, "event_count": number}
    lake.replace(CityPulse, rows(CityPulse, pulse), partition=city_id, night=night)


def run(lake: Lake, city_id: str, *nights: date) -> None:
    for night in nights:
        put(lake, city_id, night, night.day)
        publish(lake, city_id, night, Venue, CityPulse)


def stands_on(lake: Lake, city_id: str = DAVIS) -> list[date]:
    found = latest_published(lake).filter(pl.col("city_id") == city_id)["night"].unique().to_list()
    venues = scan_published(lake, Venue, city_id=city_id).collect()["venue_id"].to_list()
    assert venues == [an_id("ven", night.day) for night in found]
    return found


def pulses(lake: Lake, city_id: str = DAVIS) -> list[int]:
    return sorted(scan_published(lake, CityPulse, city_id=city_id).collect()["event_count"])


def test_what_is_taken_back_is_not_seen_and_its_rows_stay(lake: Lake) -> None:
    run(lake, DAVIS, *NIGHTS)
    version = lake.version(Published)
    assert withdraw(lake, DAVIS, after=NIGHT_1, at=AT) == [NIGHT_2, NIGHT_3]
    assert lake.version(Published) == (version or 0) + 1
    assert stands_on(lake) == [NIGHT_1]
    assert pulses(lake) == [22]
    assert lake.scan(CityPulse).collect().height == 3
    marks = lake.scan(Published).collect().select("night", "withdrawn_at").unique().sort("night").rows()
    assert marks == [(NIGHT_1, None), (NIGHT_2, AT), (NIGHT_3, AT)]
    assert withdraw(lake, DAVIS, after=NIGHT_1, at=AT) == []


def test_a_night_run_again_holds_and_the_one_taken_back_stays_out(lake: Lake) -> None:
    run(lake, DAVIS, *NIGHTS)
    withdraw(lake, DAVIS, after=NIGHT_1, at=AT)
    run(lake, DAVIS, NIGHT_3)
    assert stands_on(lake) == [NIGHT_3]
    assert pulses(lake) == [22, 24]


def test_a_failed_night_is_not_seen_with_the_next_one(lake: Lake) -> None:
    run(lake, DAVIS, NIGHT_1)
    put(lake, DAVIS, NIGHT_2, 99)
    run(lake, DAVIS, NIGHT_3)
    assert pulses(lake) == [22, 24]
    assert sorted(scan_all_published(lake, CityPulse).collect()["event_count"]) == [22, 24]
    assert query_lake(lake, "SELECT event_count FROM metrics.city_pulse ORDER BY ALL")["event_count"].to_list() == [
        22,
        24,
    ]


def test_another_city_is_left_alone(lake: Lake) -> None:
    for city_id in (DAVIS, ROMA):
        run(lake, city_id, NIGHT_1, NIGHT_2)
    withdraw(lake, DAVIS, after=NIGHT_1, at=AT)
    assert (stands_on(lake), stands_on(lake, ROMA)) == ([NIGHT_1], [NIGHT_2])
    assert sorted(scan_all_published(lake, CityPulse).collect().select("city_id", "night").rows()) == [
        (ROMA, NIGHT_1),
        (ROMA, NIGHT_2),
        (DAVIS, NIGHT_1),
    ]


def test_plans_name_where_each_city_goes(lake: Lake) -> None:
    run(lake, DAVIS, *NIGHTS)
    run(lake, ROMA, NIGHT_1, NIGHT_2, NIGHT_3)
    run(lake, OSLO, NIGHT_1, NIGHT_2)
    assert plan_rollback(lake, [DAVIS]) == [Step(DAVIS, NIGHT_3, NIGHT_2)]
    assert plan_rollback(lake, [DAVIS, DAVIS, OSLO], to=NIGHT_1) == [
        Step(OSLO, NIGHT_2, NIGHT_1),
        Step(DAVIS, NIGHT_3, NIGHT_1),
    ]
    # Oslo stands a night behind: what is taken back from all is the newest night, and Oslo has no part in it.
    assert plan_rollback(lake, None) == [Step(ROMA, NIGHT_3, NIGHT_2), Step(DAVIS, NIGHT_3, NIGHT_2)]
    assert plan_rollback(lake, None, to=NIGHT_2) == plan_rollback(lake, None)
    assert plan_rollback(lake, [OSLO], to=NIGHT_2) == []


@pytest.mark.parametrize(
    ("cities", "to", "words"),
    [
        (["us-ca-fresno"], None, "us-ca-fresno: nothing is published"),
        ([OSLO], None, "no-oslo: no night before 2026-08-23 to go back to"),
        ([OSLO], NIGHT_1, "no-oslo: 2026-08-22 is not published; its nights: 2026-08-23"),
        (None, date(2026, 8, 1), "2026-08-01: no city has published this night"),
        (None, NIGHT_1, "no-oslo: no night before 2026-08-23 to go back to"),
    ],
)
def test_what_cannot_be_taken_back_is_refused(
    lake: Lake, cities: list[str] | None, to: date | None, words: str
) -> None:
    run(lake, DAVIS, NIGHT_1, NIGHT_2)
    run(lake, OSLO, NIGHT_2)
    with pytest.raises(ConfigurationError, match=words):
        plan_rollback(lake, cities, to=to)


def test_a_night_holds_again_with_those_it_was_made_from(lake: Lake) -> None:
    run(lake, DAVIS, *NIGHTS)
    withdraw(lake, DAVIS, after=NIGHT_2, at=AT)
    withdraw(lake, DAVIS, after=NIGHT_1, at=AT + timedelta(minutes=1))
    assert reinstate(lake, [DAVIS], night=NIGHT_3) == {DAVIS: [NIGHT_2, NIGHT_3]}
    assert stands_on(lake) == [NIGHT_3]
    assert pulses(lake) == [22, 23, 24]


def test_a_night_holds_again_without_one_it_was_not_made_from(lake: Lake) -> None:
    run(lake, DAVIS, NIGHT_1, NIGHT_2)
    withdraw(lake, DAVIS, after=NIGHT_1, at=AT)
    run(lake, DAVIS, NIGHT_3)
    with pytest.raises(ConfigurationError, match=r"2026-08-24 was made without 2026-08-23"):
        reinstate(lake, [DAVIS], night=NIGHT_2)
    withdraw(lake, DAVIS, after=NIGHT_1, at=AT + timedelta(minutes=1))
    assert reinstate(lake, [DAVIS], night=NIGHT_3) == {DAVIS: [NIGHT_3]}
    assert pulses(lake) == [22, 24]


def test_what_cannot_hold_again_is_refused(lake: Lake) -> None:
    for city_id in (DAVIS, ROMA):
        run(lake, city_id, NIGHT_1, NIGHT_2)
    with pytest.raises(ConfigurationError, match="us-ca-davis: 2026-08-24 was never published"):
        reinstate(lake, [DAVIS], night=NIGHT_3)
    withdraw(lake, DAVIS, after=NIGHT_1, at=AT)
    with pytest.raises(ConfigurationError, match="it-roma: 2026-08-23 holds already"):
        reinstate(lake, [DAVIS, ROMA], night=NIGHT_2)
    assert stands_on(lake) == [NIGHT_1]
    for file in lake.file_uris(CityPulse, partitions=[DAVIS]):
        Path(file).unlink()
    with pytest.raises(ConfigurationError, match=r"cannot hold again: metrics\.city_pulse at version \d are gone"):
        reinstate(lake, [DAVIS], night=NIGHT_2)


def put_all(lake: Lake, city_id: str, night: date, *, is_published: bool = True) -> None:
    """A row of every table with the night in its key or, where there is none, in its number."""
    tables = [table for table in STORED_TABLES.values() if table is not Published]
    for table in tables:
        frame = valid_rows(table, 100).slice(30 * [DAVIS, ROMA, OSLO].index(city_id) + 10 * NIGHTS.index(night), 3)
        fixed: dict[str, Any] = {table.partition: city_id} | ({table.history: night} if table.history else {})
        put_on = frame.with_columns(
            pl.lit(value, dtype=frame.schema[name]).alias(name) for name, value in fixed.items()
        )
        lake.replace(table, put_on.unique(table.key, maintain_order=True), partition=city_id, night=night)
    if is_published:
        publish(lake, city_id, night, *tables)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Davis failed in its second night, Roma's third was taken back and its second run again, Oslo has one night."""
    lake = Lake(tmp_path_factory.mktemp("mixed") / "lake")
    put_all(lake, DAVIS, NIGHT_1)
    put_all(lake, DAVIS, NIGHT_2, is_published=False)
    for night in NIGHTS:
        put_all(lake, ROMA, night)
    put_all(lake, DAVIS, NIGHT_3)
    withdraw(lake, ROMA, after=NIGHT_1, at=AT)
    put_all(lake, ROMA, NIGHT_2)
    put_all(lake, OSLO, NIGHT_2)
    put_all(lake, OSLO, NIGHT_3, is_published=False)
    return lake


HELD = {(DAVIS, NIGHT_1), (DAVIS, NIGHT_3), (ROMA, NIGHT_1), (ROMA, NIGHT_2), (OSLO, NIGHT_2)}


@pytest.mark.parametrize("table", STORED_TABLES.values(), ids=STORED_TABLES.keys())
@pytest.mark.parametrize("up_to", [None, NIGHT_1, NIGHT_2])
def test_both_readers_see_the_same_rows_of_every_table(mixed: Lake, table: type[Table], up_to: date | None) -> None:
    mine = scan_all_published(mixed, table, up_to=up_to).collect().sort(table.key)
    theirs = query_lake(mixed, f"FROM {table.table}", as_known=up_to).sort(table.key)
    assert mine.equals(theirs)
    held = {(city, night) for city, night in HELD if up_to is None or night <= up_to}
    if table.history:
        assert set(mine.select(table.partition, table.history).unique().iter_rows()) == held
    else:
        assert set(mine[table.partition]) == {city for city, _ in held}
    by_city = [scan_published(mixed, table, city_id=city, up_to=up_to) for city in (DAVIS, ROMA, OSLO)]
    if table is not Published:
        assert pl.concat(by_city).collect().sort(table.key).equals(mine)


def test_the_warehouse_sees_them_too(mixed: Lake, tmp_path: Path) -> None:
    build_warehouse(mixed, tmp_path / "w.duckdb")
    for table in STORED_TABLES.values():
        if table is not Body:
            there = query_warehouse(tmp_path / "w.duckdb", f"FROM {table.table}").sort(table.key)
            assert there.equals(scan_all_published(mixed, table).collect().sort(table.key)), table.table
    nights = query_warehouse(tmp_path / "w.duckdb", "SELECT city_id, night FROM latest_nights ORDER BY ALL").rows()
    assert nights == [(ROMA, NIGHT_2), (OSLO, NIGHT_2), (DAVIS, NIGHT_3)]
