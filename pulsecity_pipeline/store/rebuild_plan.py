"""The plan of a rebuild: from which published state it starts, and which cities run in which night."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pulsecity_pipeline.config.cities import PLACELESS, SHARED
from pulsecity_pipeline.contracts import Page
from pulsecity_pipeline.contracts.signals import SIGNALS
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import published_nights


@dataclass(frozen=True)
class NightPlan:
    """One night: what cities share, cities that were published, those whose pages came but which were not, and the
    placeless ones.
    """

    night: date
    shared: list[str]
    published: list[str]
    pulled_only: list[str]
    placeless: list[str]


@dataclass(frozen=True)
class RebuildPlan:
    """`copied_until`: last night whose published state is taken over, because older pages are no longer kept; None
    where everything comes from raw. `nights`: those after it, in order."""

    copied_until: date | None
    nights: list[NightPlan]

    @property
    def city_ids(self) -> list[str]:
        """Every city that some night holds, sorted; without the placeless ones."""
        return sorted({city_id for plan in self.nights for city_id in (*plan.published, *plan.pulled_only)})


def plan_rebuild(lake: Lake, city_ids: Collection[str] | None = None) -> RebuildPlan:
    """What to run so that all cities (None), or these alone, come out of their raw pages again.

    The nights begin where the pages of every city are kept: a city whose pages have been dropped up to some night
    makes all of them start from the state published before its first kept night, for neighbours read one another.
    """
    runs = published_nights(lake).filter(~pl.col("city_id").is_in(SIGNALS))
    pulled = lake.scan(Page).select("night", city_id="pull_city_id").unique().sort("night", "city_id").collect()
    if city_ids is not None:
        runs, pulled = (frame.filter(pl.col("city_id").is_in(list(city_ids))) for frame in (runs, pulled))
    copied_until = _last_incomplete(runs, pulled)
    nights = sorted({*runs["night"], *pulled["night"]})
    return RebuildPlan(
        copied_until,
        [_plan_night(night, runs, pulled) for night in nights if copied_until is None or night > copied_until],
    )


def _plan_night(night: date, runs: pl.DataFrame, pulled: pl.DataFrame) -> NightPlan:
    published, came = (set(frame.filter(pl.col("night") == night)["city_id"]) for frame in (runs, pulled))
    return NightPlan(
        night,
        [name for name in (SHARED,) if name in published],
        sorted(published - {SHARED, *PLACELESS}),
        sorted(came - published),
        [name for name in PLACELESS if name in published],
    )


def _last_incomplete(runs: pl.DataFrame, pulled: pl.DataFrame) -> date | None:
    """The night before the first from which on all pages are kept; None where the pages of all nights are.

    Pages are missing where a night was published with pages, of itself or of nights before, and none are kept of it
    or before. A city without any page left is taken over as it was last published.
    """
    first_kept = pulled.group_by("city_id").agg(first_kept=pl.col("night").min())
    with_pages = runs.filter(pl.col("table_name") == Page.table, pl.col("row_count") > 0)
    found = (
        with_pages.group_by("city_id")
        .agg(first=pl.col("night").min(), last=pl.col("night").max())
        .join(first_kept, on="city_id", how="left")
        .with_columns(start=pl.coalesce("first_kept", pl.col("last") + timedelta(days=1)))
        .filter(pl.col("start") > pl.col("first"))["start"]
        .max()
    )
    return found - timedelta(days=1) if isinstance(found, date) else None
