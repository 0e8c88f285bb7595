"""Compaction: putting a partition's many small files together, where there are enough of them to be worth it."""

import polars as pl

from pulsecity_pipeline.config.retention import Compaction
from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.writes import compact_partition


def count_small_files(lake: Lake, table: type[Table], *, target_bytes: int) -> pl.DataFrame:
    """partition, small_files (below `target_bytes`) of a table's head, sorted by partition; only the log is read."""
    head = lake.open(table)
    if head is None:
        return pl.DataFrame(schema={"partition": pl.String(), "small_files": pl.UInt32()})
    files = pl.DataFrame(head.get_add_actions(flatten=True))
    small = files.filter(pl.col("size_bytes") < target_bytes)
    return small.group_by(partition=f"partition.{table.partition}").agg(small_files=pl.len()).sort("partition")


def compact_table(lake: Lake, table: type[Table], thresholds: Compaction, *, dry_run: bool = False) -> int:
    """Compact the partitions that have enough small files; how many partitions. One commit each, rows unchanged."""
    counted = count_small_files(lake, table, target_bytes=thresholds.target_bytes)
    crowded = counted.filter(pl.col("small_files") >= thresholds.small_files)["partition"]
    if dry_run:
        return crowded.len()
    return sum(_compact(lake, table, partition, thresholds.target_bytes) > 0 for partition in crowded)


def _compact(lake: Lake, table: type[Table], partition: str, target_bytes: int) -> int:
    return lake.commit(table, partition, lambda head: compact_partition(head, table, partition, target_bytes))
