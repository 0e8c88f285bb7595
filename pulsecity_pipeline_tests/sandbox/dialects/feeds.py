"""Sites of publishers' own feeds for tests, and what their adapters make of them beside what they state."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from types import ModuleType
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, key_of
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, city_of_tests, make_hard_listings, publish
from pulsecity_pipeline_tests.sandbox.dialects.pulling import Pulled, pull


@dataclass(frozen=True)
class Compared:
    """`joined` holds the listings as published, `source_event_id`, and what was read of each as `…_read`."""

    pulled: Pulled
    joined: pl.DataFrame

    @property
    def body(self) -> bytes:
        return b"".join(reply.body for reply in self.pulled.client.replies)


def compare(dialect: ModuleType, listings: pl.DataFrame, site: Site) -> Compared:
    """Pull the site by its adapter and put what was read beside what was published."""
    published = publish(listings, dialect, feed=site.feed)
    pulled = pull(dialect, listings, site=site)
    keyed = published.with_columns(dialect.expected_event_id(published).alias("source_event_id"))
    renamed = pulled.rows.rename({name: f"{name}_read" for name in pulled.rows.columns if name != "source_event_id"})
    return Compared(pulled, keyed.join(renamed, on="source_event_id", how="left", maintain_order="left"))


def sites_of(dialect: ModuleType, *, size: float = 1.0) -> list[Site]:
    """The sound sites of the tests' city, whatever seed they come from, one of each kind."""
    found: dict[str, Site] = {}
    for seed in range(12):
        for site in dialect.list_sites(city_of_tests(), seed=seed, night=NIGHT, size=size):
            if site.fault is None:
                found.setdefault(site.habits, site)
    return [found[kind] for kind in sorted(found)]


def moments_read(joined: pl.DataFrame, name: str, zone: str) -> list[datetime | None]:
    """`start` or `end` as read, in UTC; a wall clock without a zone is on `zone`."""
    rows = joined.select(f"{name}_wall_read", f"{name}_zone_read").rows()
    return [
        None if wall is None else wall.replace(tzinfo=_zone(stated or zone)).astimezone(UTC) for wall, stated in rows
    ]


def moments_stated(joined: pl.DataFrame, name: str) -> list[datetime | None]:
    """`starts_local` or `ends_local` in UTC, by the zone that the source states."""
    rows = joined.select(name, pl.coalesce("stated_timezone", "timezone")).rows()
    return [None if wall is None else wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall, zone in rows]


def _zone(stated: str) -> tzinfo:
    if stated[0] in "+-":
        minutes = int(stated[1:3]) * 60 + int(stated[4:6])
        return timezone(timedelta(minutes=-minutes if stated[0] == "-" else minutes))
    return ZoneInfo(stated)


def make_series(days: int = 9, *, key: str = "x") -> pl.DataFrame:
    """A weekly series of the night before Thanksgiving and on, over the change of clocks in March."""
    row = make_hard_listings().filter(pl.col("title") == "The Paper Lanterns").to_dicts()[0]
    rows = []
    for number, listing_key in enumerate(derive_keys(key_of(key), np.arange(days, dtype=np.int64))):
        starts = row["starts_local"] + timedelta(weeks=3 * number if days > 9 else number)
        rows.append({**row, "listing_key": int(listing_key), "series_native_id": key, "starts_local": starts,
                     "original_local": starts, "ends_local": starts + timedelta(hours=2)})  # fmt: skip
    return pl.DataFrame(rows, schema=make_hard_listings().schema)
