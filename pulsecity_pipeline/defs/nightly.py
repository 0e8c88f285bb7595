"""Nightly: which runs are due, city by city in local time, and the close once all of them are published."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl

from pulsecity_pipeline.config.cities import PLACELESS, SHARED, City
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts.signals import SIGNALS
from pulsecity_pipeline.defs.jobs import city, close, take_interactions, take_promotion
from pulsecity_pipeline.defs.resources import LakeResource, PagesResource
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.inputs import PageInput, has_shared_feeds
from pulsecity_pipeline.store.published import latest_published

#: A city is due from 02:00 until noon of its own wall clock: late enough for missed ticks, and the run key keeps it to
#: one run a date, also in nights that have 02:00 twice or not at all.
WINDOW = (time(2), time(12))
_FIRST_ZONE = "Pacific/Kiritimati"


def due_cities(now: datetime, cities: Mapping[str, City]) -> Iterator[tuple[str, date]]:
    """(city id, local date) of every city whose local time lies in the window."""
    for city_id, entry in cities.items():
        local = now.astimezone(ZoneInfo(entry.timezone))
        if WINDOW[0] <= local.time() < WINDOW[1]:
            yield city_id, local.date()


def due_shared(now: datetime) -> date | None:
    """The date for which `shared` is due: by the first clock on earth, so that it is before any city of that date."""
    local = now.astimezone(ZoneInfo(_FIRST_ZONE))
    return local.date() if WINDOW[0] <= local.time() < WINDOW[1] else None


def city_request(city_id: str, night: date) -> dg.RunRequest:
    """The run of one city's night; its key makes it happen once."""
    return dg.RunRequest(run_key=f"{city_id}:{night}", partition_key=city_id, run_config=night_config(night))


def night_config(night: date) -> dict[str, object]:
    """The part of a run's configuration that says which night it is."""
    return {"resources": {"clock": {"config": {"as_of": night.isoformat()}}}}


@dg.schedule(job=city, cron_schedule="*/30 * * * *", default_status=dg.DefaultScheduleStatus.STOPPED)
def nightly(
    context: dg.ScheduleEvaluationContext, lake: LakeResource, pages: PagesResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Every 30 minutes: request each city that is due and has an input."""
    now = context.scheduled_execution_time
    cities = lake.cities()
    due = list(due_cities(now, cities))
    if (shared_on := due_shared(now)) is not None:
        due.insert(0, (SHARED, shared_on))
    wanted = {city_id for night in {night for _, night in due} for city_id in _list_fed(pages.open(lake, night))}
    requests = [city_request(city_id, night) for city_id, night in due if city_id in wanted]
    yield from requests
    if not requests:
        yield dg.SkipReason("no city is in its window from 02:00")


def _list_fed(pages: PageInput) -> list[str]:
    return [*([SHARED] if has_shared_feeds(pages, load_sources()) else []), *pages.default_cities]


#: Every 30 minutes; a run without anything new writes nothing.
half_hourly = dg.ScheduleDefinition(
    name="interactions",
    job=take_interactions,
    cron_schedule="*/30 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
)


#: Once a day, when the day before is over everywhere.
daily_promotion = dg.ScheduleDefinition(
    name="promotion_daily",
    job=take_promotion,
    cron_schedule="0 13 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
)


@dg.sensor(jobs=[city, close], minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.STOPPED)
def close_after_cities(
    context: dg.SensorEvaluationContext, lake: LakeResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """When no city is running and something new is published: `online` and `elsewhere`, and then the close."""
    going = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    active = context.instance.get_runs_count(dg.RunsFilter(job_name="city", statuses=going))
    cities = latest_published(lake.open()).filter(~pl.col("city_id").is_in([*PLACELESS, *SIGNALS]))
    night = cities["night"].max()
    if active or not isinstance(night, date):
        yield dg.SkipReason(f"{active} city runs are still going" if active else "no city is published yet")
        return
    newest = cities.select("city_id", "night", "run_id").unique().sort("city_id")
    state = hash_id("run", *(":".join(map(str, row)) for row in newest.iter_rows()))
    placeless = [
        dg.RunRequest(f"{place}:{state}", night_config(night), job_name="city", partition_key=place)
        for place in PLACELESS
    ]
    done = _finished(context.instance, [request.run_key or "" for request in placeless])
    yield from [dg.RunRequest(f"close:{state}", night_config(night), job_name="close")] if done else placeless


def _finished(instance: dg.DagsterInstance, run_keys: list[str]) -> bool:
    """True once a run of every key has ended."""
    ended = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
    return all(
        instance.get_runs_count(dg.RunsFilter(tags={"dagster/run_key": key}, statuses=list(ended))) for key in run_keys
    )
