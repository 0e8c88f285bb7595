"""What the night before left of a city's pull: records, listings, rejects and the health of its feeds."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pulsecity_pipeline.contracts import Listing, RecordOutcome, Reject, SourceHealth
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_published

#: A city that has not run for longer begins its feeds' streaks anew.
_REMEMBERED_DAYS = 60


@dataclass(frozen=True)
class KnownPull:
    """Frames in the contracts' schemas; all empty on a city's first night."""

    records: pl.DataFrame
    listings: pl.DataFrame
    rejects: pl.DataFrame
    source_health: pl.DataFrame

    @classmethod
    def nothing(cls) -> "KnownPull":
        return cls(RecordOutcome.empty(), Listing.empty(), Reject.empty(), SourceHealth.empty())


def load_known(lake: Lake, *, city_id: str, night: date) -> KnownPull:
    """As published before the night; of health, the latest night alone.

    Rejects come from the night's own last publication where it had one: a night that is run again after a fix must
    see what it has refused before.
    """
    records, listings = (
        scan_published(lake, table, city_id=city_id, before=night).collect() for table in (RecordOutcome, Listing)
    )
    # Histories grow for ever: only the files of the last weeks are opened.
    recent = pl.col("night") > night - timedelta(days=_REMEMBERED_DAYS)
    health = scan_published(lake, SourceHealth, city_id=city_id, before=night).filter(recent).collect()
    rejects = scan_published(lake, Reject, city_id=city_id, up_to=night).collect()
    return KnownPull(records, listings, rejects, health.filter(pl.col("night") == pl.col("night").max()))
