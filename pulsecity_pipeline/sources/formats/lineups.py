"""Line-ups written as text (`A b2b B (live), C & friends`) as the names of who performs, in order."""

import re
import unicodedata

_TAG = re.compile(r"<[^<>]*>")
#: `b2b` and its kin join two who play together; an act's own `&`, `x` or `+` stays.
_BETWEEN = re.compile(r"[\n\r\u2028,;•·|►▀■●]+|(?:^|\s+)(?:b[2-5]b|f2f|vs\.?)(?=\s)", re.I)
_LABEL = re.compile(r"\[[^\[\]]*\]")
_ASIDE = re.compile(
    r"\((?:live(?: set)?|dj[ -]?set|hybrid(?: set)?|vinyl only|all night long|\d+)\)|\*[^*]*\*"
    r"|\s(?:live(?: set)?|dj[ -]?set)$",
    re.I,
)
_NOBODY = re.compile(
    r"(?:\W*(?:and|&|\+)?\s*(?:many |much )?more\W*|.*\bt\.?b\.?[acd]\W*|to be announced|live|djs?"
    r"|secret (?:guests?|line-?up)|.*:|\(.*\))",
    re.I,
)
_LONGEST_NAME = 50
_MOST_WORDS = 6


def name_act(text: str) -> str:
    """A name without how it plays and without the number that tells namesakes apart: `Maté (2)` → `Maté`."""
    return " ".join(_ASIDE.sub(" ", " ".join(_LABEL.sub(" ", text).split())).split()).strip("@*-–_ ")


def split_lineup(text: str) -> list[str]:
    """The distinct names of a line-up; none where it reads as a sentence (a part too long for a name)."""
    plain = unicodedata.normalize("NFKC", _LABEL.sub(" ", _TAG.sub("", text))).replace("\u200b", "")
    parts = [name_act(part) for part in _BETWEEN.split(plain)]
    if any(len(part) > _LONGEST_NAME or part.count(" ") >= _MOST_WORDS for part in parts):
        return []
    named = [part for part in parts if re.search(r"\w", part) and not _NOBODY.fullmatch(part)]
    return list(dict.fromkeys(named))
