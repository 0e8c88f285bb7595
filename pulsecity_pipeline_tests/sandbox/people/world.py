"""A small plausible world for the people to live in, and what they do in it."""

from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_index, draw_normal, draw_range, draw_share, key_of
from pulsecity_pipeline.sandbox.people.population import COMMON_TASTES
from pulsecity_pipeline.sandbox.people.scene import Policy, Scene, categories
from pulsecity_pipeline.sandbox.people.simulating import People, simulate
from pulsecity_pipeline.sandbox.world.frames import HAPPENING, VENUE
from pulsecity_pipeline_tests.sandbox.cities import AUSTIN

FIRST, LAST = date(2026, 8, 10), date(2026, 8, 23)
OTHER = Policy(popularity=0.3, taste=0.4, soon=0.0, exploration=0.5)
TITLES = ("Moonlight Sessions", "Harbour Market", 'The "Quiet" Hour', "Neon & Friends", "Ümlaut Night", "Old Mill Tour")


def make_venues(count: int = 40) -> pl.DataFrame:
    keys = derive_keys(key_of("venues"), np.arange(count))
    frame = pl.DataFrame(
        {
            "venue_id": [f"ven-{index}" for index in range(count)],
            "city_id": AUSTIN.city_id,
            "capacity": (50 * 10 ** draw_share(keys, "capacity")).astype(int),
            "latitude": AUSTIN.latitude + 0.1 * draw_normal(keys, "north"),
            "longitude": AUSTIN.longitude + 0.1 * draw_normal(keys, "east"),
        }
    )
    return _fill(frame, VENUE)


def make_happenings(count: int = 300, days: int = 60) -> pl.DataFrame:
    """From a week before FIRST on; announced up to two months before they begin."""
    keys = derive_keys(key_of("happenings"), np.arange(count))
    slugs = pl.Series(categories())
    weights = np.cumsum(COMMON_TASTES) / COMMON_TASTES.sum()
    begins = datetime.combine(FIRST, datetime.min.time()) - timedelta(days=7)
    ahead = draw_index(keys, "day", days) * 1440 + draw_index(keys, "slot", 28) * 30 + 9 * 60
    capacity = (40 * 10 ** (2 * draw_share(keys, "capacity"))).astype(int)
    price = np.round(draw_range(keys, "price", 5, 60), 0)
    frame = pl.DataFrame(
        {
            "happening_id": [f"hap-{index:05}" for index in range(count)],
            "city_id": AUSTIN.city_id,
            "title": pl.Series(TITLES).gather(draw_index(keys, "title", len(TITLES))),
            "category": slugs.gather(np.searchsorted(weights, draw_share(keys, "category"))),
            "venue_id": [f"ven-{index}" for index in draw_index(keys, "venue", 40)],
            "is_online": False,
            "starts_local": [begins + timedelta(minutes=int(minutes)) for minutes in ahead],
            "timezone": AUSTIN.timezone,
            "capacity": capacity,
            "attendance": (capacity * draw_range(keys, "fill", 0.1, 1.0)).astype(int),
            "price_min": pl.Series(price).set(pl.Series(draw_share(keys, "free") < 0.3), None),
            "price_max": pl.Series(price * 2).set(pl.Series(draw_share(keys, "free") < 0.3), None),
            "currency": "USD",
            "is_free": draw_share(keys, "free") < 0.3,
            "status": pl.Series(["scheduled", "cancelled"]).gather((draw_share(keys, "off") < 0.03).astype(int)),
            "public_ref": [
                f'https://site.example/e/{index}?a="b"' if index % 3 else f"ev-{index}" for index in range(count)
            ],
        }
    )
    known = pl.lit(pl.Series(draw_index(keys, "announced", 60) + 1)).cast(pl.Int64)
    announced = (pl.col("starts_local") - pl.duration(days=known)).dt.replace_time_zone("UTC")
    return _fill(frame.with_columns(announced_at=announced), pl.Schema({**HAPPENING, "public_ref": pl.String()}))


def make_scene(
    first: date = FIRST, last: date = LAST, *, seed: int = 7, accounts: int = 2_500, policy: Policy | None = None
) -> Scene:
    return Scene(
        AUSTIN, make_happenings(), make_venues(), seed, first, last, accounts=accounts, policy=policy or Policy()
    )


@cache
def people(policy: Policy | None = None, seed: int = 7) -> People:
    """Two weeks of 2,500 accounts."""
    return simulate(make_scene(policy=policy, seed=seed))


def _fill(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    missing = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).select(schema.names()).cast(schema)
