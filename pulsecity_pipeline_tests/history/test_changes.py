"""Changes say what changed, who says so, and enough to rebuild every earlier state of the events."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings

from pulsecity_pipeline.contracts import Change, Event, EventListing, Listing
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.history.frames import (
    CITY,
    VALUES,
    Story,
    at_of,
    changes_between,
    make_rows,
    night_of,
    stories,
)

EVENT = "evt_2b7kq4m5x6c3a2zd"
FIRST, SECOND, THIRD = (f"lst_{'a' * 15}{letter}" for letter in "abc")
SAID = ["op", "field", "old", "new"]


def said(changes: pl.DataFrame) -> list[tuple[Any, ...]]:
    return changes.select(SAID).rows()


def test_nothing_changed_says_nothing() -> None:
    events = make_rows(Event, {})
    moved = events.with_columns(
        last_seen_at=pl.lit(at_of(1)), updated_at=pl.lit(at_of(1)), content_hash=pl.lit("another")
    )
    changes = changes_between(events, moved)
    assert changes.is_empty()
    assert changes.schema == Change.polars_schema()


def test_values_are_texts_in_the_columns_order() -> None:
    before = make_rows(Event, {"price_min": "10.000", "performers": ["A"], "is_free": None, "ends_on": "2027-03-25"})
    after = make_rows(
        Event, {"title": "Choir", "price_min": "9.500", "performers": ['A "B"', "C"], "is_free": False, "ends_on": None}
    )
    changes = changes_between(before, after)
    assert said(changes) == [
        ("changed", "title", "Open choir, beginners", "Choir"),
        ("changed", "ends_on", "2027-03-25", None),
        ("changed", "price_min", "10.000", "9.500"),
        ("changed", "is_free", None, "false"),
        ("changed", "performers", '["A"]', '["A \\"B\\"","C"]'),
    ]
    assert changes["seq"].to_list() == [1, 2, 3, 4, 5]
    assert set(changes.select("city_id", "night", "known_at").rows()) == {(CITY, night_of(1), at_of(1))}


def test_moments_are_iso() -> None:
    before = make_rows(Event, {})
    start = datetime(2027, 3, 26, 18, 30, 0, 250, UTC)
    after = make_rows(Event, {"starts_at": start, "starts_local": datetime(2027, 3, 26, 19, 30)})  # noqa: DTZ001
    assert said(changes_between(before, after)) == [
        ("changed", "starts_at", "2027-03-25T18:00:00Z", "2027-03-26T18:30:00.000250Z"),
        ("changed", "starts_local", "2027-03-25T19:00:00", "2027-03-26T19:30:00"),
    ]


def test_growing_past_is_ageing_unless_the_time_was_changed() -> None:
    before = make_rows(Event, {"status_confidence": 0.5})
    assert [row[:2] for row in said(changes_between(before, make_rows(Event, {"status": "past"})))] == [
        ("aged", "status"),
        ("aged", "status_confidence"),
    ]
    moved = make_rows(Event, {"status": "past", "starts_on": "2026-03-25"})
    assert {row[:2] for row in said(changes_between(before, moved))} == {
        ("changed", "starts_on"),
        ("changed", "status"),
        ("changed", "status_confidence"),
    }
    joined = make_rows(Event, {"status": "past", "listing_count": 3})
    assert ("changed", "status_confidence", "0.5", "1.0") in said(changes_between(before, joined))
    revived = changes_between(make_rows(Event, {"status": "past"}), make_rows(Event, {}))
    assert said(revived) == [("changed", "status", "past", "scheduled")]
    untold = changes_between(make_rows(Event, {"status": "tentative"}), make_rows(Event, {"status": "past"}))
    assert said(untold) == [("changed", "status", "tentative", "past")]
    cancelled = changes_between(make_rows(Event, {}), make_rows(Event, {"status": "cancelled"}))
    assert said(cancelled) == [("changed", "status", "scheduled", "cancelled")]


def test_gone_and_back() -> None:
    here, gone = make_rows(Event, {}), make_rows(Event, {"gone_at": at_of(1)})
    later = make_rows(Event, {"gone_at": at_of(2)})
    assert said(changes_between(here, gone)) == [("gone", "gone_at", None, "2026-08-23T00:00:00Z")]
    assert said(changes_between(gone, here)) == [("back", "gone_at", "2026-08-23T00:00:00Z", None)]
    assert [row[0] for row in said(changes_between(gone, later))] == ["changed"]


def test_who_comes_and_leaves_has_one_row() -> None:
    ids = [f"evt_{'a' * 15}{letter}" for letter in "abcd"]
    before = make_rows(Event, *({"event_id": name} for name in ids[:3]))
    after = make_rows(Event, *({"event_id": name} for name in (ids[0], ids[3])))
    changes = changes_between(before, after, archived=before.filter(pl.col("event_id") == ids[1]))
    assert changes.select("event_id", "op", "field", "new").rows() == [
        (ids[1], "archived", None, None),
        (ids[2], "removed", None, None),
        (ids[3], "created", None, None),
    ]
    assert changes["old"][0] is None
    last = json.loads(changes["old"][1])
    assert set(last) == set(VALUES) - {"event_id"}
    assert (last["title"], last["price_min"], last["image_url"]) == (
        "Open choir, beginners",
        "10.000",
        "https://example.org/e/77.jpg",
    )
    assert last["is_free"] is None


def linked(*stated: dict[str, Any]) -> dict[str, pl.DataFrame]:
    old = {"first_seen_at": at_of(0), "last_seen_at": at_of(1), "changed_at": at_of(0)}
    listings = make_rows(Listing, *(old | row for row in stated))
    links = make_rows(EventListing, *({"event_id": EVENT, "listing_id": row["listing_id"]} for row in stated))
    return {"listings": listings, "event_listings": links}


def witness(before: dict[str, Any], after: dict[str, Any], *stated: dict[str, Any]) -> dict[str, str | None]:
    changes = changes_between(make_rows(Event, before), make_rows(Event, after), **linked(*stated))
    return dict(changes.select("field", "listing_id").rows())


def test_the_listing_that_changed_tonight_is_the_witness() -> None:
    found = witness(
        {},
        {"title": "Choir"},
        {"listing_id": FIRST, "title": "Choir"},
        {"listing_id": SECOND, "title": "Other", "changed_at": at_of(1)},
        {"listing_id": THIRD, "title": "Choir", "changed_at": at_of(1)},
    )
    assert found == {"title": THIRD}


def test_any_listing_that_states_the_value_else_none() -> None:
    found = witness(
        {},
        {"title": "Choir", "url": "https://example.org/none", "venue_id": None, "description": None},
        {"listing_id": FIRST, "title": "Choir", "gone_at": at_of(0)},
        {"listing_id": SECOND, "title": "Choir"},
        {"listing_id": THIRD, "title": "Other", "description": None},
    )
    assert found == {"title": SECOND, "url": None, "venue_id": None, "description": None}
    withdrawn = witness({}, {"description": None}, {"listing_id": FIRST, "description": None, "changed_at": at_of(1)})
    assert withdrawn == {"description": FIRST}


def test_who_is_gone_who_is_back_and_who_came_first() -> None:
    gone = witness({}, {"gone_at": at_of(1)}, {"listing_id": FIRST, "gone_at": at_of(1)})
    assert gone == {"gone_at": FIRST}
    back = witness(
        {"gone_at": at_of(0)}, {}, {"listing_id": FIRST, "gone_at": at_of(0)}, {"listing_id": SECOND, "gone_at": None}
    )
    assert back == {"gone_at": SECOND}
    both = linked({"listing_id": FIRST, "first_seen_at": at_of(1)}, {"listing_id": SECOND})
    created = changes_between(Event.empty(), make_rows(Event, {"event_id": EVENT}), **both)
    assert created.select("op", "listing_id").rows() == [("created", SECOND)]


@settings(max_examples=40, deadline=None)
@given(story=stories())
def test_applied_backwards_the_changes_give_every_earlier_state(story: Story) -> None:
    assert not [found for found in evaluate(story.changes, Change) if not found.passed]
    rows = story.changes.sort("night", "seq").to_dicts()
    current = {row["event_id"]: row for row in story.states[-1].select(VALUES).to_dicts()}
    for number in reversed(range(len(story.states))):
        assert sorted(current) == story.state(number)["event_id"].to_list()
        assert [current[name] for name in sorted(current)] == story.state(number).to_dicts()
        tonight = [row for row in rows if row["night"] == night_of(number)]
        bring_back(current, [row for row in tonight if row["field"] is None], story.past_events)
        for row in tonight:
            if row["field"] is not None:
                current[row["event_id"]][row["field"]] = read(row["field"], row["old"])
    assert current == {}


def bring_back(current: dict[str, Any], turns: list[dict[str, Any]], past_events: pl.DataFrame) -> None:
    for row in turns:
        event_id = row["event_id"]
        if row["op"] == "created":
            del current[event_id]
        elif row["op"] == "archived":
            is_it = (pl.col("event_id") == event_id) & (pl.col("night") == row["night"])
            (current[event_id],) = past_events.filter(is_it).select(VALUES).to_dicts()
        else:
            texts = json.loads(row["old"])
            current[event_id] = {"event_id": event_id} | {name: read(name, text) for name, text in texts.items()}


def read(name: str, text: str | None) -> Any:
    """A text of clean.changes as the value it stands for, by Python alone."""
    dtype = Event.polars_schema()[name]
    if text is None or dtype == pl.String:
        return text
    if isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(text)
    if isinstance(dtype, pl.List):
        return json.loads(text)
    if isinstance(dtype, pl.Decimal):
        return Decimal(text)
    if dtype == pl.Boolean:
        return {"true": True, "false": False}[text]
    if dtype == pl.Date:
        return date.fromisoformat(text)
    return int(text) if dtype == pl.Int64 else float(text)
