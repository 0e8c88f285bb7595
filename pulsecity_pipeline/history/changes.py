"""What changed in a city's events since its last publish: field by field, with the listing that says so."""

from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import Change, Event
from pulsecity_pipeline.history.comparing import BEFORE, differs, flag_ageing, pair_rows, value_columns
from pulsecity_pipeline.history.stating import find_stating
from pulsecity_pipeline.history.texts import as_text, rows_as_json

_SAID = {"event_id": pl.String, "op": pl.String, "field": pl.String, "old": pl.String, "new": pl.String}


def build_changes(
    events: pl.DataFrame,
    previous_events: pl.DataFrame,
    *,
    event_listings: pl.DataFrame,
    listings: pl.DataFrame,
    city_id: str,
    night: date,
    at: datetime,
    archived: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Tonight's clean.events and those last published → clean.changes of the night, numbered by event and field.

    `event_listings` are tonight's links, `listings` what the events were resolved from; `archived` the rows of
    clean.past_events written tonight. Every value but bookkeeping is covered, so that applying the rows backwards to
    tonight's events (archived ones: to clean.past_events) gives the events as last published, exactly. An event that
    left without being archived leaves its values in `old`.
    """
    past = events.clear() if archived is None else archived.select(events.columns)
    known = pl.concat([events, past])
    changed = _list_values(pair_rows(Event, known, previous_events))
    stating = find_stating(changed, event_listings, listings, at=at)
    came = known.join(previous_events, on="event_id", how="anti").select("event_id", op=pl.lit("created"))
    said = [
        changed.join(stating, on=["event_id", "field"], how="left"),
        came.join(_first_listings(event_listings, listings), on="event_id", how="left"),
        past.select("event_id", op=pl.lit("archived")),
        _list_removed(previous_events.join(known, on="event_id", how="anti")),
    ]
    return _number(pl.concat(said, how="diagonal"), city_id=city_id, night=night, at=at)


def _list_values(paired: pl.DataFrame) -> pl.DataFrame:
    """Paired events → event_id, op, field, old, new: one row per value that differs."""
    names = value_columns(Event, paired)
    paired = paired.filter(pl.any_horizontal(differs(name) for name in names))
    aged = flag_ageing(paired, names).rename(lambda name: f"aged_{name}")
    flagged = paired.hstack(aged.get_columns())
    parts = [_list_field(flagged.filter(differs(name)), name) for name in names]
    return pl.concat([pl.DataFrame(schema=_SAID), *parts])


def _list_field(differing: pl.DataFrame, name: str) -> pl.DataFrame:
    dtype = Event.polars_schema()[name]
    is_aged = pl.col(f"aged_{name}") if f"aged_{name}" in differing.columns else pl.lit(False)
    op = pl.when(is_aged).then(pl.lit("aged")).otherwise(pl.lit("changed"))
    if name == "gone_at":
        op = (
            pl.when(pl.col(name + BEFORE).is_null())
            .then(pl.lit("gone"))
            .when(pl.col(name).is_null())
            .then(pl.lit("back"))
            .otherwise(pl.lit("changed"))
        )
    texts = {"old": as_text(name + BEFORE, dtype), "new": as_text(name, dtype)}
    return differing.select("event_id", op=op, field=pl.lit(name), **texts)


def _list_removed(left: pl.DataFrame) -> pl.DataFrame:
    values = rows_as_json(left, value_columns(Event, left))
    return left.select("event_id", op=pl.lit("removed"), old=values)


def _first_listings(event_listings: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """`event_id`, `listing_id`: the first listing of each event, by first_seen_at, then id."""
    linked = event_listings.select("event_id", "listing_id").join(
        listings.select("listing_id", "first_seen_at"), on="listing_id", how="left"
    )
    ordered = linked.sort("first_seen_at", "listing_id", nulls_last=True)
    return ordered.group_by("event_id", maintain_order=True).agg(pl.col("listing_id").first())


def _number(said: pl.DataFrame, *, city_id: str, night: date, at: datetime) -> pl.DataFrame:
    schema = Change.polars_schema()
    places = {name: place for place, name in enumerate(Event.polars_schema())}
    ordered = said.sort(
        "event_id",
        pl.col("field").replace_strict(places, default=-1, return_dtype=pl.Int64),
        "op",
    ).with_columns(
        city_id=pl.lit(city_id),
        night=pl.lit(night),
        known_at=pl.lit(at),
        seq=pl.int_range(1, said.height + 1, dtype=pl.Int64),
    )
    return ordered.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
