"""Every publisher's own feed over real HTTP: the server, its dialects, the polite client and the adapters."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.sandbox.dialects import confs_tech, developers_events
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.serving.keys import list_key_parts, make_source_keys
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Site
from pulsecity_pipeline.sandbox.serving.server import SandboxServer
from pulsecity_pipeline.sources.protocol import Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, make_listings, publish

FEEDS = ("ics", "jsonld", "legistar", "opendatasoft", "pages", "rss", "socrata", "tribe", "xcal")
KEYS = make_source_keys(load_sources())


def load_listings(site: Site) -> pl.DataFrame:
    zones = (pl.lit(site.timezone).alias(name) for name in ("timezone", "stated_timezone"))
    return publish(make_listings(60).with_columns(zones), DIALECTS[site.source], feed=site.feed)  # type: ignore[arg-type]


def pull(sites: Sequence[Site], folder: Path, *, keys: bool = True) -> dict[tuple[str, str], tuple[int, str | None]]:
    """(source, feed) → how many rows came, and the first reason why not all did."""
    quick = load_fetch_policy().model_copy(update={"retry_wait_initial_s": 0.01, "retry_jitter_s": 0.0})
    credentials = [Credential(*parts) for parts in list_key_parts(KEYS)] if keys else []
    found: dict[tuple[str, str], tuple[int, str | None]] = {}
    with SandboxServer(sites, load_listings, night=NIGHT, keys=KEYS) as server:
        routes = {SANDBOX_HOST_SUFFIX: f"127.0.0.1:{server.port}"}
        with PoliteClient(quick, folder, routes=routes, credentials=credentials) as client:
            for site in sites:
                count, reason = 0, None
                for page in SOURCES[site.source].fetch(client, [site.as_feed()], {}):
                    split = SOURCES[site.source].split(page.answer.body or b"")
                    result = SOURCES[site.source].read(split, Window.around(NIGHT))
                    count += len(result.rows) + len(result.expansions)
                    faults = [*split.faults, *result.faults]
                    reason = reason or page.answer.reason or (faults[0].rule if faults else None)
                found[site.source, site.feed] = (count, reason)
    return found


@pytest.mark.parametrize("city_id", ["us-ny-new-york-city", "fr-paris"])
def test_all_feeds_of_a_city(city_id: str, tmp_path: Path) -> None:
    sites = [
        site
        for name in FEEDS
        for site in DIALECTS[name].list_sites(load_cities()[city_id], seed=7, night=NIGHT, size=1.0)
    ]
    found = pull(sites, tmp_path)
    assert Counter(site.source for site in sites)["ics"] in range(16, 21)
    broken = {(site.source, site.feed): site.fault for site in sites if site.fault}
    told = {fault: found[name][1] or "" for name, fault in broken.items()}
    assert told.keys() == {"dead", "empty", "gone", "html", "truncated"}
    assert [told[fault].partition(" (")[0] for fault in ("dead", "gone")] == [
        "HTTP 500 Internal Server Error",
        "HTTP 404 Not Found",
    ]
    assert [told[fault] for fault in ("empty", "html", "truncated")] == [
        "empty_body",
        "not_a_calendar",
        "missing_calendar_end",
    ]
    sound = {name: counted for name, counted in found.items() if name not in broken}
    refused = {reason for _, reason in sound.values()} - {None, "missing_title", "missing_start"}
    assert refused == set()
    counts = {name: count for name, (count, _) in sound.items() if name[0] != "socrata"}
    assert min(counts.values()) >= 57


def test_shared_lists(tmp_path: Path) -> None:
    sites = [
        *[
            site
            for site in confs_tech.list_shared_sites(seed=7, night=NIGHT)
            if "python" in site.feed or "elm" in site.feed
        ],
        *developers_events.list_shared_sites(seed=7, night=NIGHT),
    ]
    found = pull(sites, tmp_path)
    files = {feed: reason for (source, feed), (_, reason) in found.items() if source == "confs_tech"}
    assert {feed for feed, reason in files.items() if reason} == {site.feed for site in sites if site.fault == "gone"}
    assert found["developers_events", "all_events"][0] > 50


def test_a_city_without_keys_still_has_what_needs_none(tmp_path: Path) -> None:
    sites = [
        site
        for name in ("legistar", "tribe")
        for site in DIALECTS[name].list_sites(load_cities()["us-co-denver"], seed=7, night=NIGHT, size=1.0)
    ]
    assert {count for count, _ in pull(sites, tmp_path, keys=False).values()} == {60}
