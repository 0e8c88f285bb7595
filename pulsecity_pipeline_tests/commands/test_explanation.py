"""`explain`: every step of an old id, what the event was and is, and plain words for what is not there."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from pulsecity_pipeline.commands.explanation import explain_id
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline_tests.store.rows import an_id
from pulsecity_pipeline_tests.store.test_current_ids import E, V, build, moved


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = build(tmp_path, [[moved(E[0], E[1]), moved(V[0], V[1])], [moved(E[1], E[2])]], [E[2], E[3], V[1]])
    made.rename(tmp_path / "warehouse.duckdb")
    return Settings(data_dir=tmp_path)


def explain(settings: Settings, any_id: str) -> str:
    console = Console(width=200)
    with console.capture() as shown:
        explain_id(settings, any_id, console)
    return shown.get()


def put(settings: Settings, statement: str, values: list[Any] | None = None) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute(statement, values or [])


def test_every_step_of_an_old_id_is_printed(settings: Settings) -> None:
    lines = explain(settings, E[0]).splitlines()
    assert lines[0] == f"{E[0]} → {E[1]}  2026-08-22  us-ca-davis  {E[0]} into {E[1]}"
    assert lines[1] == f"{E[1]} → {E[2]}  2026-08-23  us-ca-davis  {E[1]} into {E[2]}"
    assert E[2] in lines[2]
    assert any(line.startswith("ledger  2026-08-23  redirect") for line in lines)


def test_an_id_of_today_is_explained_at_once(settings: Settings) -> None:
    assert "→" not in explain(settings, E[3])


def test_an_old_venue_says_which_it_is_now(settings: Settings) -> None:
    shown = explain(settings, V[0]).splitlines()
    assert shown[0].startswith(f"{V[0]} → {V[1]}")
    assert V[1] in shown[1]
    assert "events" in shown[1]


def test_changes_are_told_where_there_are_any(settings: Settings) -> None:
    put(settings, "DROP TABLE IF EXISTS clean.changes")
    assert "change " not in explain(settings, E[3])
    put(
        settings,
        "CREATE TABLE clean.changes AS SELECT ? AS event_id, DATE '2026-08-23' AS night, 'title' AS field, "
        "'Choir' AS old, 'Choir [bold]' AS \"new\", TIMESTAMPTZ '2026-08-23 00:00+00' AS known_at, 'lst_x' AS listing_id",
        [E[3]],
    )
    assert "change  2026-08-23  title: Choir → Choir [bold]  by lst_x" in explain(settings, E[3])


def test_an_archived_event_is_told_as_it_last_stood(settings: Settings) -> None:
    past = an_id("evt", 20)
    put(settings, "DROP TABLE IF EXISTS clean.past_events")
    with pytest.raises(ConfigurationError, match=f"{past}: no such event"):
        explain(settings, past)
    put(
        settings,
        "CREATE TABLE clean.past_events AS SELECT * REPLACE (? AS event_id, 'Old choir' AS title), "
        "DATE '2026-08-23' AS night FROM clean.events WHERE event_id = ?",
        [past, E[3]],
    )
    shown = explain(settings, past)
    assert "Old choir" in shown
    assert "archived on 2026-08-23" in shown


@pytest.mark.parametrize(
    ("any_id", "words"),
    [
        ("art_aaaaaaaaaaaaaaaa", "expected an event or venue id"),
        (an_id("ven", 9), "no such venue"),
        (E[9], "no such event"),
    ],
)
def test_what_is_not_there_is_said(settings: Settings, any_id: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        explain(settings, any_id)
