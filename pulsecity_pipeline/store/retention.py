"""What of the lake is kept: published rows, versions of tables, raw pages and bodies; pure but for reading the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.store.errors import VersionGone
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.snapshots import Changes, read_changes

_FEED = ["source", "feed"]


@dataclass(frozen=True)
class OldPages:
    """Pages of nights before `before` may go, but those in `spared`."""

    before: date
    spared: tuple[str, ...]


def kept_publications(published: pl.DataFrame, *, kept_nights: int) -> pl.DataFrame:
    """Rows of ops.published whose versions stay: each city's last `kept_nights` + 1 nights, the latest of each table.

    Withdrawn nights count, and beside them the latest that holds stays. The night before the kept ones is where a
    rebuild of them starts from. The same columns, sorted by key.
    """
    place = pl.col("night").rank("dense", descending=True).over("city_id")
    holds = pl.col("withdrawn_at").is_null()
    latest = (pl.col("night").filter(among).max().over("city_id", "table_name") for among in (holds, pl.lit(True)))
    is_latest = pl.any_horizontal((pl.col("night") == night).fill_null(value=False) for night in latest)
    return published.filter((place <= kept_nights + 1) | is_latest).sort("city_id", "night", "table_name")


def witness_nights(published: pl.DataFrame) -> pl.DataFrame:
    """One row of ops.published for each city and night, the first by table: that the night was published at all.

    These stay for ever, for what is in a history table is seen only of nights that were published.
    """
    return published.sort("city_id", "night", "table_name").unique(
        ["city_id", "night"], keep="first", maintain_order=True
    )


def choose_versions(lake: Lake, table: type[Table], kept: pl.DataFrame) -> list[int]:
    """Versions of a table, ascending, whose files are all that `kept` (rows of ops.published) and the head need.

    Few stand for many: 82 cities record 82 versions a night, and one of them holds the same files of every city.
    Raises VersionGone where a version is recorded that the lake has not reached.
    """
    head = lake.version(table)
    if head is None:
        return []
    recorded = kept.filter(pl.col("table_name") == table.table).select("city_id", "version").unique()
    if (newest := max([head, *recorded["version"]])) > head:
        raise VersionGone(f"{table.table}: ops.published names version {newest}, and the lake ends at {head}")
    changes = read_changes(lake, table, since=min([head, *recorded["version"]]))
    return cover_versions(head, recorded.iter_rows(), changes)


def cover_versions(head: int, recorded: Iterable[tuple[str, int]], changes: Changes) -> list[int]:
    """Fewest versions, ascending, with `head`, so that every recorded (partition, version) has its files in one."""
    chosen = [head]
    for partition, version in sorted(recorded, key=lambda pair: -pair[1]):
        if version != head and changes.same_until(partition, version) < chosen[-1]:
            chosen.append(version)
    return sorted(chosen)


def find_old_pages(pages: pl.DataFrame, *, kept_nights: int) -> OldPages | None:
    """Which rows of one city's raw.pages may go (page_id, source, feed, url, night, body_sha256); None if none may.

    Beside the last `kept_nights` nights pulled, the newest page with a body stays of every address still asked, for
    "not modified" points to it, and of every feed, so that what was last heard of it can be read.
    """
    nights = pages["night"].unique().sort(descending=True)
    if nights.len() <= kept_nights:
        return None
    before: date = nights[kept_nights - 1]
    bodied = pages.filter(pl.col("body_sha256").is_not_null())
    asked = pages.filter(pl.col("night") >= before)["url"].unique()
    newest_of_url = pl.col("url").is_in(asked.implode()) & (
        pl.col("night") == pl.col("night").max().over(*_FEED, "url")
    )
    newest_of_feed = pl.col("night") == pl.col("night").max().over(_FEED)
    spared = bodied.filter(newest_of_url | newest_of_feed).filter(pl.col("night") < before)
    return OldPages(before, tuple(spared["page_id"].sort()))


def find_old_bodies(bodies: pl.Series, pages: pl.DataFrame) -> list[str]:
    """SHA-256 of stored bodies that no page of the city points to, sorted."""
    needed = pages["body_sha256"].drop_nulls().unique()
    return bodies.filter(~bodies.is_in(needed.implode())).unique().sort().to_list()
