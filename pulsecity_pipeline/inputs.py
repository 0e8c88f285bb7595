"""The inputs (sandbox, replay, lake, live) behind one interface: which feeds a city has, and how to get their pages."""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

from pulsecity_pipeline.config.cities import SHARED, City
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import FeedEntry, SourceEntry
from pulsecity_pipeline.contracts import Page
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import Credential, list_credentials
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.fetch.replay import (
    ReplayClient,
    check_replay_folder,
    discover_cities,
    discover_nights,
    list_feeds,
)
from pulsecity_pipeline.fetch.replay_folder import ALL_CITIES
from pulsecity_pipeline.sandbox.night import DEFAULT_SANDBOX_CITIES, SandboxNight
from pulsecity_pipeline.sandbox.serving.keys import list_key_parts
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage
from pulsecity_pipeline.store.kept_pages import list_kept_feeds, read_kept_pages
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import published_nights

logger = logging.getLogger(__name__)


class PageInput(Protocol):
    """Where pages come from in one night."""

    @property
    def default_cities(self) -> list[str]:
        """Cities a run covers when none is named."""
        ...

    def feeds(self, city_id: str, source: str) -> list[Feed]: ...


class AskedInput(PageInput, Protocol):
    """Pages that a source asks for, feed by feed."""

    def open_client(self, city_id: str) -> AbstractContextManager[Client]: ...


@runtime_checkable
class KeptInput(PageInput, Protocol):
    """Pages that are there already."""

    def read_pages(self, city_id: str, source: str) -> list[FetchedPage]: ...


@dataclass(frozen=True)
class ReplayInput:
    """Saved pages of one night."""

    root: Path
    night: date | None
    default_cities: list[str]
    max_body_bytes: int

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        return list_feeds(self.root, self.night, source, _folder_of(city_id))

    def read_pages(self, city_id: str, source: str) -> list[FetchedPage]:
        """All saved pages of a source, each by itself; nothing is asked for."""
        client = ReplayClient(self.root, self.night, self.max_body_bytes, city_id=_folder_of(city_id))
        return [FetchedPage(feed, client.get(feed.url)) for feed in self.feeds(city_id, source)]


@dataclass(frozen=True)
class SandboxInput:
    """The fictional world, served over loopback HTTP for as long as a client is open."""

    fiction: SandboxNight
    state_dir: Path
    default_cities: list[str]

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        return [site.as_feed() for site in self.fiction.sites(city_id) if site.source == source]

    @contextmanager
    def open_client(self, city_id: str) -> Iterator[Client]:
        with self.fiction.serve([city_id]) as server:
            routes = {SANDBOX_HOST_SUFFIX: f"127.0.0.1:{server.port}"}
            # Its dead feeds are dead for ever: long waits between tries would teach nobody anything.
            policy = load_fetch_policy().model_copy(update={"retry_wait_initial_s": 0.1, "retry_jitter_s": 0.1})
            credentials = [Credential(*parts) for parts in list_key_parts(self.fiction.keys())]
            with PoliteClient(policy, self.state_dir, routes=routes, credentials=credentials) as client:
                yield client


@dataclass(frozen=True)
class LakeInput:
    """What a lake keeps of one night's pull: answers as they were received, whatever a source would ask for today."""

    lake: Lake
    night: date

    @property
    def default_cities(self) -> list[str]:
        """Cities whose pages of that night are kept and were published."""
        nights = _lake_nights(self.lake)
        return nights.filter(pl.col("night") == self.night, pl.col("city_id") != SHARED)["city_id"].to_list()

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        return list_kept_feeds(self.lake, city_id=city_id, source=source, night=self.night)

    def read_pages(self, city_id: str, source: str) -> list[FetchedPage]:
        """All pages of a source, also where a feed has several; nothing is asked for."""
        return read_kept_pages(self.lake, city_id=city_id, source=source, night=self.night)


@dataclass(frozen=True)
class LiveInput:
    """The real sources that configuration enables and whose keys are set."""

    sources: Mapping[str, SourceEntry]
    cities: Mapping[str, City]
    night: date
    credentials: tuple[Credential, ...]
    state_dir: Path
    default_cities: list[str]

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        entry = self.sources.get(source)
        if entry is None or entry.is_shared != (city_id == SHARED):
            return []
        entries = entry.list_feeds(self.cities.get(city_id), city_id, self.night)
        return [Feed(source, feed.name, feed.url) for feed in entries]

    def open_client(self, city_id: str) -> AbstractContextManager[Client]:
        return PoliteClient(load_fetch_policy(), self.state_dir, credentials=self.credentials)


def open_input(
    mode: str,
    *,
    night: date,
    seed: int,
    data_dir: Path,
    cities: Mapping[str, City],
    sources: Mapping[str, SourceEntry],
    sandbox_scale: float = 0.5,
) -> AskedInput | KeptInput:
    """The input of `mode` (`sandbox`, `replay:DIR`, `lake:DIR`, `live`) on a night. Raises ConfigurationError.

    `seed` and `sandbox_scale` are the fiction's: which world, and how much of it there is.
    """
    state_dir = data_dir / "fetch"
    if mode == "sandbox":
        fiction = SandboxNight(cities, seed=seed, night=night, scale=sandbox_scale)
        return SandboxInput(fiction, state_dir, list(DEFAULT_SANDBOX_CITIES))
    if mode == "live":
        return _open_live(sources, cities, night, state_dir, os.environ)
    if mode.startswith("lake:"):
        return _open_lake(Path(mode.removeprefix("lake:")), night, data_dir)
    root = Path(mode.removeprefix("replay:"))
    check_replay_folder(root, cities.keys(), sources.keys())
    folder = choose_night_folder(root, night)
    refuse_shared_pages(root, folder, sources)
    return ReplayInput(root, folder, discover_cities(root, folder), load_fetch_policy().max_body_bytes)


def choose_night_folder(root: Path, night: date) -> date | None:
    """The folder of that night, or None where folders carry no dates. Raises ConfigurationError if it is missing."""
    nights = discover_nights(root)
    if nights == [None] or night in nights:
        return night if night in nights else None
    raise ConfigurationError(f"{root}: no folder for night {night}: expected one of {nights[0]} … {nights[-1]}")


def refuse_shared_pages(root: Path, night: date | None, sources: Mapping[str, SourceEntry]) -> None:
    """Raises ConfigurationError for pages in `_all` of a source that is pulled city by city: nobody would read them."""
    own = [name for name, entry in sources.items() if not entry.is_shared]
    lost = [name for name in own if list_feeds(root, night, name, ALL_CITIES)]
    if lost:
        raise ConfigurationError(f"{root}: {lost[0]}/_all: {lost[0]} is pulled city by city: expected a city's folder")


def has_shared_feeds(pages: PageInput, sources: Iterable[str]) -> bool:
    """Whether there is anything to pull before the first city."""
    return any(pages.feeds(SHARED, name) for name in sources)


def _folder_of(city_id: str) -> str:
    return ALL_CITIES if city_id == SHARED else city_id


def dated_nights(mode: str) -> list[date]:
    """The nights that a dated replay folder, or a lake, holds, in order; empty for every other input."""
    kind, _, folder = mode.partition(":")
    if kind == "lake":
        return _lake_nights(Lake(Path(folder) / "lake"))["night"].unique().sort().to_list()
    if kind != "replay" or not Path(folder).is_dir():
        return []
    return [night for night in discover_nights(Path(folder)) if night is not None]


def replay_cities(mode: str) -> list[str]:
    """The city folders of all nights of a replay, sorted; empty for every other input."""
    root = Path(mode.removeprefix("replay:"))
    if not mode.startswith("replay:") or not root.is_dir():
        return []
    return sorted({city_id for night in discover_nights(root) for city_id in discover_cities(root, night)})


def _open_lake(root: Path, night: date, data_dir: Path) -> LakeInput:
    if root.resolve() == data_dir.resolve():
        raise ConfigurationError(f"lake:{root}: is the data folder itself: expected another data folder")
    lake = Lake(root / "lake")
    if lake.version(Page) is None:
        raise ConfigurationError(f"lake:{root}: no pages in {root / 'lake'}: expected a data folder with a lake")
    return LakeInput(lake, night)


def _lake_nights(lake: Lake) -> pl.DataFrame:
    """night, city_id of every pull that is kept and was published, sorted."""
    pulled = lake.scan(Page).select("night", city_id="pull_city_id").unique().collect()
    return pulled.join(published_nights(lake), on=["night", "city_id"], how="semi").sort("night", "city_id")


def _open_live(
    sources: Mapping[str, SourceEntry],
    cities: Mapping[str, City],
    night: date,
    state_dir: Path,
    environment: Mapping[str, str],
) -> LiveInput:
    """A live source without its key is off, and told so. Raises ConfigurationError if none is left."""
    enabled = {name: entry for name, entry in sources.items() if entry.is_live}
    for name, entry in enabled.items():
        if missing := entry.missing_keys(environment):
            logger.warning("source %s is not pulled: %s is not set", name, ", ".join(missing))
    live = {name: entry for name, entry in enabled.items() if not entry.missing_keys(environment)}
    fed = {
        city_id for entry in live.values() for city_id, city in cities.items() if entry.list_feeds(city, city_id, night)
    }
    is_shared = any(entry.is_shared and entry.feeds.get(SHARED) for entry in live.values())
    if not fed and not is_shared:
        raise ConfigurationError(
            "config/sources: field enabled: no live source is enabled with feeds and keys: "
            "set enabled and verified_on, or run --from sandbox"
        )
    keys = (key for entry in live.values() for key in entry.keys)
    return LiveInput(live, cities, night, tuple(list_credentials(keys, environment)), state_dir, sorted(fed))


def open_source(
    name: str,
    entry: SourceEntry,
    *,
    url: str | None,
    night: date,
    data_dir: Path,
    cities: Mapping[str, City],
    environment: Mapping[str, str],
) -> LiveInput:
    """One source live, enabled or not, its city_feed of every city; with `url` that address alone is its feed.

    Raises ConfigurationError where its terms ask for a consent that is not given, or a key is not set.
    """
    if entry.consent is False:
        raise ConfigurationError(f"config/sources/{name}.yaml: field consent: its terms ask for it: expected true")
    if missing := entry.missing_keys(environment):
        raise ConfigurationError(f"source {name}: {', '.join(missing)} is not set: expected its key in the environment")
    if entry.city_feed is not None:
        entry = entry.model_copy(update={"city_feed": entry.city_feed.model_copy(update={"cities": ["all"]})})
    if url is not None:
        feed = FeedEntry(name="tried", url=url)
        places = (*cities, SHARED)
        entry = entry.model_copy(update={"city_feed": None, "feeds": {place: [feed] for place in places}})
    credentials = tuple(list_credentials(entry.keys, environment))
    return LiveInput({name: entry}, cities, night, credentials, data_dir / "fetch", [])
