"""Trying: what one source gives for one city in one night, by the way that the city's run takes, and nothing kept."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import polars as pl

from pulsecity_pipeline.city_run.known import KnownPull
from pulsecity_pipeline.city_run.listing import CityListings, list_readings
from pulsecity_pipeline.city_run.pulling import page_frames, pull_feeds
from pulsecity_pipeline.city_run.reading import KnownRecords, read_pages
from pulsecity_pipeline.config.cities import NOWHERE, SHARED, City
from pulsecity_pipeline.config.health import load_health
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Listing, Page
from pulsecity_pipeline.inputs import AskedInput, KeptInput
from pulsecity_pipeline.quality.scorecard import Trial
from pulsecity_pipeline.sources.protocol import FetchedPage, Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_neighbours, scan_published


@dataclass(frozen=True)
class TrialRequest:
    """One source, one city and one night; `feeds` are names, none means all; `is_shared` as in its entry."""

    source: str
    city: City
    cities: Mapping[str, City]
    night: date
    is_shared: bool = False
    feeds: Collection[str] = ()

    @property
    def pull_city(self) -> City:
        return NOWHERE if self.is_shared else self.city


def fetch_trial(pages: AskedInput | KeptInput, request: TrialRequest) -> list[FetchedPage]:
    """The pages of the source's feeds, all anew; none where the input has no such feed."""
    city_id = request.pull_city.city_id
    if isinstance(pages, KeptInput):
        kept = pages.read_pages(city_id, request.source)
        return [page for page in kept if not request.feeds or page.feed.name in request.feeds]
    feeds = [feed for feed in pages.feeds(city_id, request.source) if not request.feeds or feed.name in request.feeds]
    if not feeds:
        return []
    with pages.open_client(city_id) as client:
        return pull_feeds(SOURCES[request.source], feeds, client, {})


def make_trial(
    fetched: Iterable[FetchedPage], earlier: Iterable[FetchedPage] | None, request: TrialRequest, lake: Lake
) -> Trial:
    """What the pages become, beside what the city's lake has of other feeds.

    `earlier` are pages of another night, to compare ids with; without them what the lake had of the source before the
    night. Of a source that is pulled once for all cities only the listings of the city count.
    """
    pages, made = _list_pages(fetched, request)
    own = ["source", "feed"]
    feeds = pages.select(own).unique()
    known = _list_known(lake, request)
    return Trial(
        city_id=request.city.city_id,
        night=request.night,
        pages=pages,
        health=made.source_health,
        listings=_of_city(made.listings, request),
        rejects=made.rejects,
        known=known.join(feeds, on=own, how="anti"),
        before=_list_before(earlier, request, lake, feeds),
    )


def _list_pages(fetched: Iterable[FetchedPage], request: TrialRequest) -> tuple[pl.DataFrame, CityListings]:
    at = datetime.combine(request.night, time.min, UTC)
    city = request.pull_city
    pages, bodies = page_frames(list(fetched), city_id=city.city_id, night=request.night, at=at, earlier=Page.empty())
    kept = dict(bodies.select("body_sha256", "body").iter_rows())
    read = read_pages(pages, kept, SOURCES, Window.around(request.night), KnownRecords.nothing())
    made = list_readings(
        read,
        KnownPull.nothing(),
        city=city,
        cities=request.cities,
        night=request.night,
        at=at,
        taxonomy=load_taxonomy(),
        rules=load_health(),
        reader="trial",
    )
    return pages, made


def _of_city(listings: pl.DataFrame, request: TrialRequest) -> pl.DataFrame:
    return listings.filter(pl.col("city_id") == request.city.city_id) if request.is_shared else listings


def _list_known(lake: Lake, request: TrialRequest) -> pl.DataFrame:
    """Published listings of what takes place in the city and is still listed, whoever pulled them."""
    city_id = request.city.city_id
    own = scan_published(lake, Listing, city_id=city_id).filter(pl.col("city_id") == city_id)
    others = scan_neighbours(lake, city_id=city_id)
    return pl.concat([own, others]).filter(pl.col("gone_at").is_null()).collect()


def _list_before(
    earlier: Iterable[FetchedPage] | None, request: TrialRequest, lake: Lake, feeds: pl.DataFrame
) -> pl.DataFrame | None:
    if earlier is not None:
        return _of_city(_list_pages(earlier, request)[1].listings, request)
    pull_city_id = SHARED if request.is_shared else request.city.city_id
    published = scan_published(lake, Listing, city_id=pull_city_id, before=request.night).collect()
    before = published.join(feeds, on=feeds.columns, how="semi")
    return None if before.is_empty() else _of_city(before, request)
