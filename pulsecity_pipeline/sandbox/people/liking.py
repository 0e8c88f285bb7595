"""The models of what people do with what they are shown: looking, clicking, saving, buying."""

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.people.items import Items
from pulsecity_pipeline.sandbox.people.policy import MOST_PLACES, PLACES
from pulsecity_pipeline.sandbox.people.scene import Floats, Ints
from pulsecity_pipeline.sandbox.people.sessions import LISTS
from pulsecity_pipeline.sandbox.people.true_frames import EXAMINATION, PARAMETER

#: Of each of LISTS how fast looks fade down the list: examination = position ^ -fading.
FADING: Final = {"home": 0.7, "search": 0.9, "digest": 0.5}


@dataclass(frozen=True)
class Clicks:
    """Relevance = 1 / (1 + e^-(sum)), of the account, the happening and the days until it begins."""

    base: float = -2.0
    taste: float = 0.9  # × log(0.05 + 12 × taste)
    appeal: float = 0.5
    distance: float = -0.05  # a kilometre
    price: float = -0.3  # × price sensitivity × log(1 + price)
    soon: float = 0.6  # × e^(-days / 5)


@dataclass(frozen=True)
class Purchases:
    """Probability of a purchase after a click = base × (1 + soon e^(-days / 4)) × e^(price …), before any lift."""

    base: float = 0.16
    soon: float = 1.0
    price: float = -0.25  # × price sensitivity × log(1 + price)


@dataclass(frozen=True)
class Saves:
    """Probability of a save after a click, whatever it is."""

    base: float = 0.12
    ring: float = 0.7  # of coordinated bots


CLICKS: Final = Clicks()
PURCHASES: Final = Purchases()
SAVES: Final = Saves()


def examination_curves() -> Floats:
    """LISTS × positions."""
    place = np.arange(1, MOST_PLACES + 1)
    return np.stack([place ** -FADING[kind] for kind in LISTS])


def relevance(users: pl.DataFrame, tastes: Floats, items: Items, user: Ints, item: Ints, lead: Floats) -> Floats:
    """Of pairs: rows of `users` (USER) and of the items, and days until the item begins. `tastes`: tastes_of(users)."""
    model, sensitivity = CLICKS, users["price_sensitivity"].to_numpy()[user]
    score = model.base + model.appeal * items.appeal[item] + model.soon * np.exp(-lead / 5.0)
    score += model.taste * np.log(0.05 + 12.0 * tastes[user, items.category[item]])
    score += model.price * sensitivity * np.log1p(items.price[item])
    score += model.distance * distance_km(users, items, user, item)
    chance: Floats = 1.0 / (1.0 + np.exp(-score))
    return chance


def purchase_chance(users: pl.DataFrame, items: Items, user: Ints, item: Ints, lead: Floats) -> Floats:
    """Of pairs, as `relevance`; for what is sold, and without the lift of an experiment."""
    model, sensitivity = PURCHASES, users["price_sensitivity"].to_numpy()[user]
    dear = np.exp(model.price * sensitivity * np.log1p(items.price[item]))
    chance: Floats = model.base * (1.0 + model.soon * np.exp(-lead / 4.0)) * dear
    return chance


def distance_km(users: pl.DataFrame, items: Items, user: Ints, item: Ints) -> Floats:
    """From home to the place, flat; 0 to what is online."""
    latitude, longitude = users["latitude"].to_numpy()[user], users["longitude"].to_numpy()[user]
    north = (items.latitude[item] - latitude) * 111.2
    east = (items.longitude[item] - longitude) * 111.2 * np.cos(np.radians(latitude))
    return np.asarray(np.nan_to_num(np.hypot(north, east)), dtype=np.float64)


def examination_frame() -> pl.DataFrame:
    """EXAMINATION: the curve of each list, as far as it goes."""
    curves = examination_curves()
    rows = [
        {"kind": kind, "position": place + 1, "examination": curves[index, place]}
        for index, kind in enumerate(LISTS)
        for place in range(PLACES[index])
    ]
    return pl.DataFrame(rows, schema=EXAMINATION)


def parameter_frame() -> pl.DataFrame:
    """PARAMETER: every number of the models."""
    models = {"fading": FADING, "click": asdict(CLICKS), "purchase": asdict(PURCHASES), "save": asdict(SAVES)}
    rows = [(model, name, value) for model, values in models.items() for name, value in values.items()]
    return pl.DataFrame(rows, schema=PARAMETER, orient="row")
