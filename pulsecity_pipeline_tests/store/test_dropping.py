"""Rows past their retention: what goes, what stays, and a pull that meets a dropped body again."""

from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from pulsecity_pipeline.contracts import Body, CityPulse, Page, Published, Table
from pulsecity_pipeline.store import writes
from pulsecity_pipeline.store.dropping import drop_old_rows
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.nights import night_of, published_rows, put_night
from pulsecity_pipeline_tests.store.rows import DAVIS, ROMA, an_id, rows


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Six nights of Davis, two of Roma; Davis has the body of night 1 again in night 5."""
    lake = Lake(tmp_path)
    for number in range(1, 7):
        put_night(lake, number, body=1 if number == 5 else None)
    for number in (1, 2):
        put_night(lake, number, city_id=ROMA)
    return lake


def nights(lake: Lake, city_id: str) -> list[int]:
    found = lake.scan(Page, partitions=[city_id]).collect()["night"].sort()
    return [(night - night_of(0)).days for night in found]


def bodies(lake: Lake, city_id: str) -> list[int]:
    return sorted(int(sha, 16) for sha in lake.scan(Body, partitions=[city_id]).collect()["body_sha256"])


def test_pages_and_bodies_go_city_by_city(lake: Lake) -> None:
    assert drop_old_rows(lake, Page, kept_nights=2) == 4
    assert (nights(lake, DAVIS), nights(lake, ROMA)) == ([5, 6], [1, 2])
    assert drop_old_rows(lake, Body, kept_nights=2) == 3
    assert (bodies(lake, DAVIS), bodies(lake, ROMA)) == ([1, 6], [1, 2])


def test_every_kept_page_still_has_its_body(lake: Lake) -> None:
    for table in (Page, Body):
        drop_old_rows(lake, table, kept_nights=1)
    pointed = lake.scan(Page).select("pull_city_id", "body_sha256").collect()
    stored = lake.scan(Body).select("pull_city_id", "body_sha256").collect()
    assert pointed.join(stored, on=pointed.columns, how="anti").is_empty()


def test_a_spared_page_keeps_its_body(lake: Lake) -> None:
    failed = {"pull_city_id": DAVIS, "body_sha256": None, "outcome": "failed"}
    for number in (5, 6):
        page = {"page_id": an_id("pag", number), "night": night_of(number)} | failed
        lake.replace(Page, rows(Page, page), partition=DAVIS, night=night_of(number))
    for table in (Page, Body):
        drop_old_rows(lake, table, kept_nights=2)
    assert nights(lake, DAVIS) == [4, 5, 6]
    assert bodies(lake, DAVIS) == [4]


def test_publications_that_are_not_kept_go(lake: Lake) -> None:
    assert drop_old_rows(lake, Published, kept_nights=2) == 3 * (4 - 1)
    assert published_rows(lake, CityPulse)["night"].to_list() == [night_of(number) for number in (4, 5, 6)]
    assert published_rows(lake, CityPulse, ROMA).height == 2
    assert drop_old_rows(lake, Published, kept_nights=2) == 0


def test_a_latest_publication_far_back_is_spared(lake: Lake) -> None:
    old = {"city_id": DAVIS, "night": night_of(0), "table_name": "clean.artists", "version": 0}
    lake.replace(Published, rows(Published, old), partition=DAVIS, night=night_of(0))
    drop_old_rows(lake, Published, kept_nights=2)
    names = lake.scan(Published, partitions=[DAVIS]).collect().sort("night")["table_name"]
    assert (names[0], names.len()) == ("clean.artists", 1 + 3 + 3 * 4)


def test_a_dry_run_counts_the_same_and_drops_nothing(lake: Lake) -> None:
    tables = (Published, Page, Body)
    versions = [lake.version(table) for table in tables]
    foretold = [drop_old_rows(lake, table, kept_nights=2, dry_run=True) for table in tables]
    assert [lake.version(table) for table in tables] == versions
    assert [drop_old_rows(lake, table, kept_nights=2) for table in tables] == foretold == [9, 4, 3]


def test_history_keeps_every_row(lake: Lake) -> None:
    assert drop_old_rows(lake, CityPulse, kept_nights=1) == 0
    assert lake.scan(CityPulse).collect().height == 8


def test_a_body_met_again_while_it_is_dropped_is_put_back(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pull finds body 2 stored and does not write it; before its page is there, the body is dropped."""
    drop_old_rows(lake, Page, kept_nights=2)
    delete = writes.delete_keys

    def delete_beside_a_pull(head: DeltaTable, table: type[Table], city_id: str, column: str, values: list[str]) -> int:
        if city_id == DAVIS:
            assert f"{2:064x}" in values
            page = {"page_id": an_id("pag", 7), "pull_city_id": DAVIS, "night": night_of(7), "body_sha256": f"{2:064x}"}
            lake.replace(Page, rows(Page, page), partition=DAVIS, night=night_of(7))
        return delete(head, table, city_id, column, values)

    monkeypatch.setattr("pulsecity_pipeline.store.dropping.delete_keys", delete_beside_a_pull)
    assert drop_old_rows(lake, Body, kept_nights=2) == 2
    assert bodies(lake, DAVIS) == [1, 2, 6]
    put_back = lake.scan(Body, partitions=[DAVIS]).filter(pl.col("body_sha256") == f"{2:064x}").collect()
    assert put_back["body"].to_list() == [f"{2:064x}".encode()]


def test_a_body_whose_page_is_about_to_be_written_stays(lake: Lake) -> None:
    lake.append_missing(Body, rows(Body, {"pull_city_id": DAVIS, "body_sha256": f"{99:064x}"}), partition=DAVIS)
    for table in (Page, Body):
        drop_old_rows(lake, table, kept_nights=2)
    assert bodies(lake, DAVIS) == [1, 6, 99]
    # Once the city has published and still no page points to it, its run was killed in between.
    put_night(lake, 8)
    assert drop_old_rows(lake, Body, kept_nights=2) == 1
    assert bodies(lake, DAVIS) == [1, 6, 8]
