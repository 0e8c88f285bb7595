"""What is kept: publications, versions, pages and bodies."""

from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import Page, Published, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.retention import (
    choose_versions,
    cover_versions,
    find_old_bodies,
    find_old_pages,
    kept_publications,
)
from pulsecity_pipeline.store.snapshots import Changes
from pulsecity_pipeline_tests.store.nights import night_of, put_night
from pulsecity_pipeline_tests.store.rows import DAVIS, OSLO, ROMA, an_id, rows


def published(*entries: tuple[str, int, str]) -> pl.DataFrame:
    """(city, number of the night, table) → rows of ops.published."""
    return rows(
        Published,
        *(
            {"city_id": city_id, "night": night_of(number), "table_name": name, "version": number}
            for city_id, number, name in entries
        ),
    )


def page(number: int, night: int, **more: object) -> dict[str, object]:
    return {"page_id": an_id("pag", number), "pull_city_id": DAVIS, "night": night_of(night)} | more


def test_each_city_keeps_its_own_last_nights_and_one_before() -> None:
    rows_of_both = published(
        *((DAVIS, night, "clean.venues") for night in (400, 401, 402, 403)),
        # Not published for a year: these are its last ones.
        *((ROMA, night, "clean.venues") for night in (1, 2, 9)),
    )
    kept = kept_publications(rows_of_both, kept_nights=2)
    assert kept.select("city_id", "version").rows() == [
        *((ROMA, night) for night in (1, 2, 9)),
        *((DAVIS, night) for night in (401, 402, 403)),
    ]


def test_the_latest_of_a_table_that_is_published_no_more_stays() -> None:
    everything = published((DAVIS, 1, "clean.artists"), *((DAVIS, night, "clean.venues") for night in range(1, 6)))
    kept = kept_publications(everything, kept_nights=1)
    assert kept.select("table_name", "version").rows() == [
        ("clean.artists", 1),
        ("clean.venues", 4),
        ("clean.venues", 5),
    ]


def test_few_versions_stand_for_many() -> None:
    # Versions 1-3 and 4-6 are two nights of three cities; the head is 7.
    changes = Changes(since=0, until=7, by_partition={DAVIS: (1, 4), ROMA: (2, 5), OSLO: (3, 6)}, of_all=())
    recorded = [(DAVIS, 1), (ROMA, 2), (OSLO, 3), (DAVIS, 4), (ROMA, 5), (OSLO, 6)]
    assert cover_versions(7, recorded, changes) == [3, 7]
    compacted = Changes(since=0, until=7, by_partition={**changes.by_partition, DAVIS: (1, 4, 7)}, of_all=())
    assert cover_versions(7, recorded, compacted) == [1, 4, 7], "files before a compaction are not those after it"
    unknown = Changes(since=8, until=7, by_partition={}, of_all=())
    assert cover_versions(7, recorded, unknown) == [1, 2, 3, 4, 5, 6, 7]


def test_chosen_versions_hold_the_files_of_every_kept_publication(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(1, 6):
        for city_id in (DAVIS, ROMA, OSLO):
            put_night(lake, number, city_id=city_id)
    kept = kept_publications(lake.scan(Published).collect(), kept_nights=2)
    chosen = choose_versions(lake, Venue, kept)
    held = {file for version in chosen for file in lake.file_uris(Venue, version=version)}
    recorded = kept.filter(pl.col("table_name") == Venue.table).select("city_id", "version").rows()
    assert len(recorded) == 9
    assert len(chosen) == 3, "one a night"
    for city_id, version in recorded:
        assert set(lake.file_uris(Venue, version=version, partitions=[city_id])) <= held


def test_pages_of_the_last_nights_pulled_stay() -> None:
    pages = rows(Page, *(page(night, night, url="https://a") for night in (1, 2, 7, 9)))
    old = find_old_pages(pages, kept_nights=2)
    assert old is not None
    assert (old.before, old.spared) == (night_of(7), ())
    assert find_old_pages(pages, kept_nights=4) is None


def test_the_page_that_not_modified_points_to_stays() -> None:
    asked = {"source": "ics", "feed": "a", "url": "https://a"}
    pages = rows(
        Page,
        page(1, 1, **asked),
        page(2, 2, **asked),
        *(page(number, number, **asked, body_sha256=None, outcome="failed") for number in (3, 4, 5)),
    )
    old = find_old_pages(pages, kept_nights=2)
    assert old is not None
    assert old.spared == (an_id("pag", 2),)


def test_a_feed_that_is_gone_keeps_its_last_page_and_dated_addresses_do_not_pile_up() -> None:
    gone = [page(number, number, feed="gone", url="https://gone") for number in (1, 2)]
    dated = [page(10 + night, night, feed="dated", url=f"https://dated/{night}") for night in range(1, 7)]
    old = find_old_pages(rows(Page, *gone, *dated), kept_nights=2)
    assert old is not None
    assert old.spared == (an_id("pag", 2),)


def test_bodies_that_no_page_points_to() -> None:
    pages = rows(Page, page(1, 1, body_sha256="a" * 64), page(2, 2, body_sha256=None, outcome="failed"))
    assert find_old_bodies(pl.Series(["c" * 64, "a" * 64, "b" * 64]), pages) == ["b" * 64, "c" * 64]
