"""What is true of a fictional world, as tables: what takes place, and which feed entry speaks of it."""

from datetime import timedelta

import polars as pl

from pulsecity_pipeline.contracts.base import LOCAL_DATETIME
from pulsecity_pipeline.sandbox.catalog import PUBLISHERS, Publisher
from pulsecity_pipeline.sandbox.model import World
from pulsecity_pipeline.sandbox.publishing_v1 import publish_entries

_DAYS_BACK, _DAYS_AHEAD = 30, 365
_TRUTH = pl.Schema(
    {
        "happening_id": pl.String(),
        "occurrence_local": LOCAL_DATETIME,
        "city_id": pl.String(),
        "title": pl.String(),
        "starts_local": LOCAL_DATETIME,
        "ends_local": LOCAL_DATETIME,
        "status": pl.String(),
        "venue": pl.String(),
        "is_in_city": pl.Boolean(),
        "category": pl.String(),
        "price_text": pl.String(),
    }
)
_FEED_TRUTH = pl.Schema(
    {
        "source": pl.String(),
        "feed": pl.String(),
        "source_uid": pl.String(),
        "happening_id": pl.String(),
        "occurrence_local": LOCAL_DATETIME,
    }
)


def world_truth(world: World) -> pl.DataFrame:
    """One row per occurrence from 30 days before to 365 days after the day.

    Columns: happening_id, occurrence_local (when its rule put it; with happening_id the key), city_id (asked city),
    title, starts_local, ends_local, status, venue (null online), is_in_city (null online), category, price_text.
    """
    first, last = world.as_of - timedelta(days=_DAYS_BACK), world.as_of + timedelta(days=_DAYS_AHEAD)
    rows = [
        (
            happening.happening_id,
            one.original_local,
            world.city.city_id,
            happening.title,
            one.starts_local,
            one.ends_local,
            one.status,
            None if happening.venue is None else happening.venue.name,
            None if happening.venue is None else happening.venue.town == world.city.name,
            happening.category,
            happening.price_text,
        )
        for happening in world.happenings
        for one in happening.occurrences()
        if first <= one.starts_local.date() <= last
    ]
    return pl.DataFrame(rows, schema=_TRUTH, orient="row").sort("happening_id", "occurrence_local")


def feed_truth(world: World) -> pl.DataFrame:
    """One row per id that a readable feed of the city uses.

    Columns: source, feed, source_uid (as stated, the key with both), happening_id, occurrence_local (null where the
    id stands for a whole weekly series: join its occurrences by happening_id and start).
    """
    rows = {
        (publisher.source, publisher.name, entry.uid): (
            entry.happening.happening_id,
            entry.occurrence_local if entry.recurrence_local is None else None,
        )
        for publisher in PUBLISHERS
        if _is_readable(publisher)
        for entry in publish_entries(world, publisher)
    }
    found = [(*key, *value) for key, value in rows.items()]
    return pl.DataFrame(found, schema=_FEED_TRUTH, orient="row").sort("source", "feed", "source_uid")


def _is_readable(publisher: Publisher) -> bool:
    return publisher.fault in (None, "truncated")
