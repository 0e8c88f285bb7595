"""The three inputs (sandbox, replay, live) behind one interface: which feeds a city has, and a client to get them."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.sources import SourceEntry
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.fetch.replay import (
    ReplayClient,
    check_replay_folder,
    discover_cities,
    discover_nights,
    list_feeds,
)
from pulsecity_pipeline.sandbox.catalog import DEFAULT_SANDBOX_CITIES, SANDBOX_HOST_SUFFIX, list_sandbox_feeds
from pulsecity_pipeline.sandbox.server import SandboxServer
from pulsecity_pipeline.sources.protocol import Client, Feed


class PageInput(Protocol):
    """Where pages come from in one night."""

    @property
    def default_cities(self) -> list[str]:
        """Cities a run covers when none is named."""
        ...

    def feeds(self, city_id: str, source: str) -> list[Feed]: ...

    def open_client(self, city_id: str) -> AbstractContextManager[Client]: ...


@dataclass(frozen=True)
class ReplayInput:
    """Saved pages of one night."""

    root: Path
    night: date | None
    default_cities: list[str]
    max_body_bytes: int

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        return list_feeds(self.root, self.night, source, city_id)

    @contextmanager
    def open_client(self, city_id: str) -> Iterator[Client]:
        yield ReplayClient(self.root, self.night, self.max_body_bytes, city_id=city_id)


@dataclass(frozen=True)
class SandboxInput:
    """The fictional world, served over loopback HTTP for as long as a client is open."""

    cities: Mapping[str, City]
    seed: int
    as_of: date
    state_dir: Path
    default_cities: list[str]

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        return list_sandbox_feeds(city_id, source) if city_id in self.cities else []

    @contextmanager
    def open_client(self, city_id: str) -> Iterator[Client]:
        with SandboxServer(self.cities, seed=self.seed, as_of=self.as_of) as server:
            routes = {SANDBOX_HOST_SUFFIX: f"127.0.0.1:{server.port}"}
            # Its dead feeds are dead for ever: long waits between tries would teach nobody anything.
            policy = load_fetch_policy().model_copy(update={"retry_wait_initial_s": 0.1, "retry_jitter_s": 0.1})
            with PoliteClient(policy, self.state_dir, routes=routes) as client:
                yield client


@dataclass(frozen=True)
class LiveInput:
    """The real sources that configuration enables."""

    sources: Mapping[str, SourceEntry]
    state_dir: Path
    default_cities: list[str]

    def feeds(self, city_id: str, source: str) -> list[Feed]:
        entry = self.sources.get(source)
        entries = entry.feeds.get(city_id, []) if entry is not None and entry.is_live else []
        return [Feed(source, feed.name, feed.url) for feed in entries]

    def open_client(self, city_id: str) -> AbstractContextManager[Client]:
        return PoliteClient(load_fetch_policy(), self.state_dir)


def open_input(
    mode: str, *, night: date, seed: int, data_dir: Path, cities: Mapping[str, City], sources: Mapping[str, SourceEntry]
) -> PageInput:
    """The input of `mode` (`sandbox`, `replay:DIR`, `live`) on a night. Raises ConfigurationError."""
    state_dir = data_dir / "fetch"
    if mode == "sandbox":
        return SandboxInput(cities, seed, night, state_dir, list(DEFAULT_SANDBOX_CITIES))
    if mode == "live":
        return _open_live(sources, state_dir)
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
    """Raises ConfigurationError for pages in `_all`, which nobody would read: all sources are pulled city by city."""
    shared = [name for name in sources if list_feeds(root, night, name, "_all")]
    if shared:
        raise ConfigurationError(
            f"{root}: {shared[0]}/_all: {shared[0]} is pulled city by city: expected a city's folder"
        )


def replay_nights(mode: str) -> list[date]:
    """The nights a dated replay folder holds, in order; empty for every other input."""
    if not mode.startswith("replay:"):
        return []
    root = Path(mode.removeprefix("replay:"))
    return [night for night in discover_nights(root) if night is not None] if root.is_dir() else []


def replay_cities(mode: str) -> list[str]:
    """The city folders of all nights of a replay, sorted; empty for every other input."""
    root = Path(mode.removeprefix("replay:"))
    if not mode.startswith("replay:") or not root.is_dir():
        return []
    return sorted({city_id for night in discover_nights(root) for city_id in discover_cities(root, night)})


def _open_live(sources: Mapping[str, SourceEntry], state_dir: Path) -> LiveInput:
    live = {name: entry for name, entry in sources.items() if entry.is_live}
    cities = sorted({city_id for entry in live.values() for city_id, feeds in entry.feeds.items() if feeds})
    if not cities:
        raise ConfigurationError(
            "config/sources.yaml: field enabled: no live source is enabled with feeds: "
            "set enabled and verified_on, or run --from sandbox"
        )
    return LiveInput(live, state_dir, cities)
