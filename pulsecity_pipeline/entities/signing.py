"""Signing: one hash for all that a listing is matched by, so that the next night knows which comparisons stand."""

import hashlib

import polars as pl

from pulsecity_pipeline.code_version import version_code
from pulsecity_pipeline.config.matching import Matching
from pulsecity_pipeline.contracts import Event
from pulsecity_pipeline.entities.comparing import Vocabulary
from pulsecity_pipeline.entities.preparing import PLACE_TEXT

#: Columns of a prepared listing that a comparison or a block depends on, beside titles and place.
_OWN = ("feed_key", "starts_on", "ends_on", "is_dated", "attendance_mode", "url_fold", "source_event_id",
        "is_first", "is_shared_page", "crowded")  # fmt: skip
#: Libraries whose next version may compare, fold or round otherwise.
_LIBRARIES = ("polars", "rapidfuzz")
_NULL, _BETWEEN = "\x1e", "\x1f"


def sign_listings(keyed: pl.DataFrame, vocabulary: Vocabulary, matching: Matching) -> pl.DataFrame:
    """Prepared listings with titles, place, `is_first`, `is_shared_page`, `crowded` → with `signature`, sorted by row.

    16 hex characters of the SHA-256 of everything on the listing's own side that a pair's being a candidate, its
    levels or its score depend on: its values, the weights of its titles' words, whether its titles are widespread and
    its page shared, the blocks it is too crowded in, and the configuration and code that judge. While two listings
    both keep theirs, comparing them again gives what it gave.
    """
    titles, places = _tell_titles(vocabulary), _tell_places(vocabulary.places)
    told = (
        keyed.select("row", "title_id", "bare_id", "place_id", "starts_at", "performers_fold", *_OWN)
        .join(titles, on="title_id", how="left")
        .join(titles.rename({"title_id": "bare_id", "title_told": "bare_told"}), on="bare_id", how="left")
        .join(places, on="place_id", how="left")
        .sort("row")
    )
    text = told.select(
        pl.concat_str(
            pl.lit(hash_judgement(matching)),
            *(_tell(pl.col(name)) for name in (*_OWN, "title_told", "bare_told", "place_told")),
            _tell(pl.col("starts_at").to_physical()),
            pl.col("performers_fold").list.join(_NULL),
            separator=_BETWEEN,
        )
    ).to_series()
    return keyed.with_columns(signature=digest_texts(text))


def digest_texts(texts: pl.Series) -> pl.Series:
    """First 16 hex characters of the SHA-256 of each text."""
    return pl.Series([hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts], dtype=pl.String)


def hash_judgement(matching: Matching) -> str:
    """Hash of the configuration and of the code that judges: the source of this package and two libraries' versions.

    The columns of an event are part of it, as what is made of them is hashed too.
    """
    return hashlib.sha256(
        f"{matching.model_dump_json()}{Event.polars_schema()}{version_code('entities', libraries=_LIBRARIES)}".encode()
    ).hexdigest()


def _tell_titles(vocabulary: Vocabulary) -> pl.DataFrame:
    weighed = vocabulary.words.sort("title_id", "position").select(
        "title_id", told=pl.concat_str("word", "word_bits", "word_weight", separator=":")
    )
    words = weighed.group_by("title_id", maintain_order=True).agg(pl.col("told").str.join(" "))
    return vocabulary.titles.join(words, on="title_id", how="left").select(
        "title_id",
        title_told=pl.concat_str(
            "title_fold", _tell(pl.col("year")), _tell(pl.col("told")), "is_widespread", separator=_BETWEEN
        ),
    )


def _tell_places(places: pl.DataFrame) -> pl.DataFrame:
    """Coordinates by their bits: as text they might round."""
    degrees = [pl.col(name).reinterpret(dtype=pl.Int64) for name in PLACE_TEXT[2:]]
    return places.select(
        "place_id",
        place_told=pl.concat_str(
            *(_tell(part) for part in (*map(pl.col, PLACE_TEXT[:2]), *degrees)), separator=_BETWEEN
        ),
    )


def _tell(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String).fill_null(_NULL)
