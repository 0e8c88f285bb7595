"""Nights of small tables published into a lake, for the tests of maintenance."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from pulsecity_pipeline.config.retention import Compaction, RetentionPolicy
from pulsecity_pipeline.contracts import Body, CityPulse, Page, Published, Table, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.location import table_folder
from pulsecity_pipeline_tests.store.rows import DAVIS, an_id, publish, rows

FIRST = date(2026, 3, 1)
#: Files are never older than this moment, so that only `reader_hours` decides.
LATER = datetime.now(UTC) + timedelta(minutes=1)
POLICY = RetentionPolicy(kept_nights=3, reader_hours=168, compaction=Compaction(target_mib=4, small_files=4))
ALONE = POLICY.without_readers()


def night_of(number: int) -> date:
    return FIRST + timedelta(days=number)


def put_night(lake: Lake, number: int, *, city_id: str = DAVIS, body: int | None = None) -> None:
    """Night `number` of a city: a venue with that capacity, a pulse row, a page and its body; published."""
    night = night_of(number)
    digest = f"{number if body is None else body:064x}"
    venue = rows(Venue, {"venue_id": an_id("ven", 1), "city_id": city_id, "capacity": number})
    lake.replace(Venue, venue, partition=city_id)
    pulse = rows(CityPulse, {"city_id": city_id, "night": night, "event_count": number})
    lake.replace(CityPulse, pulse, partition=city_id, night=night)
    lake.append_missing(
        Body, rows(Body, {"pull_city_id": city_id, "body_sha256": digest, "body": digest.encode()}), partition=city_id
    )
    page = {"page_id": an_id("pag", number), "pull_city_id": city_id, "night": night, "body_sha256": digest}
    lake.replace(Page, rows(Page, page), partition=city_id, night=night)
    publish(lake, city_id, night, Venue, CityPulse, Body, Page)


def published_rows(lake: Lake, table: type[Table], city_id: str = DAVIS) -> pl.DataFrame:
    """Rows of ops.published of one table and city, by night; not those that only say that a night was published."""
    published = lake.scan(Published, partitions=[city_id]).filter(pl.len().over("night") > 1)
    return published.filter(pl.col("table_name") == table.table).sort("night").collect()


def capacities(lake: Lake, city_id: str = DAVIS) -> list[int]:
    """The capacity that each published version of the city's venues holds, by night."""
    versions = published_rows(lake, Venue, city_id)["version"]
    return [lake.scan(Venue, partitions=[city_id], version=version).collect()["capacity"][0] for version in versions]


def log_names(lake: Lake, table: type[Table]) -> list[str]:
    return sorted(path.name for path in (table_folder(lake.root, table) / "_delta_log").glob("0*"))


def data_files(lake: Lake, table: type[Table]) -> list[Path]:
    return sorted(path for path in table_folder(lake.root, table).rglob("*.parquet*") if "_delta_log" not in path.parts)
