"""Folding of titles, venues, addresses and pages."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulsecity_pipeline.entities.folding import extract_street, fold_text, fold_url, fold_venue


def fold(text: str | None) -> str | None:
    value: str | None = pl.select(fold_text(pl.lit(text, pl.String))).item()
    return value


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café  O’Reilly &amp; Söhne", "cafe oreilly and sohne"),
        ("<b>Straße</b>&nbsp;7", "strasse 7"),
        ("London, U.K.", "london uk"),
        ("Rock & Roll / Jazz", "rock and roll jazz"),
        ("日本語 フェス", "日本語 フェス"),
        ("🎉🎉", "🎉🎉"),
        ("   ", None),
        (None, None),
    ],
)
def test_text(text: str | None, folded: str | None) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


def test_venues_lose_the_article() -> None:
    names = pl.DataFrame({"name": ["The Orange Peel", "Orange Peel", "The", None]})
    assert names.select(fold_venue(pl.col("name"))).to_series().to_list() == ["orange peel", "orange peel", "the", None]


def test_pages_lose_scheme_tracking_and_fragment() -> None:
    pages = pl.DataFrame(
        {
            "url": [
                "https://www.x.example/a/?utm_source=n&utm_medium=m#top",
                "http://x.example/a",
                "https://x.example/?id=3",
                None,
            ]
        }
    )
    assert pages.select(fold_url(pl.col("url"))).to_series().to_list() == [
        "x.example/a",
        "x.example/a",
        "x.example/?id=3",
        None,
    ]


def test_streets() -> None:
    addresses = pl.DataFrame({"a": ["100 n main st davis", "suite 5 1200 w 5th ave", "paris france", None]})
    assert addresses.select(extract_street(pl.col("a"))).to_series().to_list() == ["100 main", "1200 5th", None, None]
