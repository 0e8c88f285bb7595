"""Names are coined, not listed; patterns lose every slot."""

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.chance import derive_keys, key_of
from pulsecity_pipeline.sandbox.world.naming import coin_names, fill_by_language, fill_patterns
from pulsecity_pipeline.sandbox.world.vocabulary import load_kinds, load_organiser_kinds, load_venue_kinds, load_words


def keys_of(seed: int, count: int = 4000) -> np.ndarray:
    return derive_keys(key_of(seed, "names"), np.arange(count))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "nl"])
def test_a_list_of_one_world_names_hardly_helps_in_another(language: str) -> None:
    words = load_words()[language]
    one, other = (set(coin_names(keys_of(seed), words)) for seed in (1, 2))
    assert len(one) > 2500
    assert len(one & other) / len(one) < 0.25


def test_every_pattern_of_every_language_can_be_filled() -> None:
    kinds = [text for kind in load_kinds().values() for texts in kind.titles.values() for text in texts]
    names = [text for kind in load_organiser_kinds().values() for text in kind.names]
    names += [text for kind in load_venue_kinds().values() for text in kind.names]
    sentences = [text for words in load_words().values() for text in words.sentences]
    patterns = pl.Series([*kinds, *names, *sentences])
    given = {
        name: pl.repeat("X", len(patterns), eager=True) for name in ("act", "act2", "act3", "venue", "city", "year")
    }
    for language in load_words():
        filled = fill_patterns(patterns, keys_of(3, len(patterns)), language, given)
        assert filled.str.contains(r"[{}]").sum() == 0


def test_a_slot_that_stands_twice_is_drawn_twice() -> None:
    filled = fill_patterns(pl.repeat("{adj}|{adj}", 50, eager=True), keys_of(4, 50), "en", {})
    halves = filled.str.split("|")
    assert (halves.list.get(0) != halves.list.get(1)).sum() > 40


def test_each_row_speaks_its_own_language() -> None:
    patterns, languages = pl.Series(["{subject}"] * 20), pl.Series(["en", "de"] * 10)
    filled = fill_by_language(patterns, keys_of(5, 20), languages, {})
    german = set(load_words()["de"].subjects)
    assert [text in german for text in filled] == [False, True] * 10


def test_every_kind_that_is_put_on_exists() -> None:
    known = load_kinds()
    for name, organiser in load_organiser_kinds().items():
        assert set(organiser.lines) <= set(known), name
    assert {venue for kind in known.values() for venue in kind.venues} <= set(load_venue_kinds())
