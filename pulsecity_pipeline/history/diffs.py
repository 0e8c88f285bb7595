"""What a publish changed, table by table: rows, keys, fields, and the feeds that account for it."""

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import Event, EventListing, Listing, PublishDiff, Table
from pulsecity_pipeline.history.comparing import flag_ageing, flag_changes, pair_rows, value_columns

#: Feeds named per table, and fields per feed.
CAUSES, CAUSE_FIELDS = 10, 5
#: A table's rows (tonight, as published before).
Compared = tuple[pl.DataFrame, pl.DataFrame]


def build_publish_diffs(
    tables: Mapping[type[Table], Compared],
    *,
    city_id: str,
    night: date,
    compared_night: date | None,
    at: datetime,
    listings: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every table's rows tonight and as published before → ops.publish_diffs, one row per table, sorted by name.

    Frames hold the city's rows; of a history table those of tonight and of `compared_night`. `raw.bodies` needs no more
    than its key. `listings` (default: the city's own) are what events were resolved from: events, and what goes by
    event_id, are put down to the feeds of their listings.
    """
    linked = listings if listings is not None else tables.get(Listing, (Listing.empty(),))[0]
    feeds = _feeds_of_events(tables, linked, at)
    rows = [
        diff_table(table, tonight, before, city_id=city_id, night=night, compared_night=compared_night, feeds=feeds)
        for table, (tonight, before) in tables.items()
    ]
    return pl.concat([PublishDiff.empty(), *rows]).sort("table_name")


def diff_table(
    table: type[Table],
    tonight: pl.DataFrame,
    before: pl.DataFrame,
    *,
    city_id: str,
    night: date,
    compared_night: date | None,
    feeds: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row of ops.publish_diffs. `feeds`: event_id, feed (source/feed), any number of rows per event.

    Snapshot tables are compared by key, all values but bookkeeping; of history tables only the rows are counted.
    """
    told = {"added": tonight.height, "removed": 0, "changed": 0, "aged": 0}
    lists: dict[str, list[str]] = {"fields": [], "causes": []}
    if table.history is None:
        touched, counts = _compare(table, tonight, before)
        fields = _count(touched.filter(pl.col("field").is_in(["added", "removed"]).not_()), ["field"])
        told |= counts
        lists = {
            "fields": [f"{name}={number}" for name, number in fields],
            "causes": _name_causes(touched, tonight, before, feeds),
        }
    row = {
        "city_id": city_id,
        "night": night,
        "table_name": table.table,
        "compared_night": compared_night,
        "rows_before": before.height,
        "rows_after": tonight.height,
    }
    return pl.DataFrame([row | told | lists], schema=PublishDiff.polars_schema())


def _compare(table: type[Table], tonight: pl.DataFrame, before: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """(key and `field` of every difference, `added` and `removed` standing for whole rows; the counts)."""
    key = list(table.key)
    paired = pair_rows(table, tonight, before)
    names = value_columns(table, paired)
    flags = flag_changes(paired, names)
    added = tonight.join(before, on=key, how="anti").select(*key, field=pl.lit("added"))
    removed = before.join(tonight, on=key, how="anti").select(*key, field=pl.lit("removed"))
    differing = [paired.filter(flags[name]).select(*key, field=pl.lit(name)) for name in names]
    any_changed = pl.any_horizontal(pl.col(names)) if names else pl.lit(False)
    has_changed = flags.select(any_changed.alias("changed")).to_series()
    aged = flag_ageing(paired, names)
    has_aged = aged["status"] & ~has_changed if "status" in aged.columns else has_changed.clear()
    counts = {
        "added": added.height,
        "removed": removed.height,
        "changed": int(has_changed.sum()),
        "aged": int(has_aged.sum()),
    }
    return pl.concat([added, removed, *differing]), counts


def _name_causes(
    touched: pl.DataFrame, tonight: pl.DataFrame, before: pl.DataFrame, feeds: pl.DataFrame | None
) -> list[str]:
    """The feeds behind most of the touched rows: `ics/city_library: description=40, added=3`."""
    key = [name for name in touched.columns if name != "field"]
    if {"source", "feed"} <= set(tonight.columns):
        stated = pl.concat([frame.select(*key, "source", "feed") for frame in (tonight, before)]).unique()
        known = stated.select(*key, feed=pl.format("{}/{}", "source", "feed"))
    elif feeds is not None and "event_id" in key:
        known, key = feeds, ["event_id"]
    else:
        return []
    caused = touched.join(known, on=key)
    first = [feed for feed, _ in _count(caused.select(*key, "feed").unique(), ["feed"])[:CAUSES]]
    counted = _count(caused.filter(pl.col("feed").is_in(first)), ["feed", "field"])
    named = {feed: [f"{field}={number}" for name, field, number in counted if name == feed] for feed in first}
    return [f"{feed}: {', '.join(fields[:CAUSE_FIELDS])}" for feed, fields in named.items()]


def _count(rows: pl.DataFrame, by: list[str]) -> list[tuple[str, ...]]:
    """Distinct values of `by` with their rows, most frequent first, then by name."""
    counted = rows.group_by(by).agg(number=pl.len())
    return counted.sort("number", *by, descending=[True, *(False for _ in by)]).rows()


def _feeds_of_events(tables: Mapping[type[Table], Compared], listings: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """`event_id`, `feed`: the feeds whose listings of the event moved tonight; else all that list it, or did."""
    links, _ = tables.get(EventListing, (EventListing.empty(), EventListing.empty()))
    is_tonight = pl.any_horizontal(pl.col(name).eq_missing(at) for name in ("changed_at", "first_seen_at", "gone_at"))
    moved = links.join(listings.filter(is_tonight), on="listing_id").select(
        "event_id", feed=pl.format("{}/{}", "source", "feed")
    )
    whole = pl.concat([frame.select("event_id", feed="sources") for frame in tables.get(Event, ())] or [_NO_FEEDS])
    others = whole.join(moved, on="event_id", how="anti").explode("feed")
    return pl.concat([moved, others]).unique()


_NO_FEEDS = pl.DataFrame(schema={"event_id": pl.String, "feed": pl.List(pl.String)})
