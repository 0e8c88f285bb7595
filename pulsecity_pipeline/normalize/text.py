"""From text or HTML to clean plain text: tags out, entities read, white space collapsed, control characters dropped."""

import html
import re
from collections.abc import Callable

import polars as pl
from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.normalize.distinct import map_texts

_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|center|cite|code|dd|div|dl|dt|em|figcaption|figure|font|footer|"
    "form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|noscript|o:p|ol|option|p|picture|pre|"
    "s|script|section|select|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|title|"
    "tr|tt|u|ul|video|wbr"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_BREAK = re.compile(
    r"<(?:br|hr)\b[^<>]*>|</?(?:p|div|li|ul|ol|h[1-6]|tr|table|section|article|blockquote|dl|dt|dd|pre)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_UNSEEN = ("script", "style", "head", "noscript", "iframe", "svg", "select")
#: Titles arrive escaped up to three times over.
_ROUNDS = 3

#: C0 and C1 controls but tab and line ends, soft hyphen, zero-width space, bidirectional marks, BOM, non-characters.
_CONTROL = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{ad}\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}"
    r"\x{2060}\x{2066}-\x{2069}\x{feff}\x{fffe}\x{ffff}]"
)


def strip_markup(text: str) -> str:
    """HTML as plain text, blocks and line breaks as newlines, entities read (also where escaped more than once).

    Text without known tags only has its entities read: `a < b` and `AT&T` stay as they are.
    """
    for _ in range(_ROUNDS):
        plain = _drop_tags(text) if _TAG.search(text) else _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        if plain == text:
            break
        text = plain
    return text


def _drop_tags(text: str) -> str:
    if _BREAK.search(text):
        text = _BREAK.sub("\n", " ".join(text.split()))
    tree = LexborHTMLParser(text)
    tree.strip_tags(list(_UNSEEN))
    root = tree.body or tree.root
    return root.text() if root is not None else ""


def clean_line(texts: pl.Series) -> pl.Series:
    """Text on one line, from text or HTML; null where nothing is left."""
    return _cleaned(texts, lambda text: text.str.replace_all(r"\s+", " "))


def clean_paragraphs(texts: pl.Series) -> pl.Series:
    """Text with one newline between paragraphs, from text or HTML; null where nothing is left."""
    return _cleaned(
        texts,
        lambda text: (
            text.str.replace_all(r"[\n\r\x0b\x0c\x{85}\x{2028}\x{2029}]", "\n")
            .str.replace_all(r"[^\S\n]+", " ")
            .str.replace_all(r" ?\n[ \n]*", "\n")
        ),
    )


def fold(texts: pl.Expr) -> pl.Expr:
    """Lower-case words of letters and digits with single spaces, without accents, padded by a space on either side."""
    bare = texts.str.normalize("NFKD").str.replace_all(r"[\p{M}'’`´]", "").str.to_lowercase()
    return pl.lit(" ") + bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars() + pl.lit(" ")


def _cleaned(texts: pl.Series, collapse: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    text = pl.col("text")
    frame = texts.cast(pl.String).to_frame("text")
    marked = frame.select(pl.when(text.str.contains("[<&]")).then(text)).to_series()
    bare = frame.select(pl.coalesce(map_texts(marked, strip_markup), text).alias("text"))
    tidy = collapse(text.str.replace_all(_CONTROL, "")).str.strip_chars()
    return bare.select(tidy).select(pl.when(text != "").then(text).alias(texts.name)).to_series()
