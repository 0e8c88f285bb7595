"""Two published nights of two cities, in tables of each kind, for tests that break what is stored."""

from datetime import date
from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import Body, Event, Published, RunCost, SourceHealth, Table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import latest_published, scan_published
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, ROMA, an_id, publish, rows

#: A table of the current state, one of history, one that is only added to.
TABLES: tuple[type[Table], ...] = (Event, SourceHealth, Body, RunCost)
CITIES = (DAVIS, ROMA)
State = dict[tuple[str, str], tuple[date, list[tuple[object, ...]]]]


def write_night(lake: Lake, city_id: str, night: date) -> None:
    """What a run of the city's night writes and publishes; the same night gives the same rows."""
    number = 1 + (night - NIGHT_1).days
    events = ({"event_id": an_id("evt", event), "title": f"{city_id} {number}"} for event in range(number + 1))
    lake.replace(Event, rows(Event, *({"city_id": city_id} | event for event in events)), partition=city_id)
    health = rows(SourceHealth, {"city_id": city_id, "night": night, "records": number})
    lake.replace(SourceHealth, health, partition=city_id, night=night)
    body = rows(Body, {"pull_city_id": city_id, "body_sha256": f"{number:064x}"})
    lake.append_missing(Body, body, partition=city_id)
    cost = rows(RunCost, {"city_id": city_id, "night": night})
    lake.replace(RunCost, cost, partition=city_id, night=night)
    publish(lake, city_id, night, *TABLES)


def write_two_nights(root: Path) -> Lake:
    """Nights 1 and 2 of both cities."""
    lake = Lake(root)
    for night in (NIGHT_1, NIGHT_2):
        for city_id in CITIES:
            write_night(lake, city_id, night)
    return lake


def read_state(lake: Lake) -> State:
    """(city, table) → night and sorted rows, as published last."""
    nights = latest_published(lake)
    return {
        (row["city_id"], row["table_name"]): (
            row["night"],
            scan_published(lake, table, city_id=row["city_id"]).sort(table.key).collect().rows(),
        )
        for table in TABLES
        for row in nights.filter(pl.col("table_name") == table.table).iter_rows(named=True)
    }


def published_nights(lake: Lake) -> set[tuple[str, date]]:
    """(city, night) of all that is published."""
    return set(lake.scan(Published).select("city_id", "night").unique().collect().iter_rows())
