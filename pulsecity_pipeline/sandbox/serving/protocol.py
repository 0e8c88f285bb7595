"""What the sandbox's server and its dialects agree on: sites, requests, replies, and the protocol of a dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol, runtime_checkable

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys
from pulsecity_pipeline.sources.protocol import Feed

#: Every host of the fiction ends in it: `app.ticketmaster.com.sandbox.example` answers as the real host would.
SANDBOX_HOST_SUFFIX: Final = "sandbox.example"


@dataclass(frozen=True)
class Site:
    """One publisher's feed in one city (`shared` for sources of many cities), known without building a world.

    `feed` is its name within the source; `host` ends in the suffix; `path` and `query` are what the feed asks first.
    `software` names a variant of the dialect; `habits` the hand its listings are written in; `fault` what is broken
    about it for good (`dead`, `gone`, `html`, `empty`, `truncated`).
    """

    source: str
    feed: str
    city_id: str
    title: str
    host: str
    path: str
    query: str = ""
    software: str = ""
    habits: str = ""
    timezone: str = "UTC"
    language: str = "en"
    country: str = "US"
    currency: str = "USD"
    latitude: float = 0.0
    longitude: float = 0.0
    fault: str | None = None
    #: What the server claims, rightly or not; None leaves it to the dialect.
    content_type: str | None = None
    is_gzipped: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    def as_feed(self) -> Feed:
        return Feed(self.source, self.feed, self.url)


@dataclass(frozen=True)
class Request:
    """What a client asked; `query` holds the last value of each parameter, decoded."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What is answered, before validators, compression and faults."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Dialect(Protocol):
    """How one source answers: a plain module of `sandbox.dialects` with these names.

    STATES are the columns of LISTING that the source can state at all. A module may have NATIVE_IDS, kind of name
    (venue, performer, organizer) → how the source mints its ids of them; list_unstated(site), what of STATES a site's
    software never says; writes_series(site), whether weekly series are one entry; list_copies(listings), what is
    stated again under another id; is_shown(listings), which rows the source shows at all; list_shared_sites(seed,
    night), sites of no single city.
    """

    NAME: str
    STATES: frozenset[str]

    def mint_native_id(self, keys: Keys) -> pl.Series:
        """Ids in the source's shape, one a key."""
        ...

    def expected_event_id(self, listings: pl.DataFrame) -> pl.Series:
        """What the adapter is to state as source_event_id of each row of LISTING; null where it cannot read it."""
        ...

    def list_sites(self, city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
        """The sites this source has in a city, sorted by feed name; `size` 1.0 is a middling city's."""
        ...

    def find_site(self, request: Request, sites: Sequence[Site]) -> Site | None:
        """Whose answer a request asks for, of the sites at its host; None where nobody is there."""
        ...

    def answer(self, site: Site, listings: pl.DataFrame, request: Request) -> Reply:
        """The answer in the source's own shape. `listings` are rows of `publishing.listing.LISTING`, of this site."""
        ...
