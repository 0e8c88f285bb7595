"""Who plays: artists known everywhere, some of one name, some in tribute to another, each with a popularity."""

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import (
    derive_keys,
    draw_choice,
    draw_index,
    draw_share,
    draw_weighted,
    key_of,
    write_hex,
)
from pulsecity_pipeline.sandbox.world.frames import ARTIST
from pulsecity_pipeline.sandbox.world.naming import fill_by_language

_GENRES: Final = {
    "rock": 5, "pop": 3, "hip_hop_rnb": 3, "electronic_dj": 4, "jazz_blues": 3, "country_folk": 3, "latin": 2,
    "metal_punk": 2, "world_reggae": 1,
}  # fmt: skip
_NAMES: Final = (
    "The {adj} {noun}s", "{adj} {noun}", "{noun} {noun2}", "{person}", "{person}", "{person}", "{coin}", "{coin}",
    "{person} Trio", "{person} Quartet", "{coin} & the {noun}s", "{coin} {noun}", "DJ {coin}", "{coin}{n}",
    "{person} & {person2}", "Los {coin}", "MC {coin}", "{noun} of {coin}",
    "The {coin}s", "{adj} {noun} Collective",
)  # fmt: skip
_TRIBUTES: Final = (
    "{act} Tribute", "The {act} Experience", "Almost {act}", "A Tribute to {act}", "{act} Forever (Tribute Band)",
)  # fmt: skip
#: Three in four write English: so do most who tour.
_LANGUAGES: Final = (*("en",) * 18, "de", "fr", "es", "pt", "nl", "ja")
_HOMONYM_SHARE, _TRIBUTE_SHARE = 0.03, 0.05


@cache
def build_artists(seed: int, count: int) -> pl.DataFrame:
    """ARTIST rows, most popular first: 3 % have the name of another, 5 % are tribute bands, a fifth has an alias.

    Popularity falls with the rank r as (1 + r)^-0.35, so that a few play arenas and most play pubs.
    """
    ranks = np.arange(count, dtype=np.int64)
    keys = derive_keys(key_of(seed, "artist"), ranks)
    languages = draw_choice(keys, "language", _LANGUAGES)
    names = fill_by_language(draw_choice(keys, "name", _NAMES), keys, languages, {})
    kind = draw_share(keys, "homonym")
    other = draw_index(keys, "other", np.maximum(1, ranks // 2))
    is_homonym = (kind < _HOMONYM_SHARE) & (ranks > 50)
    is_tribute = (kind >= _HOMONYM_SHARE) & (kind < _HOMONYM_SHARE + _TRIBUTE_SHARE) & (ranks > 50)
    honoured = names.gather(other)
    bare = honoured.str.replace(r"^The ", "")
    tribute_names = fill_by_language(draw_choice(keys, "tribute", _TRIBUTES), keys, languages, {"act": bare})
    ids = "a" + write_hex(keys, 12)
    frame = pl.DataFrame(
        {
            "artist_id": ids,
            "name": names,
            "genre": pl.Series(list(_GENRES)).gather(_draw_genre(keys)),
            "popularity": np.round((1.0 + ranks) ** -0.35, 4),
            "home_country": draw_choice(keys, "home", ("US", "US", "GB", "CA", "DE", "FR", "BR", "JP", "MX", "AU")),
            "other_id": ids.gather(other),
            "honoured": honoured,
            "tribute_name": tribute_names,
            "is_homonym": is_homonym,
            "is_tribute": is_tribute,
            "has_alias": draw_share(keys, "alias") < 0.2,
        }
    )
    return _settle_names(frame)


def _draw_genre(keys: np.ndarray) -> np.ndarray:
    return draw_weighted(keys, "genre", np.array(list(_GENRES.values()), dtype=float))


def _settle_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Homonyms take the other's name, tribute bands one that holds it; aliases are what posters make of a name."""
    name = pl.when("is_homonym").then("honoured").when("is_tribute").then("tribute_name").otherwise("name")
    bare = pl.col("name").str.replace(r"^(The|Los|DJ|MC) ", "").str.replace(r" (Trio|Quartet|Collective)$", "")
    alias = pl.when(pl.col("has_alias") & (bare != pl.col("name"))).then(pl.concat_list(bare))
    kind = (
        pl.when(pl.col("genre") == "electronic_dj").then(pl.lit("dj"))
        .when(pl.col("name").str.contains(r"^\S+ \S+$") & ~pl.col("name").str.contains("The ")).then(pl.lit("solo"))
        .otherwise(pl.lit("band"))
    )  # fmt: skip
    return (
        frame.with_columns(name=name)
        .with_columns(
            aliases=alias.otherwise(pl.lit([], dtype=pl.List(pl.String()))),
            kind=kind,
            homonym_of=pl.when("is_homonym").then("other_id"),
            tribute_to=pl.when("is_tribute").then("other_id"),
        )
        .select(ARTIST.names())
        .cast(ARTIST)
    )
