"""`events_as_known` gives the events as every earlier night had them, whatever changed, came and left since."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings

from pulsecity_pipeline.contracts import STORED_TABLES, Change, Event, EventListing, Listing, PastEvent
from pulsecity_pipeline.history.changes import build_changes
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_lake, query_warehouse
from pulsecity_pipeline.store.relations import views_sql
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline.store.warehouse_ddl import create_table, qualified
from pulsecity_pipeline_tests.history.frames import CITY, VALUES, Story, at_of, make_rows, night_of, stories
from pulsecity_pipeline_tests.store.rows import an_id, publish

FAIR, CHOIR, WALK, QUIZ = (an_id("evt", number) for number in range(4))
#: Five nights: a retitle and new guests, one archived twice, one that leaves otherwise, one that comes again.
STATES = [
    make_rows(Event, {"event_id": FAIR}, {"event_id": CHOIR, "title": "Choir"}, {"event_id": WALK}),
    make_rows(
        Event,
        {"event_id": FAIR, "title": "Fair", "performers": ['Duo "Uno"\n', "Due"]},
        {"event_id": CHOIR, "title": "Choir", "price_min": None, "gone_at": at_of(1)},
        {"event_id": QUIZ, "starts_at": None, "starts_local": None},
    ),
    make_rows(Event, {"event_id": FAIR, "title": "Fair", "status": "cancelled"}, {"event_id": QUIZ}),
    make_rows(
        Event,
        {"event_id": FAIR, "title": "The fair"},
        {"event_id": CHOIR, "title": "Choir of another year"},
        {"event_id": WALK, "title": "Walk again"},
    ),
    make_rows(Event, {"event_id": FAIR, "title": "The fair"}, {"event_id": WALK, "title": "Long walk", "url": None}),
]
#: (night, event) of those archived; WALK and QUIZ leave otherwise.
ARCHIVED = [(2, CHOIR), (4, CHOIR)]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The nights written and published one after the other, as a city's runs do."""
    store = Lake(tmp_path_factory.mktemp("as_known") / "lake")
    previous = Event.empty()
    for number, events in enumerate(STATES):
        night, leaving = night_of(number), [name for on, name in ARCHIVED if on == number]
        archived = previous.filter(pl.col("event_id").is_in(leaving))
        past = archived.with_columns(night=pl.lit(night)).select(PastEvent.polars_schema().names())
        changes = build_changes(
            events,
            previous,
            event_listings=EventListing.empty(),
            listings=Listing.empty(),
            city_id=CITY,
            night=night,
            at=at_of(number),
            archived=archived,
        )
        for table, rows in ((Event, events), (PastEvent, past), (Change, changes)):
            store.replace(table, rows, partition=CITY, night=night)
        publish(store, CITY, night, Event, PastEvent, Change)
        previous = events
    return store


@pytest.fixture(scope="module")
def warehouse(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("warehouse") / "w.duckdb"
    build_warehouse(lake, path)
    return path


def expected(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(VALUES).sort("event_id")


def as_values(found: pl.DataFrame) -> pl.DataFrame:
    """Found rows in the contract's types; that no column is missing or too many is part of the test."""
    assert set(found.columns) == set(VALUES)
    schema = Event.polars_schema()
    return found.select(pl.col(name).cast(schema[name]) for name in VALUES).sort("event_id")


@pytest.mark.parametrize("number", range(5))
def test_each_night_as_it_was(lake: Lake, warehouse: Path, number: int) -> None:
    sql = f"FROM events_as_known('{at_of(number)}')"
    assert as_values(query_warehouse(warehouse, sql)).equals(expected(STATES[number]))
    assert as_values(query_lake(lake, sql)).equals(expected(STATES[number]))


def test_between_two_nights_the_earlier_holds_and_before_the_first_nothing_does(warehouse: Path) -> None:
    evening = at_of(2) - timedelta(microseconds=1)
    found = query_warehouse(warehouse, f"FROM events_as_known(TIMESTAMPTZ '{evening}')")
    assert as_values(found).equals(expected(STATES[1]))
    before = at_of(0) - timedelta(microseconds=1)
    assert query_warehouse(warehouse, f"FROM events_as_known('{before}')").is_empty()
    today = query_warehouse(warehouse, "FROM events_as_known('2100-01-01')")
    assert as_values(today).equals(expected(STATES[-1]))


def test_the_sessions_zone_changes_what_is_read_not_what_was_known(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        rows = connection.sql(f"SELECT title FROM events_as_known('{at_of(1)}') ORDER BY event_id").fetchall()
    assert [title for (title,) in rows] == STATES[1].sort("event_id")["title"].to_list()


@pytest.fixture(scope="module")
def empty_tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for schema in sorted({table.schema_name() for table in STORED_TABLES.values()}):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(";\n".join(create_table(table) for table in STORED_TABLES.values()))
        connection.execute(views_sql())
        yield connection


@settings(max_examples=25, deadline=None)
@given(story=stories())
def test_any_history(empty_tables: duckdb.DuckDBPyConnection, story: Story) -> None:
    loaded = ((Event, story.states[-1]), (PastEvent, story.past_events), (Change, story.changes))
    for table, rows in loaded:
        empty_tables.execute(f"DELETE FROM {qualified(table)}")
        empty_tables.register("rows", rows.to_arrow())
        empty_tables.execute(f"INSERT INTO {qualified(table)} FROM rows")
    for number in range(len(story.states)):
        found: pl.DataFrame = empty_tables.sql(f"FROM events_as_known('{at_of(number)}')").pl()
        assert as_values(found).equals(story.state(number))
