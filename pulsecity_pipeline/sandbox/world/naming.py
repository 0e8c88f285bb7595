"""Names and titles: proper names coined from syllables, and patterns whose slots are filled column by column."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, draw_index, draw_share
from pulsecity_pipeline.sandbox.world.vocabulary import Words, load_words

_SLOT = re.compile(r"\{(\w+?)\d?\}")
_SEASONS: Final = ("Spring", "Summer", "Fall", "Winter")


def coin_names(keys: Keys, words: Words) -> pl.Series:
    """An invented proper name a key, of one or two syllables and an ending."""
    is_long = pl.Series(draw_share(keys, "long") < 0.25)
    first = _syllable(keys, "1", words)
    second = _syllable(keys, "2", words)
    body = pl.select(pl.when(is_long).then(first + second).otherwise(first)).to_series()
    name = body + draw_choice(keys, "ending", words.endings)
    return name.str.slice(0, 1).str.to_uppercase() + name.str.slice(1)


def _syllable(keys: Keys, what: str, words: Words) -> pl.Series:
    parts = {"onset": words.onsets, "nucleus": words.nuclei, "coda": words.codas}
    onset, nucleus, coda = (draw_choice(keys, name + what, choices) for name, choices in parts.items())
    return onset + nucleus + coda


def _people(keys: Keys, words: Words) -> pl.Series:
    return draw_choice(keys, "first", words.first_names) + " " + coin_names(derive_keys(keys, "last"), words)


def _numbers(keys: Keys, words: Words) -> pl.Series:
    return pl.Series(1 + draw_index(keys, "number", 9)).cast(pl.String())


def _listed(name: str) -> Callable[[Keys, Words], pl.Series]:
    return lambda keys, words: draw_choice(keys, name, getattr(words, name))


#: Slot → how it is filled where nobody gives its column.
_SLOTS: Final[dict[str, Callable[[Keys, Words], pl.Series]]] = {
    "coin": coin_names,
    "person": _people,
    "n": _numbers,
    "first": _listed("first_names"),
    "adj": _listed("adjectives"),
    "noun": _listed("nouns"),
    "subject": _listed("subjects"),
    "craft": _listed("crafts"),
    "activity": _listed("activities"),
    "food": _listed("foods"),
    "genre": _listed("genres"),
    "body": _listed("bodies"),
    "sport": _listed("sports"),
    "team": _listed("teams"),
    "lang": _listed("languages"),
    "season": lambda keys, _: draw_choice(keys, "season", _SEASONS),
}


def fill_patterns(patterns: pl.Series, keys: Keys, language: str, given: Mapping[str, pl.Series]) -> pl.Series:
    """Patterns with every slot filled: from the column of its name in `given` (null leaves nothing), else drawn.

    A slot may end in a digit (`{coin2}`) and may stand twice: each time it is drawn anew.
    """
    words = load_words()[language]
    slots = sorted({found.group(0) for text in patterns.unique().to_list() for found in _SLOT.finditer(text or "")})
    filled = patterns
    for slot in slots:
        name = slot[1:-1]
        for turn in range(3):
            has_slot = filled.str.contains(slot, literal=True).fill_null(value=False).to_numpy()
            if not has_slot.any():
                break
            value = _slot_values(name, turn, keys, has_slot, words, given)
            filled = _replace_where(filled, has_slot, slot, value)
    return filled


def _slot_values(
    name: str, turn: int, keys: Keys, rows: np.ndarray, words: Words, given: Mapping[str, pl.Series]
) -> pl.Series:
    if name in given:
        return given[name].filter(pl.Series(rows)).fill_null("")
    kind = name.rstrip("0123456789")
    return _SLOTS[kind](derive_keys(keys[rows], name, turn), words)


def _replace_where(texts: pl.Series, rows: np.ndarray, slot: str, values: pl.Series) -> pl.Series:
    chosen = pl.DataFrame({"text": texts.filter(pl.Series(rows)), "value": values})
    replaced = chosen.select(pl.col("text").str.replace(slot, pl.col("value"), literal=True)).to_series()
    return texts.scatter(np.flatnonzero(rows), replaced)


def fill_by_language(
    patterns: pl.Series, keys: Keys, languages: pl.Series, given: Mapping[str, pl.Series]
) -> pl.Series:
    """`fill_patterns`, each row in its own language."""
    filled = patterns
    for language in languages.unique().sort().to_list():
        rows = (languages == language).to_numpy()
        mask = pl.Series(rows)
        part = fill_patterns(
            patterns.filter(mask), keys[rows], language, {name: column.filter(mask) for name, column in given.items()}
        )
        filled = filled.scatter(np.flatnonzero(rows), part)
    return filled
