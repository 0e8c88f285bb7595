"""Traffic: programs that publish a city night after night, and that read warehouse and lake again and again."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pulsecity_pipeline.city_run.night import NightRequest
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.query import query_lake
from pulsecity_pipeline.store.warehouse import build_warehouse
from pulsecity_pipeline_tests.defs.toy import calendar, entry, write_pages

FIRST_NIGHT = date(2027, 3, 1)
CITIES = {
    "us-ca-davis": "LOCATION:Willow Hall\\, 12 Third St\\, Davis\\, CA 95616",
    "us-ca-sacramento": "LOCATION:Crocker Hall\\, 216 O St\\, Sacramento\\, CA 95814",
}
#: Per city what each of its tables says its night is; in one query, so that all of it is of one moment.
NIGHTS = """
WITH said AS (
  SELECT city_id, 'ops.published' AS name, max(night) AS night FROM ops.published GROUP BY ALL
  UNION ALL SELECT pull_city_id, 'clean.listings', max(last_seen_at)::DATE FROM clean.listings GROUP BY ALL
  UNION ALL SELECT city_id, 'clean.events', max(last_seen_at)::DATE FROM clean.events GROUP BY ALL
  UNION ALL SELECT city_id, 'features.events', max(known_at)::DATE FROM features.events GROUP BY ALL
  UNION ALL SELECT city_id, 'features.city_days', max(known_at)::DATE FROM features.city_days GROUP BY ALL
  UNION ALL SELECT city_id, 'metrics.source_health', max(night) FROM metrics.source_health GROUP BY ALL
  UNION ALL SELECT city_id, 'rankings.events', max(night) FROM rankings.events GROUP BY ALL
)
SELECT city_id, max(night)::VARCHAR AS night, count(*) AS tables, list(name ORDER BY name) FILTER (night <> newest) AS behind
FROM (SELECT *, max(night) OVER (PARTITION BY city_id) AS newest FROM said)
GROUP BY city_id ORDER BY city_id
"""
#: File in the data folder that ends the readers.
STOP = "stop"
#: Tables that `NIGHTS` looks at, of each city.
TABLES_ASKED = 7

Ask = Callable[[Settings], list[tuple[str, str, int, list[str] | None]]]


@dataclass(frozen=True)
class Share:
    """A writer's part: nights counted from `first`, at least `nights` of them, and on for `seconds`."""

    city_id: str
    first: int
    nights: int
    seconds: float
    is_gated: bool


def publish_nights(settings: Settings, share: Share) -> dict[str, object]:
    """One night after another through the job `city` and a close: how many, and what failed."""
    # Imported by writers alone: readers have no use for Dagster.
    from pulsecity_pipeline.defs.executing import run_city, run_close

    count, failures, started, city_id = 0, list[str](), time.monotonic(), share.city_id
    while count < share.nights or time.monotonic() < started + share.seconds:
        night = FIRST_NIGHT + timedelta(days=share.first + count)
        pages = write_night_pages(settings.data_dir / "pages" / city_id / str(night), city_id, night)
        request = NightRequest(settings.data_dir, f"replay:{pages}", settings.seed, night)
        outcome = run_city(city_id, request)
        failures += outcome.problems
        if share.is_gated:
            # Everybody's newest night is looked at, whoever is ahead.
            closed = run_close(NightRequest(settings.data_dir, "sandbox", settings.seed, date(2099, 1, 1)))
            failures += closed.problems
        else:
            build_warehouse(Lake(settings.lake_dir), settings.warehouse_path)
        count += 1
    return {"role": f"writer of {city_id}", "count": count, "failures": failures}


def read_often(settings: Settings, ask: Ask, name: str) -> dict[str, object]:
    """Queries until `STOP` is there: how many, how many different nights they saw, and every failure or mixture."""
    count, failures, seen = 0, list[str](), set[tuple[str, str]]()
    while not count or not (settings.data_dir / STOP).exists():
        try:
            for city_id, night, tables, behind in ask(settings):
                seen.add((city_id, night))
                if behind or tables != TABLES_ASKED:
                    failures.append(f"{city_id} {night}: {tables} tables, behind: {behind}")
        except Exception as error:
            failures.append(f"{type(error).__name__}: {error}")
        count += 1
    return {"role": name, "count": count, "nights_seen": len(seen), "failures": failures}


def ask_warehouse(settings: Settings) -> list[tuple[str, str, int, list[str] | None]]:
    """`NIGHTS` of the warehouse file, opened anew."""
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.sql(NIGHTS).fetchall()


def ask_lake(settings: Settings) -> list[tuple[str, str, int, list[str] | None]]:
    """`NIGHTS` of the lake as published."""
    return query_lake(Lake(settings.lake_dir), NIGHTS).rows()


def write_night_pages(root: Path, city_id: str, night: date) -> Path:
    """A replay folder of one feed: an event on each of the next 30 days; those of one day are the same every night."""
    days = [night + timedelta(days=ahead) for ahead in range(1, 31)]
    entries = [
        entry(f"{day:%j}@{city_id}", f"Evening {day:%j} at the hall", f"{day:%Y%m%d}T190000", CITIES[city_id])
        for day in days
    ]
    return write_pages(root, {f"ics/{city_id}/hall.ics": calendar(*entries)})


def main() -> None:
    """`write CITY`, `read warehouse` or `read lake`; prints one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["write", "read"])
    parser.add_argument("what", choices=[*CITIES, "warehouse", "lake"])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--nights", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--gated", action="store_true")
    given = parser.parse_args()
    settings = load_settings()
    if given.verb == "write":
        prepare_dagster_home(settings)
        share = Share(given.what, given.first, given.nights, given.seconds, given.gated)
        done = publish_nights(settings, share)
    else:
        done = read_often(settings, {"warehouse": ask_warehouse, "lake": ask_lake}[given.what], given.what)
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main()
