"""Hashing what is published: one digest per city and table that says whether two lakes hold the same rows."""

import hashlib

import polars as pl
from deltalake.exceptions import DeltaError

from pulsecity_pipeline.contracts import STORED_TABLES, Body, Page, Table
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published, select_build

CITY_HASHES = pl.Schema({"table_name": pl.String(), "city_id": pl.String(), "rows": pl.Int64(), "sha256": pl.String()})
#: Rows put into one text at a time: a night of a large city in some tens of MB.
_SLICE = 50_000


def hash_tables(lake: Lake, build: pl.DataFrame | None = None, *, city_id: str | None = None) -> pl.DataFrame:
    """table_name, rows, sha256 of every reproducible table, sorted by name: a digest over `hash_cities`.

    `build` as of `select_build` (default: what is published now); `city_id` keeps to one city's rows.
    """
    chosen = select_build(lake) if build is None else build
    return sum_hashes(hash_cities(lake, chosen if city_id is None else chosen.filter(pl.col("city_id") == city_id)))


def hash_cities(lake: Lake, build: pl.DataFrame) -> pl.DataFrame:
    """CITY_HASHES: the published rows of every reproducible table, city by city, sorted by table and city.

    The same rows have the same digest whatever files, order, process or lake they lie in. Cities without a row of a
    table have no row here. Where files are missing or cannot be read, `rows` and `sha256` are null. Of raw.bodies only
    those count that a published page points to: what else lies there belongs to pulls that were replaced.
    """
    tables = sorted((table for table in STORED_TABLES.values() if table.reproducible), key=lambda table: table.table)
    cities = build["city_id"].unique().sort()
    found = [
        {"table_name": table.table, "city_id": city_id, "rows": rows, "sha256": digest}
        for table in tables
        for city_id in cities
        for rows, digest in [_hash_city(lake, table, build.filter(pl.col("city_id") == city_id))]
        if rows != 0
    ]
    return pl.DataFrame(found, schema=CITY_HASHES)


def sum_hashes(city_hashes: pl.DataFrame) -> pl.DataFrame:
    """CITY_HASHES → table_name, rows, sha256 per reproducible table; null where any city's is null."""
    names = sorted(table.table for table in STORED_TABLES.values() if table.reproducible)
    groups = {str(name): group for (name,), group in city_hashes.group_by("table_name")}
    rows = [(name, *_sum_group(groups.get(name, city_hashes.clear()))) for name in names]
    schema = {name: kind for name, kind in CITY_HASHES.items() if name != "city_id"}
    return pl.DataFrame(rows, schema=schema, orient="row")


def hash_rows(frame: pl.DataFrame) -> str:
    """SHA-256 (hex) over all columns of the rows in the order given.

    Every value is written as text that reads back to itself, so that nulls, empty texts and empty lists differ, and
    NaN is no null; bytes go in by their own SHA-256.
    """
    digest = hashlib.sha256()
    for part in frame.iter_slices(_SLICE):
        texts = part.with_columns(
            pl.col(pl.Float64, pl.Decimal).cast(pl.String),
            *(_hash_bytes(part[name]) for name, kind in part.schema.items() if kind == pl.Binary),
        ).select(pl.struct(pl.all()).struct.json_encode())
        for text in texts.to_series().str.join("\n"):
            digest.update(f"{text}\n".encode())
    return digest.hexdigest()


def _hash_city(lake: Lake, table: type[Table], build: pl.DataFrame) -> tuple[int | None, str | None]:
    try:
        rows = scan_all_published(lake, table, build=build)
        if table is Body:
            needed = scan_all_published(lake, Page, build=build).select("body_sha256", table.partition)
            rows = rows.join(needed, on=["body_sha256", table.partition], how="semi")
        frame = rows.collect().sort(*dict.fromkeys((table.partition, *table.key)))
    except (OSError, DeltaError, LakeDamaged, pl.exceptions.ComputeError):
        return None, None
    return frame.height, hash_rows(frame)


def _hash_bytes(values: pl.Series) -> pl.Series:
    hashes = [None if value is None else hashlib.sha256(value).hexdigest() for value in values]
    return pl.Series(values.name, hashes, dtype=pl.String)


def _sum_group(group: pl.DataFrame) -> tuple[int | None, str | None]:
    if group["sha256"].null_count():
        return None, None
    lines = group.sort("city_id").select(pl.format("{} {}", "city_id", "sha256")).to_series()
    return int(group["rows"].sum()), hashlib.sha256("\n".join(lines).encode()).hexdigest()
