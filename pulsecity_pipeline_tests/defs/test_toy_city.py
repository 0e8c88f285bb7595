"""One toy city through the whole graph, real at every step."""

from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import (
    Event,
    EventListing,
    Listing,
    Published,
    RankedEvent,
    Reject,
    SourceHealth,
)
from pulsecity_pipeline.contracts.base import STORED_TABLES
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline_tests.defs.toy import CITY, run_job, toy_pages


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("toy")
    pages, data = toy_pages(root / "pages"), root / "data"
    for city in (CITY, "online", "elsewhere"):
        result = run_job("city", data, pages, city=city)
        assert result.success, [event.message for event in result.all_events if event.is_failure]
    assert run_job("close", data).success
    return data


def lake(data_dir: Path) -> Lake:
    return Lake(data_dir / "lake")


def test_every_record_is_accounted_for(data_dir: Path) -> None:
    health = lake(data_dir).scan(SourceHealth, partitions=[CITY]).collect()
    sums = health.select(pl.col("records", "expansions", "listings", "rejects", "repeats").sum()).to_dicts()[0]
    assert sums == {"records": 12, "expansions": 3, "listings": 11, "rejects": 3, "repeats": 1}


def test_broken_feeds_say_why(data_dir: Path) -> None:
    health = lake(data_dir).scan(SourceHealth, partitions=[CITY]).collect()
    states = dict(health.select("feed", "state").iter_rows())
    assert {name for name, state in states.items() if state == "failing"} == {"blocked", "empty", "gone", "torn"}
    assert states["downtown"] == "healthy"
    reasons = dict(health.select("feed", "reason").iter_rows())
    assert "Just a moment" in reasons["blocked"]


def test_rejects_point_to_their_page(data_dir: Path) -> None:
    rejects = lake(data_dir).scan(Reject, partitions=[CITY]).filter("is_record").collect()
    assert sorted(rejects["rule"]) == ["missing_start", "no_event_date", "truncated_record"]
    pages = query_warehouse(data_dir / "warehouse.duckdb", "SELECT page_id FROM raw.pages")["page_id"]
    assert set(rejects["page_id"]) <= set(pages)


def test_same_happening_is_one_event_and_branches_are_not(data_dir: Path) -> None:
    events = lake(data_dir).scan(Event, partitions=[CITY]).collect()
    choir = events.filter(pl.col("title").str.contains("Choir"))
    assert choir["sources"].to_list() == [["ics/downtown", "ics/library"]]
    first_story = events.filter(pl.col("title") == "Family Story Time").filter(
        pl.col("starts_on") == pl.date(2027, 3, 6)
    )
    assert first_story["venue_name"].sort().to_list() == ["North Branch Library", "South Branch Library"]


def test_places_decide_the_city(data_dir: Path) -> None:
    listings = lake(data_dir).scan(Listing, partitions=[CITY]).collect()
    cities = dict(listings.select("title", "city_id").iter_rows())
    assert cities["Museum Bus Trip"] == "us-ca-sacramento"
    assert cities["Author Talk Online"] == "online"
    online = lake(data_dir).scan(Event, partitions=["online"]).collect()
    assert online["title"].to_list() == ["Author Talk Online"]


def test_warehouse_holds_what_was_published(data_dir: Path) -> None:
    path = data_dir / "warehouse.duckdb"
    published = lake(data_dir).scan(Published).filter(pl.col("table_name") == "clean.events").collect()
    count = query_warehouse(path, "SELECT count(*) AS n FROM clean.events")["n"][0]
    assert count == published["row_count"].sum() == 9
    upcoming = query_warehouse(path, "FROM events_upcoming")
    assert upcoming.height == 9
    day = query_warehouse(path, f"FROM events_on('{CITY}', DATE '2027-03-05')")
    assert day["title"].to_list() == ["Spring Choir Recital with Nora Quill"]


def test_ranking_covers_what_is_upcoming(data_dir: Path) -> None:
    ranked = lake(data_dir).scan(RankedEvent, partitions=[CITY]).collect().sort("position")
    assert ranked["position"].to_list() == list(range(1, ranked.height + 1))
    assert ranked["impact"].is_sorted(descending=True)


def test_a_second_run_of_the_night_changes_nothing(data_dir: Path, tmp_path: Path) -> None:
    tables = [table for table in STORED_TABLES.values() if table.table not in ("metrics.run_costs", "ops.published")]
    before = {table.table: lake(data_dir).scan(table).collect().sort(table.key) for table in tables}
    assert run_job("city", data_dir, toy_pages(tmp_path / "pages")).success
    for table in tables:
        assert lake(data_dir).scan(table).collect().sort(table.key).equals(before[table.table]), table.table


def test_next_night_keeps_ids(data_dir: Path, tmp_path: Path) -> None:
    before = lake(data_dir).scan(EventListing, partitions=[CITY]).collect()
    pages = toy_pages(tmp_path / "pages")
    (pages / f"ics/{CITY}/downtown.ics").write_text("<html>down</html>")
    assert run_job("city", data_dir, pages, as_of="2027-03-02").success
    after = lake(data_dir).scan(EventListing, partitions=[CITY]).collect()
    kept = before.join(after, on="listing_id")
    assert kept.height == before.height
    assert (kept["event_id"] == kept["event_id_right"]).all()
