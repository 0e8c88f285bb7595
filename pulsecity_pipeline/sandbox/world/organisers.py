"""Who puts things on in a city: clubs, libraries, councils, groups, promoters; some have a house of their own."""

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import derive_keys, draw_index, draw_share, key_of, write_hex
from pulsecity_pipeline.sandbox.world.naming import fill_by_language
from pulsecity_pipeline.sandbox.world.sizes import count_of
from pulsecity_pipeline.sandbox.world.vocabulary import language_of, load_organiser_kinds

#: Of the organisers in cities where another language is spoken, those who write English.
_ENGLISH_SHARE = 0.2


def build_organisers(city: City, venues: pl.DataFrame, *, seed: int, size: float) -> pl.DataFrame:
    """Columns of ORGANISER, and `key`: the same for every night; the house of each kind goes to one after another."""
    kinds = load_organiser_kinds()
    rows = [(name, number) for name, kind in kinds.items() for number in range(count_of(kind.count, size))]
    base = key_of(seed, city.city_id, "organiser")
    keys = np.concatenate([derive_keys(base, name, number) for name, number in rows])
    houses = _assign_houses(rows, venues)
    own = language_of(city)
    is_english = draw_share(keys, "english") < _ENGLISH_SHARE
    languages = pl.Series(np.where(is_english, "en", own)) if own != "en" else pl.repeat("en", len(keys), eager=True)
    patterns = pl.Series(
        [
            kinds[name].names[int(draw_index(keys[i : i + 1], "name", len(kinds[name].names))[0])]
            for i, (name, _) in enumerate(rows)
        ]
    )
    house_names = pl.DataFrame({"venue_id": houses}).join(venues, on="venue_id", how="left", maintain_order="left")
    given = {"venue": house_names["name"], "city": pl.repeat(city.name, len(keys), eager=True)}
    return pl.DataFrame(
        {
            "key": keys,
            "organiser_id": "o" + write_hex(keys, 12),
            "city_id": pl.repeat(city.city_id, len(keys), eager=True),
            "name": fill_by_language(patterns, keys, languages, given),
            "kind": [name for name, _ in rows],
            "language": languages,
            "venue_id": houses,
        }
    )


def _assign_houses(rows: list[tuple[str, int]], venues: pl.DataFrame) -> pl.Series:
    kinds = load_organiser_kinds()
    houses = venues.filter(pl.col("parent_venue_id").is_null())
    by_kind = {key[0]: part["venue_id"].to_list() for key, part in houses.group_by("kind", maintain_order=True)}
    taken: dict[str, int] = {}
    found: list[str | None] = []
    for name, _ in rows:
        house = kinds[name].house
        if house is None:
            found.append(None)
            continue
        number = taken.get(house, 0)
        taken[house] = number + 1
        found.append(by_kind[house][number % len(by_kind[house])])
    return pl.Series(found, dtype=pl.String())
