"""What the people are simulated upon: a city, what is on in it, the days, and the happenings as arrays can take them."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.sandbox.chance import Keys, draw_normal, key_of
from pulsecity_pipeline.sandbox.people.moments import DAY, to_utc
from pulsecity_pipeline.sandbox.world.frames import UTC_DATETIME

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Policy:
    """How the site ranks: what pulls a happening up, and the share of the draw that is even over all candidates."""

    popularity: float = 1.0
    taste: float = 1.2
    soon: float = 0.03
    exploration: float = 0.2


@dataclass(frozen=True)
class Scene:
    """A city on the days `first` to `last` of its own calendar, both counted.

    `happenings`: HAPPENING of world/frames.py and `public_ref`, the address or id by which the site names it; those
    without a start are nowhere shown. `venues`: VENUE. `tiers`: PRICE_TIER; without it tickets cost price_min or
    price_max from the announcement to the start. `accounts`: how many there are on any one day. A day's rows hang on
    the happenings and the day, not on where the range begins and ends. Raises ValueError where it ends before it begins.
    """

    city: City
    happenings: pl.DataFrame
    venues: pl.DataFrame
    seed: int
    first: date
    last: date
    accounts: int = 2_000
    tiers: pl.DataFrame | None = None
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"last day {self.last} lies before first day {self.first}")

    def key(self, *what: str | int) -> np.uint64:
        return key_of(self.seed, self.city.city_id, *what)

    @property
    def days(self) -> Ints:
        """Days since 1970, of the city's calendar."""
        return np.arange((self.first - _EPOCH).days, (self.last - _EPOCH).days + 1)


@dataclass(frozen=True)
class Items:
    """The happenings as columns, in the order of their ids; moments in milliseconds, `local_ms` on the wall clock."""

    frame: pl.DataFrame
    keys: Keys
    category: Ints  # place in taxonomy.yaml; the number of categories where none of them
    appeal: Floats  # about -2 to 3: how many want it
    latitude: Floats  # NaN online
    longitude: Floats
    price: Floats  # 0 where free or unknown
    is_sold: Bools
    is_listed: Bools  # not cancelled
    local_ms: Ints
    starts_ms: Ints
    announced_ms: Ints


def categories() -> list[str]:
    """The top categories, in the order of all taste vectors."""
    return load_taxonomy().slugs()


def list_items(scene: Scene) -> Items:
    """What is on, ready for arrays; rows without a start are left out."""
    frame = _place(scene)
    keys = np.array([scene.key("item", one) for one in frame["happening_id"]], dtype=np.uint64)
    local = _milliseconds(frame["starts_local"])
    price = frame["price_min"].cast(pl.Float64).fill_null(0.0).to_numpy()
    return Items(
        frame=frame,
        keys=keys,
        category=frame["category_index"].to_numpy(),
        appeal=_appeal(frame, keys),
        latitude=frame["latitude"].fill_null(float("nan")).to_numpy(),
        longitude=frame["longitude"].fill_null(float("nan")).to_numpy(),
        price=price,
        is_sold=price > 0.0,
        is_listed=frame["status"].ne_missing("cancelled").to_numpy(),
        local_ms=local,
        starts_ms=_starts(frame, local),
        announced_ms=_milliseconds(frame["announced_at"]),
    )


def _place(scene: Scene) -> pl.DataFrame:
    slugs = pl.DataFrame({"category": categories()}).with_row_index("category_index")
    places = scene.venues.select("venue_id", "latitude", "longitude").unique("venue_id", keep="first")
    on = scene.happenings.filter(pl.col("starts_local").is_not_null()).sort("happening_id")
    joined = on.join(places, on="venue_id", how="left", maintain_order="left")
    joined = joined.join(slugs, on="category", how="left", maintain_order="left")
    index = pl.col("category_index").cast(pl.Int64).fill_null(slugs.height)
    return joined.with_columns(index, pl.col("announced_at").fill_null(pl.lit(0).cast(UTC_DATETIME)))


def _appeal(frame: pl.DataFrame, keys: Keys) -> Floats:
    """More for what draws many; what was called off counts as a third of its room, for people knew nothing of it."""
    room = pl.col("capacity").fill_null(100) * 0.35
    crowd = frame.select(pl.when(pl.col("attendance") > 0).then("attendance").otherwise(room)).to_series()
    return 0.4 * (np.log1p(crowd.cast(pl.Float64).to_numpy()) - 4.5) + 0.6 * draw_normal(keys, "appeal")


def _starts(frame: pl.DataFrame, local: Ints) -> Ints:
    starts = np.zeros(len(local), dtype=np.int64)
    for zone in frame["timezone"].unique().drop_nulls():
        held = frame["timezone"].eq_missing(zone).to_numpy()
        starts[held] = to_utc(local[held], zone)
    return starts


def _milliseconds(moments: pl.Series) -> Ints:
    return moments.dt.epoch("ms").to_numpy()


def lead_days(items: Items, rows: Ints, day: Ints) -> Floats:
    """Days from `day` to the start's date, as the wall clock has them; 0 on the day itself."""
    return np.maximum(items.local_ms[rows] // DAY - day, 0).astype(np.float64)
