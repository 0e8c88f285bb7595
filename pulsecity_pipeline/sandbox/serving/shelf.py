"""The listings of sites, loaded when they are first asked for, one city at a time, and kept for a while."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from threading import Lock

import polars as pl

from pulsecity_pipeline.sandbox.serving.protocol import Site

LoadListings = Callable[[Site], pl.DataFrame]


class ListingShelf:
    """Loads each site's listings once; of one city never two at a time, since loading may build the city's world."""

    def __init__(self, load: LoadListings, most_kept: int = 512) -> None:
        """`most_kept` sites stay; who was not asked for longest goes first."""
        self._load, self._most_kept = load, most_kept
        self._kept: OrderedDict[Site, pl.DataFrame] = OrderedDict()
        self._cities: defaultdict[str, Lock] = defaultdict(Lock)
        self._guard = Lock()

    def get(self, site: Site) -> pl.DataFrame:
        """The site's listings; whatever loading them raises."""
        found = self._find(site)
        if found is not None:
            return found
        with self._guard:
            city = self._cities[site.city_id]
        with city:
            found = self._find(site)
            return self._keep(site, self._load(site)) if found is None else found

    def _find(self, site: Site) -> pl.DataFrame | None:
        with self._guard:
            if site in self._kept:
                self._kept.move_to_end(site)
            return self._kept.get(site)

    def _keep(self, site: Site, listings: pl.DataFrame) -> pl.DataFrame:
        with self._guard:
            self._kept[site] = listings
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
        return listings
