"""Frames for the tests of history: rows by contract, and drawn histories of a city's events."""

import string
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import polars as pl
from hypothesis import strategies as st

from pulsecity_pipeline.contracts import Change, Event, EventListing, Listing, PastEvent, Table
from pulsecity_pipeline.history.changes import build_changes

CITY = "us-ca-davis"
FIRST = date(2026, 8, 22)
#: What `clean.changes` answers for.
VALUES = [name for name in Event.polars_schema() if name not in Event.bookkeeping]
_IDS = [f"evt_{'a' * 15}{letter}" for letter in string.ascii_lowercase[:4]]


def night_of(number: int) -> date:
    return FIRST + timedelta(days=number)


def at_of(number: int) -> datetime:
    return datetime.combine(night_of(number), datetime.min.time(), UTC)


def make_rows(table: type[Table], *overrides: dict[str, Any]) -> pl.DataFrame:
    """One row per override, every other column as the contract's example."""
    example = {name: (field.examples or [None])[0] for name, field in table.model_fields.items()}
    records = [table.model_validate(example | override).model_dump() for override in overrides]
    return pl.DataFrame(records, schema=table.polars_schema())


def changes_between(before: pl.DataFrame, after: pl.DataFrame, **given: Any) -> pl.DataFrame:
    """`clean.changes` of night 1 without any listings but those given."""
    rest = {"event_listings": EventListing.empty(), "listings": Listing.empty()} | given
    return build_changes(after, before, city_id=CITY, night=night_of(1), at=at_of(1), **rest)


@dataclass(frozen=True)
class Story:
    """`states`: clean.events night by night; `past_events` and `changes`: everything written over these nights."""

    states: list[pl.DataFrame]
    past_events: pl.DataFrame
    changes: pl.DataFrame

    def state(self, number: int) -> pl.DataFrame:
        return self.states[number].select(VALUES).sort("event_id")


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Nights of up to four events that come, change in any column, leave for good or otherwise, and come again."""
    states, past, changes = [], [PastEvent.empty()], [Change.empty()]
    previous = Event.empty()
    for number in range(draw(st.integers(1, 5))):
        tonight = _draw_state(draw, previous)
        gone = previous.join(tonight, on="event_id", how="anti")["event_id"].to_list()
        archived = _draw_state(draw, previous).filter(pl.col("event_id").is_in(gone))
        changes.append(
            build_changes(
                tonight,
                previous,
                event_listings=EventListing.empty(),
                listings=Listing.empty(),
                city_id=CITY,
                night=night_of(number),
                at=at_of(number),
                archived=archived,
            )
        )
        past.append(archived.with_columns(night=pl.lit(night_of(number))).select(PastEvent.polars_schema().names()))
        states.append(tonight)
        previous = tonight
    return Story(states, pl.concat(past), pl.concat(changes))


def _draw_state(draw: st.DrawFn, previous: pl.DataFrame) -> pl.DataFrame:
    known = {row["event_id"]: row for row in previous.to_dicts()}
    example = make_rows(Event, {}).row(0, named=True)
    rows = []
    for event_id in draw(st.lists(st.sampled_from(_IDS), unique=True)):
        moved = draw(st.lists(st.sampled_from(VALUES), max_size=5))
        row = known.get(event_id, example) | {name: draw(_values(name)) for name in moved}
        rows.append(row | {"event_id": event_id, "city_id": CITY})
    return pl.DataFrame(rows, schema=Event.polars_schema()).sort("event_id")


@cache
def _values(name: str) -> st.SearchStrategy[Any]:
    """Any value of a column's type, and null where the contract allows it."""
    required = any(rule.kind == "not_null" and rule.columns == (name,) for rule in Event.expectations())
    some = _some(Event.polars_schema()[name]) if name != "status" else st.sampled_from(["scheduled", "past"])
    return some if required else st.none() | some


def _some(dtype: pl.DataType) -> st.SearchStrategy[Any]:
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    moment = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  (a wall clock)
    if isinstance(dtype, pl.Datetime):
        return moment.map(lambda value: value.replace(tzinfo=UTC)) if dtype.time_zone else moment
    if isinstance(dtype, pl.List):
        return st.lists(text, max_size=3)
    if isinstance(dtype, pl.Decimal):
        return st.decimals(0, 99999, places=3)
    simple: dict[pl.DataType, st.SearchStrategy[Any]] = {
        pl.String(): text,
        pl.Int64(): st.integers(-(2**63), 2**63 - 1),
        pl.Float64(): st.floats(allow_nan=False, allow_infinity=False),
        pl.Boolean(): st.booleans(),
        pl.Date(): st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    }
    return simple[dtype]
