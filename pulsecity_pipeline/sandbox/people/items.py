"""The happenings of a scene as columns that arrays can take: where, when, how dear and how wanted they are."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, draw_normal
from pulsecity_pipeline.sandbox.people.moments import DAY, to_utc
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints, Scene, categories
from pulsecity_pipeline.sandbox.world.frames import UTC_DATETIME


@dataclass(frozen=True)
class Items:
    """The happenings as columns, in the order of their ids; moments in milliseconds, `local_ms` on the wall clock."""

    frame: pl.DataFrame
    keys: Keys
    category: Ints  # place in taxonomy.yaml; the number of categories where none of them
    appeal: Floats  # about -2 to 3: how many want it
    latitude: Floats  # NaN online
    longitude: Floats
    price: Floats  # of the cheapest ticket, about as in dollars; 0 where free or unknown
    is_sold: Bools
    is_listed: Bools  # not cancelled
    local_ms: Ints
    starts_ms: Ints
    announced_ms: Ints


def list_items(scene: Scene) -> Items:
    """What is on, ready for arrays; rows without a start are left out."""
    frame = _place(scene)
    keys = np.array([scene.key("item", one) for one in frame["happening_id"]], dtype=np.uint64)
    local = _milliseconds(frame["starts_local"])
    price = _price(frame)
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
    wanted: Floats = 0.4 * (np.log1p(crowd.cast(pl.Float64).to_numpy()) - 4.5) + 0.6 * draw_normal(keys, "appeal")
    return wanted


def _price(frame: pl.DataFrame) -> Floats:
    """Prices in the city's own money ÷ the power of ten that makes usual ones about 20."""
    price = frame["price_min"].cast(pl.Float64).fill_null(0.0).to_numpy()
    usual = float(np.median(price[price > 0.0])) if (price > 0.0).any() else 20.0
    return np.asarray(price / 10.0 ** np.round(np.log10(usual / 20.0)), dtype=np.float64)


def _starts(frame: pl.DataFrame, local: Ints) -> Ints:
    starts = np.zeros(len(local), dtype=np.int64)
    for zone in frame["timezone"].unique().drop_nulls():
        held = frame["timezone"].eq_missing(zone).to_numpy()
        starts[held] = to_utc(local[held], zone)
    return starts


def _milliseconds(moments: pl.Series) -> Ints:
    return moments.dt.epoch("ms").to_numpy()


def lead_days(items: Items, rows: Ints, day: Ints | int) -> Floats:
    """Days from `day` to the start's date, as the wall clock has them; 0 on the day itself."""
    return np.asarray(np.maximum(items.local_ms[rows] // DAY - day, 0), dtype=np.float64)
