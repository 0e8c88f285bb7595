"""What goes wrong at sites on single nights, and what changes about them for good: drawn, like everything."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_index, draw_share, key_of
from pulsecity_pipeline.sandbox.serving.faults import Fault, FaultPlan, Kind
from pulsecity_pipeline.sandbox.serving.protocol import Site

#: Of all nights of a site, the share on which each kind of fault befalls it.
OUTAGES: Final[dict[Kind, float]] = {
    "503": 0.008, "halved": 0.005, "429": 0.008, "reset": 0.002, "html": 0.002, "no_listings": 0.002,
}  # fmt: skip
#: Of all sites, those whose format drifts on some day.
_DRIFT_SHARE: Final = 0.04
_FIRST_DAY: Final = date(2025, 1, 1)
_DRIFT_DAYS: Final = 1000


def draw_outages(sites: Sequence[Site], *, seed: int, night: date) -> FaultPlan:
    """At most one outage a site and night, and `drift` from the site's own day on."""
    if not sites:
        return FaultPlan()
    keys = np.array([key_of(seed, site.source, site.feed, site.city_id) for site in sites], dtype=np.uint64)
    lot = draw_share(derive_keys(keys, night.isoformat()), "outage")
    edges = np.cumsum(list(OUTAGES.values()))
    which = np.searchsorted(edges, lot, side="right")
    drifts = draw_share(keys, "drifts") < _DRIFT_SHARE
    has_drifted = drifts & (draw_index(keys, "drift day", _DRIFT_DAYS) <= (night - _FIRST_DAY).days)
    kinds = list(OUTAGES)
    found = [_fault(site, kinds[at]) for site, at in zip(sites, which.tolist(), strict=True) if at < len(kinds)]
    drifted = [_fault(site, "drift") for site, is_so in zip(sites, has_drifted, strict=True) if is_so]
    return FaultPlan((*found, *drifted))


def _fault(site: Site, kind: Kind) -> Fault:
    return Fault(site.source, site.feed, site.city_id, kind)
