"""Folding of names for equality: case, accents of Latin letters, punctuation; letters of other scripts stay whole."""

import unicodedata

#: Combining accents. The marks of other scripts make another letter: a Japanese voiced sound, an Indic vowel.
_ACCENTS = range(0x0300, 0x0370)
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")


def fold_name(text: str) -> str:
    """`Björk & The Q.E.D.s` → `bjork and the q e d s`; a name of signs alone is only stripped and lower case."""
    plain = text.casefold().translate(_APOSTROPHES).replace("&", " and ")
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if ord(sign) not in _ACCENTS)
    words = "".join(
        sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in unicodedata.normalize("NFKC", bare)
    )
    return " ".join(words.split()) or text.strip().casefold()
