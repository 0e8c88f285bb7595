"""Intake beside a lake: each interaction once, late rows reopen their day alone, and nothing new writes nothing."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.retention import load_retention
from pulsecity_pipeline.contracts import (
    SIGNAL_TABLES,
    Funnel,
    Interaction,
    InteractionDrop,
    InteractionReject,
    Published,
    Table,
)
from pulsecity_pipeline.contracts.interactions import SIGNAL
from pulsecity_pipeline.interactions.drops import Drop
from pulsecity_pipeline.interactions.hashing import UserKey, require_user_key
from pulsecity_pipeline.interactions.intake import Intake, take_in
from pulsecity_pipeline.interactions.storing import find_imbalance, new_rows, publish_intake, store_intake
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline.store.copying import copy_published
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.maintenance import run_maintenance
from pulsecity_pipeline.store.published import scan_all_published, scan_published
from pulsecity_pipeline.store.rebuild_plan import plan_rebuild
from pulsecity_pipeline_tests.interactions.events import AT, KEY, days, drop, event


def take(lake: Lake, *drops: Drop, is_published: bool = True) -> Intake:
    """A run as the asset makes it."""
    intake = take_in(lake, drops, KEY, received_at=AT)
    assert not find_imbalance(intake)
    assert all(one.passed for table, frame in intake.frames.items() for one in evaluate(frame, table))
    if not intake.is_empty:
        store_intake(lake, intake)
        if is_published:
            publish_intake(lake, intake.days, night=AT.date(), run_id="r", at=AT)
    return intake


def read(lake: Lake, table: type[Interaction] | type[Funnel] | type[InteractionReject] = Interaction) -> pl.DataFrame:
    return scan_published(lake, table, city_id=SIGNAL).collect().sort(table.key)


def files_by_day(lake: Lake) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for file in lake.file_uris(Interaction):
        for day in pl.read_parquet(file)["happened_on"].unique():
            found.setdefault(day, set()).add(file)
    return found


def versions(lake: Lake) -> list[int | None]:
    tables: list[type[Table]] = [*SIGNAL_TABLES, Published]
    return [lake.version(table) for table in tables]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_the_same_again_changes_nothing(lake: Lake) -> None:
    given = drop(*days(20, 21), b"nonsense")
    first = take(lake, given)
    before, rows = versions(lake), read(lake)
    assert new_rows(first) == {
        "drops": 1,
        "skipped": 0,
        "rows": 3,
        "accepted": 2,
        "rejects": 1,
        "repeats": 0,
        "days": 2,
    }
    again = take(lake, given)
    renamed = take(lake, Drop("b.jsonl", given.content))
    assert again.is_empty
    assert renamed.is_empty
    assert new_rows(renamed)["skipped"] == 1
    assert versions(lake) == before
    assert read(lake).equals(rows)


def test_overlapping_drops_bring_what_is_new(lake: Lake) -> None:
    take(lake, drop(*days(20, 21), b"nonsense"))
    second = take(lake, drop(*days(21, 22), b"nonsense", source="b.jsonl"), drop(*days(22), source="c.jsonl"))
    assert new_rows(second) == {
        "drops": 2,
        "skipped": 0,
        "rows": 4,
        "accepted": 1,
        "rejects": 0,
        "repeats": 3,
        "days": 1,
    }
    assert read(lake).group_by("happened_on").len().sort("happened_on")["len"].to_list() == [1, 1, 1]
    assert read(lake, InteractionReject).select("source", "line").rows() == [("a.jsonl", 3)]


def test_in_one_drop_a_row_counts_once(lake: Lake) -> None:
    same = event(properties={"a": "1", "b": "2"})
    turned = event(properties={"b": "2", "a": "1"}, at="2026-08-22T12:00:00+02:00")
    others = [event(properties={"a": "1"}), event("user_43"), event(name="save"), event(at="2026-08-22T10:00:01Z")]
    assert take(lake, drop(same, same, turned, *others)).fresh == 5


def test_a_given_id_is_what_counts(lake: Lake) -> None:
    first = take(lake, drop(event(id="1"), event(id="2"), event("user_43", id="1", at="2026-08-20T10:00:00Z")))
    assert first.fresh == 2
    assert take(lake, drop(event("user_44", id="1"), source="b.jsonl")).fresh == 0


def test_a_late_row_reopens_its_day_alone(lake: Lake) -> None:
    take(lake, drop(*days(20, 21, 22)))
    before, known = files_by_day(lake), read(lake)
    first, funnels = lake.version(Interaction), read(lake, Funnel)
    late = take(lake, drop(event("late_user", at="2026-08-21T23:59:59Z"), source="b.jsonl"))
    after = files_by_day(lake)
    assert late.days == [date(2026, 8, 21)]
    assert lake.version(Interaction) == (first or 0) + 1
    assert {day for day in before if before[day] != after[day]} == {date(2026, 8, 21)}
    assert read(lake).height == known.height + 1
    assert read(lake).join(known, on=known.columns, how="semi", nulls_equal=True).equals(known)
    changed = read(lake, Funnel).join(funnels, on=funnels.columns, how="anti", nulls_equal=True)
    assert changed.select("happened_on", "clicks").rows() == [(date(2026, 8, 21), 2)]


def test_a_killed_run_is_put_right_by_the_next(lake: Lake) -> None:
    take(lake, drop(*days(20)))
    take(lake, drop(*days(20, 21), event("lost_user"), source="lost.jsonl"), is_published=False)
    assert read(lake).height == 1
    take(lake, drop(*days(19), source="c.jsonl"))
    assert read(lake)["happened_on"].sort().to_list() == [date(2026, 8, 19), date(2026, 8, 20)]
    assert lake.scan(Interaction).collect().height == 2
    take(lake, drop(*days(20, 21), event("lost_user"), source="lost.jsonl"))
    assert read(lake).height == 4


def test_rejects_alone_are_published_too(lake: Lake) -> None:
    assert not take(lake, drop(b"nonsense")).days
    assert read(lake, InteractionReject).height == 1
    take(lake, drop(*days(20), source="b.jsonl"))
    assert read(lake, InteractionReject).height == 1
    assert scan_all_published(lake, InteractionDrop).collect().height == 2


def test_everything_published_is_seen(lake: Lake) -> None:
    take(lake, drop(*days(22)))
    take(lake, drop(*days(20), source="b.jsonl"))
    take(lake, drop(*days(21), source="c.jsonl"))
    assert scan_all_published(lake, Interaction).collect()["happened_on"].sort().dt.day().to_list() == [20, 21, 22]
    assert scan_all_published(lake, Interaction, up_to=date(2026, 8, 21)).collect().height == 2


def test_a_rebuilt_lake_takes_them_over(lake: Lake, tmp_path: Path) -> None:
    take(lake, drop(*days(22), b"nonsense"))
    take(lake, drop(*days(20), source="b.jsonl"))
    into = Lake(tmp_path / "rebuilt")
    assert plan_rebuild(lake).nights == []
    copy_published(lake, into, city_ids=[SIGNAL])
    for table in SIGNAL_TABLES:
        ours, theirs = (scan_all_published(one, table).collect().sort(table.key) for one in (lake, into))
        assert ours.height
        assert ours.equals(theirs)


def test_maintenance_keeps_every_day(lake: Lake) -> None:
    for day in (19, 20, 21, 22, 20):
        take(lake, drop(event(f"user_{day}_{lake.version(Interaction)}", at=f"2026-08-{day}T10:00:00Z")))
    rows = read(lake)
    policy = load_retention().without_readers().model_copy(update={"kept_nights": 1})
    done = run_maintenance(lake, policy, now=AT)
    assert done["problem"].drop_nulls().is_empty()
    assert done["dropped_rows"].sum() > 0
    assert rows.height == 5
    assert read(lake).equals(rows)
    assert take(lake, drop(*days(18))).days == [date(2026, 8, 18)]
    assert read(lake).height == 6


def test_without_drops_no_key_is_needed(lake: Lake) -> None:
    assert take_in(lake, [], None, received_at=AT).is_empty


@pytest.mark.parametrize(("environment", "said"), [({}, "is not set"), ({"PULSECITY_USER_KEY": "short"}, "is shorter")])
def test_a_key_that_is_none(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"PULSECITY_USER_KEY {said}"):
        require_user_key(environment)


def test_another_key_is_another_user(lake: Lake) -> None:
    ours = take_in(lake, [drop(*days(20))], KEY, received_at=AT).frames[Interaction]
    theirs = take_in(lake, [drop(*days(20))], UserKey(b"another key"), received_at=AT).frames[Interaction]
    assert set(ours["user_key"]).isdisjoint(theirs["user_key"])
    assert "another key" not in repr(UserKey(b"another key"))


def test_quoted_ids_are_hidden(lake: Lake) -> None:
    users = ("planted_user_7", "plain_user_8")
    rows = [event(user, properties={"page": f"/u/{users[0]}", "event_id": f"evt-{users[0]}"}) for user in users]
    made = take_in(lake, [drop(rows[0])], KEY, received_at=AT).frames[Interaction]
    assert made.select("event_id", "properties").rows() == [("evt-USER", '{"event_id":"evt-USER","page":"/u/USER"}')]
