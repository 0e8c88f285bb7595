"""Folding of text for comparison: case, accents, punctuation and HTML leftovers; display text is never folded."""

import polars as pl

_APOSTROPHES = r"['’‘`´ʼ]"
_INITIAL = r"\b(\p{L})\."
_ENTITY = r"&(?:#\d+|#x[0-9a-f]+|[a-z]+);"
_STREET = r"\b(\d+)[a-z]? (?:(?:n|s|e|w|north|south|east|west) )?(\p{L}+|\d+(?:st|nd|rd|th))\b"
_TRACKING = r"(?:[?&](?:utm_[a-z]+|fbclid|gclid|mc_[a-z]+)=[^&#]*)+"


def fold_text(text: pl.Expr) -> pl.Expr:
    """Text → lower-case words of letters and digits, one space between them, accents and HTML leftovers gone.

    Text without any letter or digit is only stripped, so that signs still equal themselves; empty text becomes null.
    """
    marked = text.str.replace_all(r"<[^<>]*>", " ").str.to_lowercase().str.replace_all("&amp;", "&", literal=True)
    plain = (
        marked.str.replace_all(_ENTITY, " ")
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_all("ß", "ss", literal=True)
        .str.replace_all("&", " and ", literal=True)
        .str.replace_all(_APOSTROPHES, "")
        .str.replace_all(_INITIAL, "$1")
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )
    signs = marked.str.strip_chars()
    return pl.when(plain != "").then(plain).when(signs != "").then(signs)


def fold_venue(name: pl.Expr) -> pl.Expr:
    """A venue's name folded like text, without a leading article; null stays null."""
    folded = fold_text(name)
    short = folded.str.replace(r"^the ", "")
    return pl.when(short != "").then(short).otherwise(folded)


def fold_url(url: pl.Expr) -> pl.Expr:
    """An address without scheme, `www.`, tracking parameters, fragment and final slash; nothing left is null."""
    bare = (
        url.str.replace(r"#.*$", "")
        .str.replace_all("&amp;", "&", literal=True)
        .str.replace_all(_TRACKING, "")
        .str.replace(r"^(?i)https?://(?:www\.)?", "")
        .str.replace(r"/+$", "")
    )
    return pl.when(bare != "").then(bare)


def extract_street(address: pl.Expr) -> pl.Expr:
    """House number and first word of the street of a folded address ("100 main"); null where there is none."""
    numbered = address.str.extract_groups(_STREET)
    number, street = numbered.struct.field("1"), numbered.struct.field("2")
    return pl.when(number.is_not_null()).then(number + pl.lit(" ") + street)
