"""The comparison of two runs sees a lost row, a doubled one, another value, and a night that is not whole."""

from pathlib import Path

import polars as pl

from pulsecity_pipeline.contracts import Event
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.drills.states import compare_states, read_published
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_2, publish
from pulsecity_pipeline_tests.store.two_nights import TABLES, write_two_nights


def change_events(data_dir: Path, changed: pl.DataFrame) -> list[str]:
    """Differences after the events of one city have been replaced by these and published."""
    before = read_published(data_dir)
    lake = Lake(data_dir / "lake")
    lake.replace(Event, changed, partition=DAVIS)
    publish(lake, DAVIS, NIGHT_2, *TABLES)
    return compare_states(read_published(data_dir), before)


def test_what_differs_is_named(tmp_path: Path) -> None:
    events = write_two_nights(tmp_path / "lake").scan(Event, partitions=[DAVIS]).collect()
    assert change_events(tmp_path, events) == []
    lost = change_events(tmp_path, events.head(2))
    assert lost == [f"{DAVIS}: clean.events: 2 rows for 3, 0 doubled"]
    doubled = change_events(tmp_path, pl.concat([events.head(1), events.head(1)]))
    assert doubled == [f"{DAVIS}: clean.events: 2 rows for 2, 1 doubled"]
    other = change_events(tmp_path, events.head(2).with_columns(title=pl.lit("Renamed")))
    assert f"{DAVIS}: clean.events: the same number of rows, other values" in other
    assert compare_states(read_published(tmp_path), {}) == [
        f"{city}: in one of the two only" for city in ("it-roma", DAVIS)
    ]
