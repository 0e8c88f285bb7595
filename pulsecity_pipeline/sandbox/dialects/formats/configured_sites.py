"""Sites of sources whose feeds are written out in the configuration, at the counterparts of their real hosts."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from pulsecity_pipeline.config.cities import NOWHERE, City
from pulsecity_pipeline.config.source_entries import FeedEntry, load_sources
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import language_of
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Site


def list_configured(source: str, city: City, night: date) -> list[Site]:
    """A city's feeds as config/sources has them, sorted by name."""
    return _make_sites(source, city, load_sources()[source].list_feeds(city, city.city_id, night))


def list_shared(source: str, night: date) -> list[Site]:
    """The feeds of a source that is pulled once for all cities."""
    return _make_sites(source, NOWHERE, load_sources()[source].list_feeds(None, NOWHERE.city_id, night))


def _make_sites(source: str, city: City, feeds: Iterable[FeedEntry]) -> list[Site]:
    return sorted((_make_site(source, city, feed) for feed in feeds), key=lambda site: site.feed)


def _make_site(source: str, city: City, feed: FeedEntry) -> Site:
    parts = urlsplit(feed.url)
    return Site(
        source=source,
        feed=feed.name,
        city_id=city.city_id,
        title=load_sources()[source].title,
        host=f"{parts.hostname}.{SANDBOX_HOST_SUFFIX}",
        path=parts.path,
        query=parts.query,
        software=source,
        habits=source,
        timezone=city.timezone,
        language=language_of(city.country),
        country=city.country or "US",
        currency=city.currency,
        latitude=city.latitude,
        longitude=city.longitude,
    )
