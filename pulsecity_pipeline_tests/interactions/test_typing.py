"""Typing: every row is typed or refused, Polars never accepts what the model would not, and nothing raises."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.interactions import typing as typing_module
from pulsecity_pipeline.interactions.drops import Drop, split_drop
from pulsecity_pipeline.interactions.event import Event, check_event
from pulsecity_pipeline.interactions.intake import read_new
from pulsecity_pipeline.interactions.typing import TYPED, type_rows
from pulsecity_pipeline_tests.interactions.events import AT, KEY, drop, event

JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = JUNK | st.lists(JUNK, max_size=2) | st.dictionaries(st.text(max_size=4), JUNK, max_size=3)
NAMES = st.sampled_from(["signup", "login", "click", "purchase", "impression", "save", "search", "Click", ""])
USERS = st.from_regex(r"[a-zA-Z0-9_@ -]{2,32}", fullmatch=True)
MOMENTS = st.builds(
    lambda moment, zone, separator: moment.isoformat(separator) + zone,
    st.datetimes(min_value=datetime.fromisoformat("1990-01-01"), max_value=datetime.fromisoformat("2030-01-01")),
    st.sampled_from(["Z", "+00:00", "-07:00", "+05:30", "", "z", "+24:00", "+0200", " Z"]),
    st.sampled_from("T t"),
)
ODD_MOMENTS = st.sampled_from(
    [
        "2026-08-22",
        "1755856800",
        "2026-02-30T10:00:00Z",
        "2026-08-22T24:00:00Z",
        "2026-08-22T10:00:60Z",
        "2026-W34-6",
        "2026-08-22T10:00Z",
        "2026-08-22T10:00:00.1234567Z",
        "1999-12-31T23:30:00-01:00",
        "2000-01-01T00:30:00+01:00",
    ]
)
TEXTS = st.dictionaries(st.text(max_size=6) | st.just("event_id"), st.text(max_size=8), max_size=3)
FIELDS = {
    "name": NAMES | VALUES,
    "user_id": USERS | VALUES,
    "timestamp": MOMENTS | ODD_MOMENTS | VALUES,
    "properties": TEXTS | VALUES,
    "id": st.text(max_size=5) | VALUES,
    "more": VALUES,
}
EVENTS = st.fixed_dictionaries({}, optional=FIELDS)
GOOD = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["click", "search"]),
        "user_id": st.from_regex(r"[a-zA-Z0-9_-]{3,30}", fullmatch=True),
        "timestamp": st.sampled_from(["2026-08-22T10:00:00Z", "2026-08-22T10:00:00.5+02:00"]),
        "properties": TEXTS | st.none(),
    }
)
#: Good but for one field: what alone decides.
NEARLY = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda field: st.builds(lambda good, value: {**good, field: value}, GOOD, FIELDS[field])
)
LINES = (EVENTS | GOOD | NEARLY | VALUES).map(lambda row: json.dumps(row).encode()) | st.binary(max_size=40)


def typed(*rows: object) -> pl.DataFrame:
    return type_rows(split_drop(drop(*rows)), received_at=AT).typed


@given(st.lists(LINES, max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_row_is_typed_or_refused(lines: list[bytes]) -> None:
    found = split_drop(Drop("a.jsonl", b"\n".join(lines)))
    done = type_rows(found, received_at=AT)
    assert done.typed.schema == TYPED
    assert sorted([*done.typed["line"], *(one.line for one in done.refused)]) == found.numbers


@given(st.lists(EVENTS | GOOD | NEARLY, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_polars_and_the_model_are_of_one_mind(rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row).encode() for row in rows]
    fast = typing_module._type_fast(lines, list(range(len(lines)))).filter("is_sure")
    for row in fast.iter_rows(named=True):
        told = check_event(lines[row["line"]])
        assert isinstance(told, Event), (lines[row["line"]], told)
        assert (row["name"], row["user_id"], row["given_id"]) == (told.name, told.user_id, told.id)
        assert row["happened_at"] == told.timestamp
        assert json.loads(row["properties"] or "{}") == (told.properties or {})


@given(st.lists(st.lists(LINES, max_size=6), max_size=4))
@settings(max_examples=80, deadline=None)
def test_rows_are_interactions_rejects_or_repeats(drops: list[list[bytes]]) -> None:
    given_drops = [Drop(f"{at}.jsonl", b"\n".join(lines)) for at, lines in enumerate(drops)]
    reads = read_new(given_drops, KEY, set(), received_at=AT)
    assert all(read.rows == read.interactions.height + read.rejects.height for read in reads)
    assert sum(read.rows for read in reads) == sum(
        len(split_drop(one).lines) for one in {one.content: one for one in given_drops}.values()
    )


def test_a_row_of_every_kind_that_is_accepted() -> None:
    names = ["signup", "login", "click", "purchase", "impression", "save", "search"]
    assert typed(*(event(name=name) for name in names))["name"].to_list() == names
    row = typed(event(at="2026-08-22T01:30:00.25+02:00", id="7", properties={"event_id": "evt_1", "a": "ü"})).row(0)
    at = datetime(2026, 8, 21, 23, 30, 0, 250_000, tzinfo=UTC)
    assert row == (1, "click", "user_42", at, "7", "evt_1", '{"a":"ü","event_id":"evt_1"}')


def test_what_polars_does_not_read_the_model_does() -> None:
    read = typed(event(at="2026-08-22T10:00Z"), event(at="2026-08-22 10:00:00+00:00"), event())
    assert read["happened_at"].n_unique() == 1
    assert read["line"].to_list() == [1, 2, 3]


def test_no_properties_and_empty_ones_are_the_same() -> None:
    assert typed(event(), event(properties=None), event(properties={}))["properties"].to_list() == [None] * 3


@pytest.mark.parametrize(
    ("row", "loc", "msg", "kind"),
    [
        (event("user@42"), "user_id", "user_id must be alphanumeric with optional _ or -", "value_error"),
        (event("ab"), "user_id", "String should have at least 3 characters", "string_too_short"),
        (event("a" * 31), "user_id", "String should have at most 30 characters", "string_too_long"),
        (event("user_42\n"), "user_id", "user_id must be alphanumeric with optional _ or -", "value_error"),
        ({"name": "login", "timestamp": "2026-08-22T10:00:00Z"}, "user_id", "Field required", "missing"),
        (event(at="2026-08-22T10:00:00"), "timestamp", "Input should have timezone info", "timezone_aware"),
        (event(at="1755856800"), "timestamp", "timestamp must be an ISO 8601 text with a time zone", "value_error"),
        (event(at="1999-12-31T23:59:59Z"), "timestamp", "timestamp lies before 2000", "value_error"),
        (event(at="2026-08-23T13:00:01Z"), "timestamp", "timestamp lies in the future", "value_error"),
        (event(properties={"n": 5}), "properties", "Input should be a valid string", "string_type"),
        (event(properties=[]), "properties", "Input should be an object", "dict_type"),
        (event(id=5), "id", "Input should be a valid string", "string_type"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_as_the_endpoint_says_it(row: object, loc: str, msg: str, kind: str) -> None:
    done = type_rows(split_drop(drop(event(), row)), received_at=AT)
    assert [(one.line, one.problems) for one in done.refused] == [(2, [(("body", loc), msg, kind)])]


def test_a_clock_that_is_a_little_ahead_is_forgiven() -> None:
    assert typed(event(at="2026-08-23T13:00:00Z")).height == 1
