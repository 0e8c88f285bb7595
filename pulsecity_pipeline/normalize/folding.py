"""The folded form of one name, for look-ups: lower case, no accents, words of letters and digits."""

import re
import unicodedata

_WORDS = re.compile(r"[^\W_]+")
_SHORT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


def fold_text(text: str) -> str:
    """`Qu'Appelle–São` → `quappelle sao`."""
    bare = text.replace("'", "").replace("’", "")
    if bare.isascii():
        return " ".join(_WORDS.findall(bare.lower()))
    bare = unicodedata.normalize("NFKD", bare)
    return " ".join(_WORDS.findall("".join(c for c in bare if not unicodedata.combining(c)).lower()))


def fold_place(text: str) -> str:
    """As fold_text, with St, Ste, Mt and Ft written out in front of another word."""
    words = fold_text(text).split(" ")
    return " ".join([*(_SHORT.get(word, word) for word in words[:-1]), *words[-1:]])
