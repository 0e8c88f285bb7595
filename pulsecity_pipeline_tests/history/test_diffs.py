"""What a publish changed: rows, keys, fields and causes, worked out by hand."""

from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Body, Event, EventListing, Listing, PublishDiff, RankedEvent, Table, Venue
from pulsecity_pipeline.history.diffs import build_publish_diffs, diff_table
from pulsecity_pipeline.history.summary import describe_diff, sample_changes, tabulate_diffs
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.history.frames import CITY, at_of, changes_between, make_rows, night_of


def an_id(prefix: str, number: int) -> str:
    return f"{prefix}_{'a' * 15}{chr(97 + number)}"


def listings(*overrides: dict[str, Any]) -> pl.DataFrame:
    return make_rows(Listing, *({"listing_id": an_id("lst", number)} | row for number, row in enumerate(overrides)))


def diff(table: type[Table], tonight: pl.DataFrame, before: pl.DataFrame, **more: Any) -> dict[str, Any]:
    made = diff_table(table, tonight, before, city_id=CITY, night=night_of(1), compared_night=night_of(0), **more)
    assert all(found.passed for found in evaluate(made, PublishDiff))
    return made.row(0, named=True)


def test_a_table_with_feeds() -> None:
    before = listings({"feed": "a"}, {"feed": "a"}, {"feed": "b"}, {"feed": "b"})
    tonight = listings(
        {"feed": "a", "title": "Another", "url": None},
        {"feed": "a", "title": "Another", "fingerprint": "another", "last_seen_at": at_of(1)},
        {"feed": "b", "status": "past", "pointer": "vevent/77"},
        {"feed": "b"},
    )
    moved = pl.concat([tonight.head(3), listings(*[{}] * 4, {"feed": "b"}).tail(1)])
    assert diff(Listing, moved, before) == {
        "city_id": CITY,
        "night": night_of(1),
        "table_name": "clean.listings",
        "compared_night": night_of(0),
        "rows_before": 4,
        "rows_after": 4,
        "added": 1,
        "removed": 1,
        "changed": 2,
        "aged": 1,
        "fields": ["title=2", "url=1"],
        "causes": ["ics/a: title=2, url=1", "ics/b: added=1, removed=1"],
    }


def test_nothing_differs() -> None:
    made = diff(Listing, listings({}), listings({}))
    assert [made[name] for name in ("added", "removed", "changed", "aged", "fields", "causes")] == [0, 0, 0, 0, [], []]


def test_a_row_counts_as_aged_only_where_nothing_else_differs() -> None:
    made = diff(Listing, listings({"status": "past", "title": "Another"}), listings({}))
    assert (made["changed"], made["aged"], made["fields"]) == (1, 0, ["title=1"])


def test_history_counts_rows_and_bodies_go_by_key() -> None:
    ranked = make_rows(RankedEvent, {"event_id": an_id("evt", 0)}, {"event_id": an_id("evt", 1)})
    made = diff(RankedEvent, ranked, ranked.head(1))
    assert [made[name] for name in ("rows_before", "rows_after", "added", "removed", "fields")] == [1, 2, 2, 0, []]
    bodies = pl.DataFrame({"pull_city_id": CITY, "body_sha256": ["0", "1"]})
    made = diff(Body, bodies, bodies.tail(1).vstack(bodies.tail(1).with_columns(body_sha256=pl.lit("2"))))
    assert [made[name] for name in ("added", "removed", "changed", "fields")] == [1, 1, 0, []]


def test_a_column_that_the_earlier_publish_did_not_have_says_nothing() -> None:
    venues = make_rows(Venue, {})
    assert diff(Venue, venues, venues.drop("capacity"))["changed"] == 0
    assert diff(Venue, venues.with_columns(capacity=pl.lit(5)), venues)["fields"] == ["capacity=1"]


def test_events_are_put_down_to_the_feeds_of_their_listings() -> None:
    first, second, third = (an_id("evt", number) for number in range(3))
    both = {"sources": ["ics/a", "ics/b"]}
    before = make_rows(Event, {"event_id": first} | both, {"event_id": second} | both)
    tonight = make_rows(
        Event, {"event_id": first, "title": "Another"} | both, {"event_id": third, "sources": ["ics/c"]}
    )
    moved = {"feed": "a", "changed_at": at_of(1)}
    stated = listings(moved, {"feed": "b"}, {"feed": "c"}, moved)
    old = stated.with_columns(first_seen_at=pl.lit(at_of(0)))
    links = make_rows(
        EventListing,
        *({"event_id": first, "listing_id": an_id("lst", number)} for number in (0, 1, 3)),
        {"event_id": third, "listing_id": an_id("lst", 2)},
    )
    diffs = build_publish_diffs(
        {Listing: (old, old), Event: (tonight, before), EventListing: (links, links.clear())},
        city_id=CITY,
        night=night_of(1),
        compared_night=night_of(0),
        at=at_of(1),
    )
    assert diffs["table_name"].to_list() == ["clean.event_listings", "clean.events", "clean.listings"]
    causes = dict(diffs.select("table_name", "causes").rows())
    assert causes["clean.events"] == ["ics/a: removed=1, title=1", "ics/b: removed=1", "ics/c: added=1"]
    assert causes["clean.event_listings"] == ["ics/a: added=3", "ics/c: added=1"]
    assert causes["clean.listings"] == []


def test_the_first_publish_compares_with_nothing() -> None:
    diffs = build_publish_diffs(
        {Venue: (make_rows(Venue, {}), Venue.empty())},
        city_id=CITY,
        night=night_of(0),
        compared_night=None,
        at=at_of(0),
    )
    row = diffs.row(0, named=True)
    assert (row["compared_night"], row["rows_before"], row["added"]) == (None, 0, 1)
    assert describe_diff(diffs) == "**0 → 1 rows** first publish: +1 added"


def test_a_diff_for_people() -> None:
    before = listings({"feed": "a"}, {"feed": "b"}, {"feed": "b"})
    tonight = listings({"feed": "a", "title": "B", "url": None}, {"feed": "b", "title": "C"})
    made = diff_table(Listing, tonight, before, city_id=CITY, night=night_of(1), compared_night=night_of(0))
    assert describe_diff(made) == (
        "**3 → 2 rows** since 2026-08-22: −1 removed, 2 changed\n\n"
        "- fields: title=2, url=1\n"
        "- causes: ics/b: removed=1, title=1; ics/a: title=1, url=1"
    )
    same = diff_table(Listing, before, before, city_id=CITY, night=night_of(1), compared_night=night_of(0))
    assert describe_diff(same) == "**3 → 3 rows** since 2026-08-22: no difference"
    with pytest.raises(ValueError, match="not 2"):
        describe_diff(pl.concat([same, made]))
    table = tabulate_diffs(pl.concat([same.with_columns(table_name=pl.lit("clean.venues")), made]), listed=1)
    assert table.rows() == [
        ("clean.listings", 3, 2, 0, 1, 2, 0, "title=2", "ics/b: removed=1, title=1"),
        ("clean.venues", 3, 3, 0, 0, 0, 0, "", ""),
    ]


def test_examples_begin_with_what_is_rare() -> None:
    ids = [an_id("evt", number) for number in range(3)]
    before = make_rows(Event, *({"event_id": name} for name in ids))
    told: list[dict[str, Any]] = [
        {"description": "x" * 200},
        {"description": None, "status": "cancelled"},
        {"status": "past"},
    ]
    after = make_rows(Event, *({"event_id": name} | row for name, row in zip(ids, told, strict=True)))
    sample = sample_changes(changes_between(before, after), after)
    assert sample.columns == ["title", "op", "field", "old", "new"]
    assert sample["field"].to_list() == ["status", "description", "description"]
    assert sample["new"].to_list() == ["cancelled", "x" * 79 + "…", None]
