"""Broken files of every kind: told in one line that names them, repaired without a half night, restored by a re-run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Body, Event, Published, SourceHealth, Table
from pulsecity_pipeline.store import location
from pulsecity_pipeline.store.damage import find_damage
from pulsecity_pipeline.store.errors import LakeDamaged
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.log_entries import checkpoint_path, entry_path
from pulsecity_pipeline.store.published import scan_published
from pulsecity_pipeline.store.query import query_lake
from pulsecity_pipeline.store.repair import repair_lake
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, ROMA
from pulsecity_pipeline_tests.store.two_nights import (
    CITIES,
    published_nights,
    read_state,
    write_night,
    write_two_nights,
)

BOTH = {(city_id, night) for city_id in CITIES for night in (NIGHT_1, NIGHT_2)}


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def cut_after_the_first_line(path: Path) -> Path:
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def remove(path: Path) -> Path:
    path.unlink()
    return path


def folder(lake: Lake, table: type[Table]) -> str:
    return location.table_uri(lake.root, table)


def newest_entry(lake: Lake, table: type[Table] = Event) -> Path:
    return entry_path(folder(lake, table), lake.version(table) or 0)


def entry_before(lake: Lake) -> Path:
    return entry_path(folder(lake, Event), (lake.version(Event) or 0) - 1)


def data_file(lake: Lake, table: type[Table], city_id: str, night: date | None) -> Path:
    """The file of a city's rows: of one night, or the newest of a table without nights."""
    files = lake.file_uris(table, partitions=[city_id])
    if table.history and night:
        files = [file for file in files if night in pl.read_parquet(file, glob=False)[table.history]]
    return max(map(Path, files), key=lambda path: path.stat().st_mtime_ns)


@dataclass(frozen=True)
class Case:
    """One kind of damage, the file it hits, and the nights it takes with it."""

    name: str
    hit: Callable[[Lake], Path]
    withdrawn: set[tuple[str, date]]


CASES = [
    Case("cut newest entry", lambda lake: cut(newest_entry(lake)), {(ROMA, NIGHT_2)}),
    Case("newest entry cut after a line", lambda lake: cut_after_the_first_line(newest_entry(lake)), {(ROMA, NIGHT_2)}),
    Case("empty newest entry", lambda lake: empty(newest_entry(lake)), {(ROMA, NIGHT_2)}),
    Case("newest entry gone", lambda lake: remove(newest_entry(lake)), {(ROMA, NIGHT_2)}),
    Case("entry before it cut", lambda lake: cut(entry_before(lake)), {(DAVIS, NIGHT_2), (ROMA, NIGHT_2)}),
    Case("entry before it gone", lambda lake: remove(entry_before(lake)), {(DAVIS, NIGHT_2), (ROMA, NIGHT_2)}),
    Case("published: cut entry", lambda lake: cut(newest_entry(lake, Published)), {(ROMA, NIGHT_2)}),
    Case("published: empty entry", lambda lake: empty(newest_entry(lake, Published)), {(ROMA, NIGHT_2)}),
    Case("data file gone", lambda lake: remove(data_file(lake, Event, DAVIS, None)), {(DAVIS, NIGHT_2)}),
    Case("data file cut", lambda lake: cut(data_file(lake, Event, DAVIS, None)), {(DAVIS, NIGHT_2)}),
    Case("data file empty", lambda lake: empty(data_file(lake, Event, DAVIS, None)), {(DAVIS, NIGHT_2)}),
    Case("tonight's history", lambda lake: remove(data_file(lake, SourceHealth, DAVIS, NIGHT_2)), {(DAVIS, NIGHT_2)}),
    Case("an older night", lambda lake: remove(data_file(lake, SourceHealth, DAVIS, NIGHT_1)), {(DAVIS, NIGHT_1)}),
    Case("bodies", lambda lake: remove(data_file(lake, Body, DAVIS, None)), set()),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_damage_is_told_repaired_and_run_again(case: Case, tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    whole = read_state(lake)
    file = case.hit(lake)
    lake = Lake(tmp_path)
    assert str(file) in {damage.file for damage in find_damage(lake)}

    repaired = repair_lake(lake)
    lost = BOTH - published_nights(Lake(tmp_path))
    assert lost == case.withdrawn
    assert {*repaired.withdrawn, *repaired.forgotten} == case.withdrawn
    assert bool(repaired.forgotten) == ("published" in case.name)
    assert find_damage(Lake(tmp_path)) == []
    assert repair_lake(Lake(tmp_path)).withdrawn == ()

    state = read_state(Lake(tmp_path))
    for city_id in CITIES:
        nights = {found[0] for (city, _), found in state.items() if city == city_id}
        assert nights == {NIGHT_1 if (city_id, NIGHT_2) in case.withdrawn else NIGHT_2}
    for city_id, night in sorted(case.withdrawn, key=lambda found: (found[1], found[0])):
        # A state table at the head follows the night that ran last: the newest night is run last.
        for again in (night, NIGHT_2) if night == NIGHT_1 else (night,):
            write_night(Lake(tmp_path), city_id, again)
    if case.name == "bodies":
        write_night(Lake(tmp_path), DAVIS, NIGHT_2)
    assert read_state(Lake(tmp_path)) == whole
    assert published_nights(Lake(tmp_path)) == BOTH


@pytest.mark.parametrize("hit", [cut, empty, cut_after_the_first_line], ids=["cut", "empty", "cut after a line"])
def test_nothing_is_read_from_or_written_over_a_broken_entry(hit: Callable[[Path], Path], tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    file = hit(newest_entry(lake))
    for attempt in (
        lambda: Lake(tmp_path).scan(Event),
        lambda: scan_published(Lake(tmp_path), Event, city_id=ROMA),
        lambda: query_lake(Lake(tmp_path), "FROM clean.events"),
        lambda: write_night(Lake(tmp_path), ROMA, NIGHT_2),
    ):
        with pytest.raises(LakeDamaged) as raised:
            attempt()
        line = str(raised.value)
        assert line.startswith("clean.events: ")
        assert str(file) in line
        assert "pulsecity repair" in line
        assert "\n" not in line


def test_a_missing_data_file_names_its_city_and_leaves_the_others_readable(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    file = remove(data_file(lake, Event, DAVIS, None))
    with pytest.raises(LakeDamaged, match=f"clean.events: {DAVIS}: {file} is missing: run `pulsecity repair`"):
        scan_published(lake, Event, city_id=DAVIS)
    assert scan_published(lake, Event, city_id=ROMA).collect().height == 3
    write_night(lake, ROMA, NIGHT_2)


def test_history_cannot_be_written_over_a_missing_file_and_says_which(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    file = remove(data_file(lake, SourceHealth, DAVIS, NIGHT_2))
    rows = lake.scan(SourceHealth, partitions=[ROMA]).collect().with_columns(city_id=pl.lit(DAVIS)).head(1)
    night = rows.item(0, "night")
    if night != NIGHT_2:
        rows = rows.with_columns(night=pl.lit(NIGHT_2))
    with pytest.raises(LakeDamaged, match=f"metrics.source_health: {DAVIS}: {file} is missing"):
        lake.replace(SourceHealth, rows, partition=DAVIS, night=NIGHT_2)


def test_a_published_number_is_never_given_to_another_commit(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    file = remove(newest_entry(lake))
    with pytest.raises(LakeDamaged, match=f"{file} is missing, and version 4 is published"):
        write_night(Lake(tmp_path), DAVIS, NIGHT_2)


def write_checkpoint(lake: Lake) -> Path:
    head = lake.open(Event)
    assert head is not None
    head.create_checkpoint()
    return checkpoint_path(folder(lake, Event), head.version())


@pytest.mark.parametrize("hit", [cut, empty, remove], ids=["cut", "empty", "gone"])
def test_a_broken_checkpoint_costs_nothing_once_it_is_set_aside(hit: Callable[[Path], Path], tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    whole = read_state(lake)
    hit(write_checkpoint(lake))
    with pytest.raises(LakeDamaged, match="checkpoint"):
        Lake(tmp_path).open(Event)
    repaired = repair_lake(Lake(tmp_path))
    assert repaired.withdrawn == ()
    assert repaired.set_aside
    assert read_state(Lake(tmp_path)) == whole
    write_night(Lake(tmp_path), ROMA, NIGHT_2)


@pytest.mark.parametrize("content", [b"", b'{"version":'])
def test_a_broken_hint_at_the_last_checkpoint_does_not_matter(content: bytes, tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    whole = read_state(lake)
    write_checkpoint(lake).with_name("_last_checkpoint").write_bytes(content)
    assert find_damage(Lake(tmp_path)) == []
    assert read_state(Lake(tmp_path)) == whole


def test_a_hint_at_a_checkpoint_that_is_not_there_is_set_aside(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    whole = read_state(lake)
    hint = write_checkpoint(lake).with_name("_last_checkpoint")
    hint.write_text('{"version":1,"size":3}')
    assert str(hint) in {damage.file for damage in find_damage(Lake(tmp_path))}
    assert repair_lake(Lake(tmp_path)).set_aside == (str(hint),)
    assert read_state(Lake(tmp_path)) == whole


def test_a_log_that_is_gone_is_damage_and_not_an_empty_table(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    for path in Path(folder(lake, Event), "_delta_log").iterdir():
        path.unlink()
    with pytest.raises(LakeDamaged, match=r"clean\.events: .* is missing, and with it version"):
        scan_published(Lake(tmp_path), Event, city_id=DAVIS)
    with pytest.raises(LakeDamaged):
        write_night(Lake(tmp_path), DAVIS, NIGHT_2)
    assert set(repair_lake(Lake(tmp_path)).withdrawn) == BOTH
    write_night(Lake(tmp_path), DAVIS, NIGHT_1)


def test_an_untouched_lake_is_left_alone(tmp_path: Path) -> None:
    lake = write_two_nights(tmp_path)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert find_damage(lake) == []
    done = repair_lake(lake)
    assert (done.withdrawn, done.set_aside, done.dropped) == ((), (), ())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == files
