"""Selecting: the assets that one city's run of the job `city` covers; each asset costs, also one without feeds."""

from collections.abc import Collection

import dagster as dg

from pulsecity_pipeline.config.cities import PLACELESS
from pulsecity_pipeline.defs.assets.pull import KEYS
from pulsecity_pipeline.inputs import PageInput


def select_assets(
    city: dg.JobDefinition, city_id: str, pages: PageInput | None, sources: Collection[str] = (), *, part: str = "whole"
) -> list[dg.AssetKey]:
    """The keys of a city's run, sorted: of the raw assets those of `sources` (all, if none is named) that the city has
    feeds of, and the first where it has none; nothing is pulled for a place that is no city.

    `part` is `whole`, `pull` or `after_pull`; `pages` may be None where nothing is pulled.
    """
    later = city.asset_layer.selected_asset_keys - set(KEYS.values())
    if part == "after_pull" or pages is None or city_id in PLACELESS:
        return sorted(later)
    wanted = [name for name in KEYS if not sources or name in sources]
    fed = [name for name in wanted if pages.feeds(city_id, name)]
    pulled = {KEYS[name] for name in fed or wanted[:1]}
    return sorted(pulled if part == "pull" else pulled | later)
