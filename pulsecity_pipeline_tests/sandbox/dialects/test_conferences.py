"""The two lists of developers' conferences, which are of all cities."""

from collections import Counter
from datetime import date
from types import ModuleType

import polars as pl
import pytest

from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sandbox.dialects import confs_tech, developers_events
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline_tests.sandbox.dialects.feeds import compare
from pulsecity_pipeline_tests.sandbox.dialects.listings import (
    NIGHT,
    city_of_tests,
    make_hard_listings,
    make_listings,
    publish,
)
from pulsecity_pipeline_tests.sandbox.dialects.pulling import ask, differing

FILES = {site.feed: site for site in confs_tech.list_shared_sites(seed=7, night=NIGHT)}
(LIST,) = developers_events.list_shared_sites(seed=7, night=NIGHT)
PYTHON = FILES["2026_python"]
BOTH = pytest.mark.parametrize(("dialect", "site"), [(confs_tech, PYTHON), (developers_events, LIST)])


def make_conferences() -> pl.DataFrame:
    """Days alone, as conferences are told."""
    hard = make_hard_listings().filter(pl.col("title") != "Venue to follow")
    midnight = pl.col("starts_local").dt.truncate("1d")
    return hard.with_columns(
        starts_local=midnight, ends_local=midnight + pl.duration(days=pl.int_range(pl.len()) % 4 + 1),
        is_date=pl.lit(True), all_day=pl.lit(True),
    )  # fmt: skip


def test_the_files_are_those_of_the_configuration() -> None:
    entries = load_sources()["confs_tech"].feeds["shared"]
    assert {feed.name for feed in entries} == FILES.keys()
    assert all(
        site.city_id == "shared" and site.host == "raw.githubusercontent.com.sandbox.example" for site in FILES.values()
    )
    assert Counter(site.fault for site in FILES.values())["gone"] > len(FILES) / 2
    assert FILES["2026_tech-comm"].software == "tech-comm"
    assert {FILES[name].fault for name in ("2026_python", "2027_python", "2026_general")} == {None}
    assert confs_tech.list_shared_sites(seed=7, night=date(2027, 1, 1)) == list(FILES.values())
    assert confs_tech.find_site(ask(PYTHON.url), list(FILES.values())) == PYTHON
    assert confs_tech.list_sites(city_of_tests(), seed=7, night=NIGHT, size=1.0) == []
    assert developers_events.list_sites(city_of_tests(), seed=7, night=NIGHT, size=1.0) == []


@BOTH
def test_conferences_come_back(dialect: ModuleType, site: Site) -> None:
    listings = make_conferences()
    compared = compare(dialect, listings, site)
    assert compared.pulled.is_sound
    lost = compared.joined["source_event_id"].null_count()
    assert lost == (1 if dialect is confs_tech else 0)
    joined = compared.joined.drop_nulls("source_event_id")
    assert len(compared.pulled.rows) == len(joined) == len(listings) - lost
    assert joined["pointer_read"].null_count() == 0
    for column, read in (
        ("title", None),
        ("url", None),
        ("attendance_mode", None),
        ("town", "locality"),
        ("region", None),
    ):
        assert differing(joined, column, read) == [], column
    assert differing(joined, "starts_local", "start_wall") == []
    last = [end or start for start, end in joined.select("start_wall_read", "end_wall_read").rows()]
    assert last == joined.select(pl.col("ends_local") - pl.duration(days=1)).to_series().to_list()
    assert set(joined["country_read"]) == ({"U.S.A.", None} if dialect is confs_tech else {"USA", None})


def test_a_file_holds_its_year_alone_and_is_not_there_without_conferences() -> None:
    published = publish(make_listings(60), confs_tech, feed=PYTHON.feed)
    for year in (2026, 2027):
        site = FILES[f"{year}_python"]
        reply = confs_tech.answer(site, published, ask(site.url))
        assert (reply.status, reply.content_type) == (200, "text/plain; charset=utf-8")
        assert reply.body.count(b'"startDate"') == reply.body.count(f'"startDate":"{year}-'.encode()) > 3
    empty = confs_tech.answer(PYTHON, published.clear(), ask(PYTHON.url))
    assert (empty.status, empty.body) == (404, b"404: Not Found")


def test_states_tags_and_both_ways_to_attend() -> None:
    listings = make_conferences().with_columns(
        attendance_mode=pl.when(pl.col("title") == "Full house").then(pl.lit("mixed")).otherwise("attendance_mode"),
        status=pl.when(pl.col("title") == "Moved once").then(pl.lit("postponed")).otherwise("status"),
    )
    rows = compare(developers_events, listings, LIST).joined
    row = {one["title"]: one for one in rows.to_dicts()}
    assert row["Full house"]["attendance_mode_read"] == "mixed"
    assert (row["Choir, not now"]["status_read"], row["Moved once"]["status_read"]) == ("cancelled", "postponed")
    assert row["The Paper Lanterns"]["categories_read"] == ["conference", "technology", "indie", "two sets"]
    assert row["Types without tears"]["attendance_mode_read"] == "online"
    files = compare(confs_tech, listings, PYTHON).joined
    assert {one["title"]: one["attendance_mode_read"] for one in files.to_dicts()}["Full house"] == "mixed"


def test_some_lines_are_broken() -> None:
    compared = compare(developers_events, make_listings(1000), LIST)
    lost = compared.joined["source_event_id"].null_count()
    assert 1 <= lost < 15
    assert {fault.rule for fault in compared.pulled.faults} == {"invalid_url"}
    assert len(compared.pulled.faults) == lost
    assert compared.joined.drop_nulls("source_event_id")["pointer_read"].null_count() == 0
