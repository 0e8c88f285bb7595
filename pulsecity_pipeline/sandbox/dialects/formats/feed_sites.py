"""Sites of publishers with a feed of their own: which kinds a city has, under which names, broken how."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, draw_share, key_of
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Request, Site

_COINS: Final = (
    "Juniper", "Harbor", "Alder", "Copper", "Lantern", "Athenaeum", "Blue Door", "Millrace", "Foundry", "Orchard",
    "Kestrel", "Saltmarsh", "Tidewater", "Granary", "Signal", "Northgate", "Thistle", "Quarry", "Meridian", "Linden",
    "Cobbler", "Ferry", "Weaver", "Palisade", "Sparrow", "Ember", "Driftwood", "Bellfield", "Tannery", "Larkspur",
)  # fmt: skip
_LANGUAGES: Final = {
    "DE": "de", "AT": "de", "CH": "de", "FR": "fr", "ES": "es", "MX": "es", "AR": "es", "CO": "es", "CL": "es",
    "BR": "pt", "PT": "pt", "NL": "nl", "BE": "nl", "JP": "ja", "IT": "it", "PL": "pl",
}  # fmt: skip


@dataclass(frozen=True)
class FeedKind:
    """A kind of publisher and how it publishes; `name` is that of an organiser's kind where there is one.

    `titles` are patterns of {coin} and {city}; `software` names a variant of the dialect.
    """

    name: str
    software: str
    path: str
    titles: tuple[str, ...]
    content_type: str | None = None
    is_gzipped: bool = False


def draw_sites(
    source: str, kinds: Sequence[FeedKind], city: City, *, seed: int, count: int, query: str = ""
) -> list[Site]:
    """`count` sites of a city, sorted by feed name, kinds drawn by chance; a second of a kind only after the first of
    all. Nothing of it changes with the night, and fewer sites are some of more.
    """
    copies = -(-count // len(kinds))
    keys = derive_keys(key_of(seed, city.city_id, source), np.arange(copies * len(kinds), dtype=np.int64))
    order = np.lexsort((draw_share(keys, "is there"), np.arange(len(keys)) // len(kinds)))[:count]
    names = _draw_names(keys[order], [kinds[int(i) % len(kinds)] for i in order], city)
    found = [
        make_site(source, kinds[int(i) % len(kinds)], city, title, query) for i, title in zip(order, names, strict=True)
    ]
    return sorted(found, key=lambda site: site.feed)


def make_site(source: str, kind: FeedKind, city: City, title: str, query: str = "") -> Site:
    """The site of one publisher: `<kind>.<name>` is its feed, and its host below the city's."""
    slug = slugify(title)
    return Site(
        source=source,
        feed=f"{kind.name}.{slug.replace('-', '_')}",
        city_id=city.city_id,
        title=title,
        host=f"{slug}.{city.city_id}.{SANDBOX_HOST_SUFFIX}",
        path=kind.path,
        query=query,
        software=kind.software,
        habits=kind.name,
        timezone=city.timezone,
        language=language_of(city.country),
        country=city.country,
        currency=city.currency,
        latitude=city.latitude,
        longitude=city.longitude,
        content_type=kind.content_type,
        is_gzipped=kind.is_gzipped,
    )


def break_sites(sites: Sequence[Site], faults: Sequence[str], *, seed: int) -> list[Site]:
    """The sites, as many as there are faults broken for good, each by one of them."""
    shares = [float(draw_share(derive_keys(key_of(seed, site.city_id, site.feed)), "fault")[0]) for site in sites]
    victims = sorted(range(len(sites)), key=lambda number: shares[number])[: len(faults)]
    broken = dict(zip(victims, faults, strict=False))
    return [replace(site, fault=broken.get(number)) for number, site in enumerate(sites)]


def kind_of(feed: str) -> str:
    """The kind of a feed's publisher."""
    return feed.partition(".")[0]


def host_of(feed: str, city_id: str) -> str:
    """The host of a feed's publisher."""
    return f"{feed.partition('.')[2].replace('_', '-')}.{city_id}.{SANDBOX_HOST_SUFFIX}"


def find_by_path(request: Request, sites: Sequence[Site]) -> Site | None:
    """The site whose path is asked for, whatever the query."""
    return next((site for site in sites if site.path == request.path), None)


def slugify(text: str) -> str:
    """Small letters, digits and hyphens: as a host name may have them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "site"


def language_of(country: str) -> str:
    """The language that publishers of a country write in."""
    return _LANGUAGES.get(country, "en")


def _draw_names(keys: Keys, kinds: Sequence[FeedKind], city: City) -> list[str]:
    """A title for each, no two alike."""
    taken: set[str] = set()
    return [_draw_name(keys[i : i + 1], kind, city, taken) for i, kind in enumerate(kinds)]


def _draw_name(key: Keys, kind: FeedKind, city: City, taken: set[str]) -> str:
    for attempt in range(len(_COINS)):
        pattern = draw_choice(key, "pattern", kind.titles)[0]
        title: str = pattern.format(coin=draw_choice(key, f"coin {attempt}", _COINS)[0], city=city.name)
        if slugify(title) not in taken:
            break
    else:
        title = f"{title} {len(taken)}"
    taken.add(slugify(title))
    return title
