"""The accounts of a site in a city: where they live, what they like, what they can spend, when they came."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_index, draw_normal, draw_share, key_of
from pulsecity_pipeline.sandbox.people.bots import COORDINATED, KINDS, PERSON, draw_kinds
from pulsecity_pipeline.sandbox.people.frames import USER, shape
from pulsecity_pipeline.sandbox.people.moments import DAY, as_dates, as_moments, draw_awake, to_utc
from pulsecity_pipeline.sandbox.people.naming import write_ids
from pulsecity_pipeline.sandbox.people.scene import Floats, Ints, Scene, categories

#: Days from a sign-up until the account leaves and another takes its place, so that their number stays.
LIFETIME: Final = 365
#: How dear the categories are to all, in the order of taxonomy.yaml.
COMMON_TASTES: Final = np.array([3.0, 1.6, 1.5, 1.0, 1.3, 1.3, 1.2, 0.5, 0.5, 0.8, 0.6, 0.8])
#: Of accounts, those whose dearest category the site knows.
KNOWN_SEGMENTS: Final = 0.75
_KM_PER_DEGREE: Final = 111.2


def make_users(scene: Scene) -> pl.DataFrame:
    """USER rows of every account that is there on a day of the range, sorted by user_id."""
    slots, lives, signed_up = _list_lives(scene)
    kinds, rings = draw_kinds(scene.accounts)
    keys = derive_keys(derive_keys(scene.key("people"), slots), lives)
    tastes = draw_tastes(keys)
    is_ringed = kinds[slots] == KINDS.index(COORDINATED)
    ring_text = "ring-" + write_ids(derive_keys(scene.key("rings"), rings[slots]))
    latitude, longitude = _draw_homes(keys, scene.city)
    local = signed_up * DAY + draw_awake(keys, "signs up")
    users = pl.DataFrame(
        {
            "user_id": write_ids(keys, "u_"),
            "kind": pl.Series(KINDS).gather(kinds[slots]),
            "latitude": latitude,
            "longitude": longitude,
            "tastes": pl.Series(tastes.tolist(), dtype=pl.List(pl.Float64)),
            "segment": pl.Series(categories()).gather(_draw_segments(keys, tastes)),
            "price_sensitivity": draw_share(keys, "price"),
            "activity_rate": np.minimum(np.exp(-1.4 + 0.9 * draw_normal(keys, "activity")), 4.0),
            "signed_up_at": as_moments(to_utc(local, scene.city.timezone)),
            "signed_up_on": as_dates(signed_up),
            "left_on": as_dates(signed_up + LIFETIME),
            "ring": ring_text.zip_with(pl.Series(is_ringed), pl.Series([None], dtype=pl.String)),
            "user_key": keys,
        }
    )
    named = _name_devices(users).with_columns(city_id=pl.lit(scene.city.city_id))
    return shape(named.sort("user_id"), USER)


def tastes_of(users: pl.DataFrame) -> Floats:
    """One row an account, one column a category, and a last one for what is of no category."""
    known = users["tastes"].explode().to_numpy().reshape(users.height, -1)
    return np.column_stack([known, np.full(users.height, 1.0 / known.shape[1])])


def draw_tastes(keys: Keys) -> Floats:
    """One row a key: what all like, bent by each; the sum of a row is 1."""
    bent = [np.exp(1.1 * draw_normal(keys, f"taste {index}")) for index in range(len(COMMON_TASTES))]
    weights = COMMON_TASTES * np.column_stack(bent)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def _list_lives(scene: Scene) -> tuple[Ints, Ints, Ints]:
    """Places, which life of the place it is, and the day of its sign-up. A ring signs up on one day."""
    _, rings = draw_kinds(scene.accounts)
    places = derive_keys(scene.key("places"), np.where(rings < 0, np.arange(scene.accounts), -1 - rings))
    phase = draw_index(places, "phase", LIFETIME)
    first, last = ((scene.days[end] - phase) // LIFETIME for end in (0, -1))
    slots = np.repeat(np.arange(scene.accounts), last - first + 1)
    lives = np.concatenate([np.arange(low, high + 1) for low, high in zip(first, last, strict=True)])
    return slots, lives, phase[slots] + lives * LIFETIME


def _draw_segments(keys: Keys, tastes: Floats) -> Ints:
    guess = draw_index(keys, "guess", tastes.shape[1])
    return np.where(draw_share(keys, "is known") < KNOWN_SEGMENTS, tastes.argmax(axis=1), guess)


def _draw_homes(keys: Keys, city: City) -> tuple[Floats, Floats]:
    """Dense in the middle, none beyond the city's radius."""
    far = np.sqrt(-2.0 * np.log1p(-draw_share(keys, "far")))
    distance = np.minimum(far * 0.35, 1.0) * city.radius_km / _KM_PER_DEGREE
    angle = 2.0 * np.pi * draw_share(keys, "angle")
    latitude = city.latitude + distance * np.cos(angle)
    return latitude, city.longitude + distance * np.sin(angle) / np.cos(np.radians(city.latitude))


def _name_devices(users: pl.DataFrame) -> pl.DataFrame:
    """Every account has a device of its own and one of many networks; a ring has one of each."""
    own = users["user_key"].to_numpy()
    ringed = {ring: key_of("ring", ring) for ring in users["ring"].drop_nulls().unique()}
    keys = np.array([ringed.get(ring, key) for ring, key in zip(users["ring"], own, strict=True)], dtype=np.uint64)
    first, second = draw_index(keys, "network 1", 64), draw_index(keys, "network 2", 256)
    blocks = pl.DataFrame({"first": first + 64, "second": second}).select(
        pl.format("100.{}.{}.0/24", "first", "second")
    )
    return users.with_columns(device_id=write_ids(derive_keys(keys, "device"), "d"), ip_block=blocks.to_series())


def is_person(users: pl.DataFrame) -> pl.Series:
    """Which accounts are people."""
    return users["kind"] == PERSON
