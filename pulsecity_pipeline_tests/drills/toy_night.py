"""The toy city's night as a program: the real city job on the real instance, then the warehouse."""

import argparse
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest import mock

from pulsecity_pipeline.city_run.night import NightRequest
from pulsecity_pipeline.commands.dagster_home import prepare_dagster_home
from pulsecity_pipeline.settings import Settings, load_settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.defs.toy import CITY, calendar, entry, toy_pages, write_pages
from pulsecity_pipeline_tests.drills.nights import SANDBOX_NIGHTS, Input

#: What the second night's feed says: one entry new, one moved, one gone.
CHANGED = calendar(
    entry("x1", "Spring Choir Recital with Nora Quill", "20270305T193000", "LOCATION:Willow Hall\\, Davis\\, CA 95616"),
    entry("x9", "Lantern Parade", "20270312T180000", "LOCATION:G Street\\, Davis\\, CA"),
)


def write_toy_nights(root: Path) -> Path:
    """Dated folders of the toy city, one per night."""
    for night in SANDBOX_NIGHTS:
        toy_pages(root / str(night))
    write_pages(root / str(SANDBOX_NIGHTS[1]), {f"ics/{CITY}/downtown.ics": CHANGED})
    return root


def run_toy_night(settings: Settings, pages: Path, night: date) -> None:
    """The city, and the warehouse; the gate is left out, for it loads longer than all the rest takes."""
    from pulsecity_pipeline.defs.executing import run_city
    from pulsecity_pipeline.store.warehouse import build_warehouse

    request = NightRequest(settings.data_dir, f"replay:{pages}", settings.seed, night)
    outcome = run_city(CITY, request)
    if not outcome.is_published:
        raise SystemExit(f"{CITY}: {outcome.problems}")
    build_warehouse(Lake(settings.lake_dir), settings.warehouse_path, up_to=night)


@dataclass(frozen=True)
class ToyInput(Input):
    """The toy city: a process of its own to be killed, and this process for what runs to its end."""

    pages: Path

    def run(self, data_dir: Path, night: date, log: Path) -> None:
        settings = Settings(data_dir=data_dir)
        with mock.patch.dict(os.environ, {"DAGSTER_HOME": str(settings.dagster_home)}):
            prepare_dagster_home(settings)
            run_toy_night(settings, self.pages, night)


def toy_input(root: Path) -> ToyInput:
    """The toy city's two nights, its pages written below `root`."""
    pages = write_toy_nights(root)
    return ToyInput("toy", __spec__.name, ("--pages", str(pages)), SANDBOX_NIGHTS, pages)


def main() -> None:
    """`--pages DIR --as-of DATE`, the data folder from the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    given = parser.parse_args()
    settings = load_settings()
    prepare_dagster_home(settings)
    run_toy_night(settings, given.pages, given.as_of)


if __name__ == "__main__":
    main()
