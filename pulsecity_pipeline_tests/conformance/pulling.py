"""One pull of one source from a server on loopback, by the way that a city's run takes, without a lake."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import cast

import polars as pl

from pulsecity_pipeline.city_run.known import KnownPull
from pulsecity_pipeline.city_run.listing import CityListings, list_readings
from pulsecity_pipeline.city_run.pulling import page_frames, pull_feeds
from pulsecity_pipeline.city_run.reading import KnownRecords, read_pages
from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.health import load_health
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Page
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.metrics.accounting import check_accounting
from pulsecity_pipeline.sources.protocol import Feed, Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sources.golden import AS_OF, golden_cases

CITY = "us-ca-davis"
AT = datetime.combine(AS_OF, time.min, UTC)


#: Paths of feeds whose source asks for nothing before it knows more than a host.
_PATHS = {"resident_advisor": "/graphql?area=34"}


@dataclass(frozen=True)
class Pulled:
    """What a pull left: rows of raw.pages, bodies, and the tables of the night."""

    pages: pl.DataFrame
    bodies: pl.DataFrame
    tables: CityListings

    @property
    def reasons(self) -> list[str]:
        return cast("list[str]", self.pages.sort("url")["reason"].drop_nulls().to_list())

    @property
    def rules(self) -> list[str]:
        return cast("list[str]", self.tables.rejects["rule"].sort().to_list())

    @property
    def listings(self) -> pl.DataFrame:
        """What was read, without where it stood."""
        return self.tables.listings.drop("page_id", "pointer").sort("listing_id")

    @property
    def state(self) -> str:
        return cast("str", self.tables.source_health["state"].item())


def pull(source: str, client: PoliteClient, host: str) -> Pulled:
    """Pull one feed of a host and list it; the accounting must hold whatever came."""
    url = host + _PATHS.get(source, "/feed")
    fetched = pull_feeds(SOURCES[source], [Feed(source, "feed", url)], client, {})
    return list_pages(*page_frames(fetched, city_id=CITY, night=AS_OF, at=AT, earlier=Page.empty()))


def list_pages(pages: pl.DataFrame, bodies: pl.DataFrame) -> Pulled:
    """What pages become; the accounting must hold."""
    kept = dict(bodies.select("body_sha256", "body").iter_rows())
    read = read_pages(pages, kept, SOURCES, Window.around(AS_OF), KnownRecords.nothing())
    cities = load_cities()
    made = list_readings(
        read,
        KnownPull.nothing(),
        city=cities[CITY],
        cities=cities,
        night=AS_OF,
        at=AT,
        taxonomy=load_taxonomy(),
        rules=load_health(),
        reader="conformance",
    )
    assert check_accounting(made.source_health).is_empty()
    return Pulled(pages, bodies, made)


def good_body(source: str) -> bytes:
    """The golden page of a source with the most rows."""
    return max(golden_cases(source), key=lambda case: len(case.expected["rows"])).page.read_bytes()
