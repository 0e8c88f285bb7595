"""Who publishes in a city: the sites of all sources, those of an organiser under its name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import slugify
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.publishing.habits import habits_of
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Site
from pulsecity_pipeline.sandbox.world.organisers import build_organisers
from pulsecity_pipeline.sandbox.world.places import build_venues
from pulsecity_pipeline.sandbox.world.sizes import size_of


class OwnedSite(NamedTuple):
    """A site and the organiser whose own it is, if any."""

    site: Site
    organiser_id: str | None


@lru_cache(maxsize=512)
def list_owned_sites(city: City, *, seed: int, night: date, scale: float) -> tuple[OwnedSite, ...]:
    """All sites of a city, by source and feed; no world is built for it."""
    size = size_of(city, scale)
    venues = build_venues(city, seed=seed, size=size)
    organisers = build_organisers(city, venues, seed=seed, size=size)
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for organiser_id, name, kind in organisers.select("organiser_id", "name", "kind").iter_rows():
        by_kind.setdefault(kind, []).append((organiser_id, name))
    found = [
        owned
        for dialect in DIALECTS.values()
        for owned in _own_sites(dialect.list_sites(city, seed=seed, night=night, size=size), by_kind)
    ]
    return tuple(sorted(found, key=lambda one: (one.site.source, one.site.feed)))


def _own_sites(sites: Iterable[Site], by_kind: dict[str, list[tuple[str, str]]]) -> list[OwnedSite]:
    """The sites of one source: of each kind of organiser the first site is the first organiser's, and so on."""
    taken: Counter[str] = Counter()
    slugs: Counter[str] = Counter()
    found = []
    for number, site in enumerate(sites):
        kind = _kind_of(site, number)
        if kind is None:
            found.append(OwnedSite(site, None))
            continue
        organiser_id, name = by_kind[kind][taken[kind] % len(by_kind[kind])]
        taken[kind] += 1
        found.append(OwnedSite(_rename(site, name, slugs), organiser_id))
    return found


def _kind_of(site: Site, number: int) -> str | None:
    habits = habits_of(site)
    if not habits.own:
        return None
    return site.habits if site.habits in habits.own else habits.own[number % len(habits.own)]


def _rename(site: Site, name: str, slugs: Counter[str]) -> Site:
    """The site under its organiser's name: title, feed and, where the host is its own, the host."""
    slug = slugify(name)
    slugs[slug] += 1
    slug = slug if slugs[slug] == 1 else f"{slug}-{slugs[slug]}"
    kind, dot, _ = site.feed.partition(".")
    feed = f"{kind}.{slug.replace('-', '_')}" if dot else slug.replace("-", "_")
    own_host = f".{site.city_id}.{SANDBOX_HOST_SUFFIX}"
    host = f"{slug}{own_host}" if site.host.endswith(own_host) else site.host
    return replace(site, title=name, feed=feed, host=host)
