import html

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.normalize.text import clean_line, clean_paragraphs, fold


def line(text: str | None) -> str | None:
    cleaned: str | None = clean_line(pl.Series([text], dtype=pl.String))[0]
    return cleaned


def paragraphs(text: str) -> str | None:
    cleaned: str | None = clean_paragraphs(pl.Series([text]))[0]
    return cleaned


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Open \t choir\n beginners ", "Open choir beginners"),
        ("<b>Open</b> choir", "Open choir"),
        ("Rock &amp; Roll", "Rock & Roll"),
        ("Rock &amp;amp; Roll", "Rock & Roll"),
        ("&lt;b&gt;Loud&lt;/b&gt;", "Loud"),
        ("AT&T & friends", "AT&T & friends"),
        ("a < b > c", "a < b > c"),
        ("I <3 you", "I <3 you"),
        ("https://x.example/?a=1&copy=2", "https://x.example/?a=1&copy=2"),
        ("zero\u200bwidth\x00 nul\u00a0space", "zerowidth nul space"),
        ("👩\u200d🎤 singer", "👩\u200d🎤 singer"),
        ("<script>alert(1)</script>", None),
        ("&nbsp; <br> ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_line_is_what_a_reader_would_see(raw: str | None, clean: str | None) -> None:
    assert line(raw) == clean


def test_paragraphs_stay_apart_by_one_newline() -> None:
    assert paragraphs("<p>One\ntwo</p>\n<p>Three<br/>four</p><ul><li>five</li></ul>") == "One two\nThree\nfour\nfive"
    assert paragraphs("One\r\n\r\n  two \n\n\nthree") == "One\ntwo\nthree"


def test_folding_leaves_padded_words() -> None:
    folded = pl.select(fold(pl.lit("Café's L’Été—2027!"))).item()
    assert folded == " cafes lete 2027 "


@given(st.lists(st.text(), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_text_raises_and_cleaning_is_final(texts: list[str]) -> None:
    once = clean_line(pl.Series(texts))
    assert len(once) == len(texts)
    assert not any(text == "" or text != text.strip() or "\n" in text for text in once.drop_nulls())


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N")), min_size=1))
@settings(max_examples=100, deadline=None)
def test_escaping_a_word_once_or_twice_changes_nothing(word: str) -> None:
    text = f"{word} & <{word}1>"
    assert line(html.escape(text)) == line(html.escape(html.escape(text)))
