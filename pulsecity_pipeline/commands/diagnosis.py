"""Diagnosis: what of an installation is misconfigured, missing or stale, as plain findings."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pulsecity_pipeline.commands.diagnosis_files import check_damage, check_orphans
from pulsecity_pipeline.commands.diagnosis_lake import (
    check_feeds,
    check_known,
    check_missing_nights,
    check_stale,
    check_warehouse,
    check_withdrawn,
)
from pulsecity_pipeline.commands.finding import Finding
from pulsecity_pipeline.config.cities import load_all_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import SourceEntry, load_sources
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake, require_writable
from pulsecity_pipeline.store.published import latest_published

#: Looks at a lake in which something is published.
LAKE_CHECKS: tuple[Callable[[Settings, Lake], Iterable[Finding]], ...] = (
    check_stale,
    check_missing_nights,
    check_withdrawn,
    check_known,
    check_feeds,
    check_warehouse,
    check_orphans,
)


def diagnose(settings: Settings) -> list[Finding]:
    """Look at configuration, folders, published nights, feeds and the warehouse; later looks need the earlier ones."""
    found = [*_check_configuration(settings), _check_folder(settings), _check_home(settings)]
    if not all(finding.is_fine for finding in found if finding.subject in ("configuration", "data folder")):
        return found
    lake = Lake(settings.lake_dir)
    if damaged := check_damage(lake):
        return [*found, *damaged]
    if latest_published(lake).is_empty():
        nothing = f"nothing is published yet in {settings.lake_dir}"
        return [*found, Finding("published nights", False, nothing, "run `pulsecity run`")]
    return [*found, *(finding for check in LAKE_CHECKS for finding in check(settings, lake))]


def _check_configuration(settings: Settings) -> Iterator[Finding]:
    try:
        cities, sources = load_all_cities(settings.data_dir), load_sources()
        contact = load_fetch_policy().contact
    except ConfigurationError as error:
        yield Finding("configuration", False, str(error), "mend the file named")
        return
    live = [name for name, entry in sources.items() if entry.is_live]
    message = f"{len(cities)} cities, {len(sources)} sources, live: {', '.join(live) or 'none'}; input {settings.input}"
    yield Finding("configuration", True, message)
    yield from check_live(sources, contact, os.environ)


def check_live(
    sources: Mapping[str, SourceEntry], contact: str | None, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """Whether every source that is enabled can be pulled live; `contact` is what hosts are told."""
    for name, entry in sources.items():
        where = f"source {name}"
        if entry.is_live and (missing := entry.missing_keys(environment)):
            yield Finding(where, False, f"its key {', '.join(missing)} is not set", "set it in the environment")
        if entry.enabled and entry.verified_on is None:
            todo = "try it, then set verified_on in config/sources, or set enabled: false"
            yield Finding(where, False, "enabled, but never verified, so it is not pulled", todo)
        if entry.enabled and entry.consent is False:
            todo = "set consent: true in config/sources once its terms are agreed to, or enabled: false"
            yield Finding(where, False, "enabled, but its consent is false, so it is not pulled", todo)
    if contact is None and any(entry.is_live for entry in sources.values()):
        message = "no contact is set, so every host outside the sandbox is refused"
        yield Finding("live input", False, message, "set contact in config/fetch.yaml")


def _check_folder(settings: Settings) -> Finding:
    try:
        require_writable(settings.data_dir)
    except ConfigurationError as error:
        return Finding("data folder", False, str(error), "set PULSECITY_DATA_DIR to a folder that can be written")
    return Finding("data folder", True, f"{settings.data_dir} is writable")


def _check_home(settings: Settings) -> Finding:
    home = Path(os.environ.get("DAGSTER_HOME", settings.dagster_home))
    if home.is_dir() and not (home / "dagster.yaml").is_file():
        todo = "copy the repository's dagster.yaml there, or unset DAGSTER_HOME and run `pulsecity run`"
        return Finding("Dagster home", False, f"{home} has no dagster.yaml: runs are not queued or kept as meant", todo)
    return Finding("Dagster home", True, f"{home}" + ("" if home.is_dir() else " is made by the first run"))
