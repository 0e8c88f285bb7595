"""The schedule asks for each city once a date, through daylight saving and missed ticks; the close follows."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.defs.nightly import city_request, close_after_cities, due_cities, due_shared, nightly
from pulsecity_pipeline.defs.resources import LakeResource, PagesResource
from pulsecity_pipeline_tests.defs.toy import CITY, run_job, toy_pages


@pytest.mark.parametrize(
    ("city_id", "first", "nights"),
    [
        ("gb-london", datetime(2027, 3, 27, tzinfo=UTC), 3),
        ("gb-london", datetime(2027, 10, 30, tzinfo=UTC), 3),
        ("us-ny-new-york-city", datetime(2027, 3, 13, tzinfo=UTC), 3),
        ("au-sydney", datetime(2027, 4, 3, tzinfo=UTC), 3),
    ],
)
def test_one_run_key_a_date(city_id: str, first: datetime, nights: int) -> None:
    city = {city_id: load_cities()[city_id]}
    ticks = [first + timedelta(minutes=30 * tick) for tick in range(48 * nights)]
    keys = {city_request(*due).run_key for now in ticks for due in due_cities(now, city)}
    dates = {key.split(":")[1] for key in keys if key}
    assert len(keys) == len(dates) >= nights


def test_what_is_shared_is_due_before_any_city_of_its_date() -> None:
    cities = load_cities()
    seen: set[date] = set()
    for tick in range(48 * 3):
        now = datetime(2027, 3, 26, tzinfo=UTC) + timedelta(minutes=30 * tick)
        if (shared_on := due_shared(now)) is not None:
            seen.add(shared_on)
        if tick >= 48:
            assert {night for _, night in due_cities(now, cities)} <= seen
    assert len(seen) in (3, 4)


def test_missed_ticks_are_caught_up() -> None:
    city = {"us-tx-austin": load_cities()["us-tx-austin"]}
    late = datetime(2027, 6, 1, 16, 0, tzinfo=UTC)
    assert list(due_cities(late, city)) == [("us-tx-austin", date(2027, 6, 1))]
    assert not list(due_cities(datetime(2027, 6, 1, 6, 0, tzinfo=UTC), city))


def test_the_schedule_requests_the_cities_that_have_an_input(tmp_path: Path) -> None:
    pages = toy_pages(tmp_path / "pages")
    resources = {"lake": LakeResource(data_dir=str(tmp_path)), "pages": PagesResource(mode=f"replay:{pages}")}
    due = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)  # 02:30 in Davis
    repository = defs.get_repository_def()

    def evaluate(now: datetime) -> Any:
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_schedule_context(
                instance, scheduled_execution_time=now, resources=resources, repository_def=repository
            )
            return nightly.evaluate_tick(context)

    requested = list(evaluate(due).run_requests or [])
    skipped = evaluate(due - timedelta(hours=1))
    assert [(request.run_key, request.partition_key) for request in requested] == [("us-ca-davis:2027-03-01", CITY)]
    assert not skipped.run_requests
    assert "window" in (skipped.skip_message or "")


def test_the_close_follows_the_cities_and_every_rerun(tmp_path: Path) -> None:
    pages, data = toy_pages(tmp_path / "pages"), tmp_path / "data"
    resources = {"lake": LakeResource(data_dir=str(data))}

    def evaluate(instance: dg.DagsterInstance) -> list[dg.RunRequest]:
        context = dg.build_sensor_context(instance, resources=resources, definitions=defs)
        return list(close_after_cities.evaluate_tick(context).run_requests or [])

    with dg.DagsterInstance.ephemeral() as instance:
        assert evaluate(instance) == []
        assert run_job("city", data, pages, instance=instance).success
        placeless = evaluate(instance)
        assert [request.partition_key for request in placeless] == ["online", "elsewhere"]
        for request in placeless:
            tags = {"dagster/run_key": request.run_key or ""}
            assert run_job("city", data, pages, city=request.partition_key or "", instance=instance, tags=tags).success
        (close,) = evaluate(instance)
        assert (close.job_name, (close.run_key or "").split(":")[0]) == ("close", "close")
        assert run_job("city", data, pages, instance=instance).success
        assert [request.partition_key for request in evaluate(instance)] == ["online", "elsewhere"]
