"""Dropping rows past their retention: raw pages, raw bodies, and records of what was published."""

from collections.abc import Callable

import polars as pl
from deltalake import DeltaTable

from pulsecity_pipeline.contracts import Body, Page, Published, Table
from pulsecity_pipeline.store import predicates
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import latest_published
from pulsecity_pipeline.store.retention import find_old_bodies, find_old_pages, kept_publications, witness_nights
from pulsecity_pipeline.store.writes import delete_before, delete_keys, overwrite_rows

_PAGE_COLUMNS = ["page_id", "source", "feed", "url", "night", "body_sha256"]


def drop_old_rows(lake: Lake, table: type[Table], *, kept_nights: int, dry_run: bool = False) -> int:
    """Drop what retention lets go of a table; rows dropped, or that would be. Pages must be done before bodies.

    Every table but raw.pages, raw.bodies and ops.published keeps all its rows.
    """
    drop = _DROPS.get(table)
    if drop is None or lake.version(table) is None:
        return 0
    cities = lake.scan(table).select(table.partition).unique().collect().to_series().sort()
    return sum(drop(lake, city_id, kept_nights, dry_run) for city_id in cities)


def _drop_pages(lake: Lake, city_id: str, kept_nights: int, dry_run: bool) -> int:
    def drop(head: DeltaTable) -> int:
        pages = _read_pages(lake, city_id, head.version())
        old = find_old_pages(pages, kept_nights=kept_nights)
        if old is None:
            return 0
        if dry_run:
            return pages.filter(pl.col("night") < old.before, ~pl.col("page_id").is_in(old.spared)).height
        return delete_before(head, Page, city_id, old.before, but=[(page_id,) for page_id in old.spared])

    return _change(lake, Page, city_id, drop, dry_run)


def _drop_bodies(lake: Lake, city_id: str, kept_nights: int, dry_run: bool) -> int:
    def drop(head: DeltaTable) -> int:
        stored = _stored_before(lake, city_id, head.version())
        pages = _read_pages(lake, city_id, None)
        if dry_run and (old := find_old_pages(pages, kept_nights=kept_nights)):
            pages = pages.filter((pl.col("night") >= old.before) | pl.col("page_id").is_in(old.spared))
        unneeded = find_old_bodies(stored, pages)
        if dry_run:
            return len(unneeded)
        before = head.version()
        count = delete_keys(head, Body, city_id, "body_sha256", unneeded)
        return count - _put_back(lake, city_id, before, unneeded)

    return _change(lake, Body, city_id, drop, dry_run)


def _stored_before(lake: Lake, city_id: str, head: int) -> pl.Series:
    """SHA-256 of the city's bodies that were there when it last published and still are.

    A pull writes bodies first and then the pages that point to them: what has come since may be between the two.
    """
    published = latest_published(lake).filter(pl.col("city_id") == city_id, pl.col("table_name") == Body.table)
    if published.is_empty():
        return pl.Series(dtype=pl.String)
    stored, last = (
        lake.scan(Body, partitions=[city_id], version=version).select("body_sha256").collect().to_series()
        for version in (head, published.item(0, "version"))
    )
    return stored.filter(stored.is_in(last.implode()))


def _put_back(lake: Lake, city_id: str, before: int, dropped: list[str]) -> int:
    """A pull may have met one of the dropped bodies again, found it stored, and pointed a page to it in between."""
    pages = _read_pages(lake, city_id, None).filter(pl.col("body_sha256").is_in(dropped))
    missed = pages["body_sha256"].unique().sort().to_list()
    if not missed:
        return 0
    former = lake.scan(Body, partitions=[city_id], version=before).filter(pl.col("body_sha256").is_in(missed))
    rows = former.collect().sort(Body.key)
    replaced = predicates.listed_rows(Body, city_id, "body_sha256", missed)
    lake.commit(Body, city_id, lambda head: overwrite_rows(head, rows, city_id, replaced))
    return rows.height


def _drop_publications(lake: Lake, city_id: str, kept_nights: int, dry_run: bool) -> int:
    """What is not kept would name versions that are gone; of each night one row stays, to say that it was published."""

    def drop(head: DeltaTable) -> int:
        published = lake.scan(Published, partitions=[city_id], version=head.version()).collect()
        needed = [kept_publications(published, kept_nights=kept_nights), witness_nights(published)]
        kept = pl.concat(needed).unique(Published.key)
        if dry_run or kept.height == published.height:
            return published.height - kept.height
        dropped = published.join(kept, on=Published.key, how="anti")
        before = dropped.select(pl.col("night").max().dt.offset_by("1d")).item()
        spared = kept.filter(pl.col("night") < before).select(Published.key).rows()
        return delete_before(head, Published, city_id, before, but=spared)

    return _change(lake, Published, city_id, drop, dry_run)


def _change(lake: Lake, table: type[Table], city_id: str, drop: Callable[[DeltaTable], int], dry_run: bool) -> int:
    head = lake.open(table) if dry_run else None
    return drop(head) if head is not None else lake.commit(table, city_id, drop)


def _read_pages(lake: Lake, city_id: str, version: int | None) -> pl.DataFrame:
    return lake.scan(Page, partitions=[city_id], version=version).select(_PAGE_COLUMNS).collect()


_DROPS: dict[type[Table], Callable[[Lake, str, int, bool], int]] = {
    Page: _drop_pages,
    Body: _drop_bodies,
    Published: _drop_publications,
}
