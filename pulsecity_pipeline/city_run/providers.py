"""Providers of enrichment: which are asked, why the others are not, and the client that carries their keys."""

from collections.abc import Mapping
from pathlib import Path

from pulsecity_pipeline.config.enrichment import ProviderEntry
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import list_credentials
from pulsecity_pipeline.fetch.policy import load_fetch_policy


def choose_providers(
    entries: Mapping[str, ProviderEntry], environment: Mapping[str, str], *, is_fictional: bool
) -> tuple[dict[str, ProviderEntry], dict[str, str]]:
    """(providers to ask, of those that are on but not asked: why). Nobody is asked about a fictional world."""
    chosen: dict[str, ProviderEntry] = {}
    left: dict[str, str] = {}
    for name, entry in entries.items():
        if not entry.is_on:
            continue
        if missing := entry.missing_keys(environment):
            left[name] = f"{', '.join(missing)} is not set"
        elif is_fictional and not entry.is_local:
            left[name] = "the input is the sandbox, whose world is fictional"
        else:
            chosen[name] = entry
    return chosen, left


def open_providers(
    entries: Mapping[str, ProviderEntry],
    environment: Mapping[str, str],
    state_dir: Path,
    routes: Mapping[str, str] | None = None,
) -> PoliteClient:
    """A client that asks these providers; budgets in `state_dir` are shared with all other clients."""
    credentials = list_credentials((key for entry in entries.values() for key in entry.keys), environment)
    return PoliteClient(load_fetch_policy(), state_dir, routes=routes, credentials=credentials)
