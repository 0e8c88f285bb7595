"""Draws repeat, hang on nothing but key and name, and are spread as they should be."""

import numpy as np
import pytest

from pulsecity_pipeline.sandbox.chance import (
    derive_keys,
    draw_choice,
    draw_index,
    draw_normal,
    draw_share,
    draw_weighted,
    key_of,
    write_hex,
    write_number,
)

KEYS = derive_keys(key_of(7, "test"), np.arange(20_000))


def test_draws_are_the_same_on_every_machine() -> None:
    assert int(key_of(7, "a", "b")) == 5113263235700208271
    assert draw_share(derive_keys(key_of(7)), "x")[0] == pytest.approx(0.740815790823, abs=1e-9)


def test_keys_are_apart_and_order_does_not_matter() -> None:
    assert len(np.unique(KEYS)) == len(KEYS)
    assert (draw_share(KEYS[::-1], "x")[::-1] == draw_share(KEYS, "x")).all()
    assert int(key_of("a", "bc")) != int(key_of("ab", "c"))


def test_shares_are_even_and_independent() -> None:
    one, other = draw_share(KEYS, "one"), draw_share(KEYS, "other")
    assert abs(one.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert np.histogram(one, 10)[0].min() > 1800


def test_normals_and_weights() -> None:
    normal = draw_normal(KEYS, "n")
    assert abs(normal.mean()) < 0.03
    assert abs(normal.std() - 1) < 0.03
    counts = np.bincount(draw_weighted(KEYS, "w", np.array([1.0, 0.0, 3.0])), minlength=3) / len(KEYS)
    assert counts[1] == 0
    assert counts[2] == pytest.approx(0.75, abs=0.02)


def test_indices_stay_below_their_count() -> None:
    count = np.arange(1, len(KEYS) + 1)
    drawn = draw_index(KEYS, "i", count)
    assert (drawn >= 0).all()
    assert (drawn < count).all()
    assert set(draw_choice(KEYS, "c", ("a", "b"))) == {"a", "b"}


def test_ids_have_their_length() -> None:
    assert set(write_hex(KEYS[:100], 26).str.len_chars()) == {26}
    assert set(write_number(KEYS[:100], 9).str.len_chars()) == {9}
