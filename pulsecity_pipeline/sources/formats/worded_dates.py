"""Dates in words of one language by a declared form (`{weekday} {day} de {month} {year}`), and days without a year."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

#: The first letters that tell each month, January first.
_MONTHS = {
    "en": "jan feb mar apr may jun jul aug sep oct nov dec",
    "es": "ene feb mar abr may jun jul ago sep|set oct nov dic",
    "fr": "jan fév|fev mars avr mai juin juil aoû|aou sep oct nov déc|dec",
    "de": "jan|jän feb mär|mar apr mai jun jul aug sep okt nov dez",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
    "nl": "jan feb maa|mrt apr mei jun jul aug sep okt nov dec",
}
_WEEKDAYS = {
    "en": "mon tue wed thu fri sat sun",
    "es": "lun mar mié|mie jue vie sáb|sab dom",
    "fr": "lun mar mer jeu ven sam dim",
    "de": "mo di mi do fr sa so",
    "it": "lun mar mer gio ven sab dom",
    "pt": "seg ter qua qui sex sáb|sab dom",
    "nl": "ma di wo do vr za zo",
}
_PARTS = {
    "day": r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?",
    "month": r"(?P<month>\d{1,2}|[^\W\d_]{3,})\.?",
    "year": r"(?P<year>\d{4}|\d{2}(?!\d))",
    "weekday": r"(?P<weekday>[^\W\d_]{2,})\.?",
}
_PLACES = re.compile(r"\{(\w+)\}")


def read_worded(text: str, form: str, language: str, first_on: date) -> date | None:
    """The date that the form finds in the text; without a year, the next such day (and weekday) from `first_on`.

    None where it finds none. Raises ValueError for a date that does not exist, or not on the weekday it names.
    """
    found = _compile(form).search(" ".join(text.split()))
    if found is None:
        return None
    parts = found.groupdict()
    month = _find(_MONTHS[language], parts["month"])
    if month is None:
        return None
    weekday = _find(_WEEKDAYS[language], parts.get("weekday") or "")
    day = int(parts["day"])
    if year := parts.get("year"):
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    named = None if weekday is None else weekday - 1
    for candidate in _days(day, month, first_on):
        if named is None or candidate.weekday() == named:
            return candidate
    raise ValueError(f"{found[0]!r} is no day of the year to come")


def _days(day: int, month: int, first_on: date) -> Iterator[date]:
    """That day this year and the next, if it lies within the year from `first_on`; the night's window is no longer."""
    for year in (first_on.year, first_on.year + 1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if first_on <= candidate <= first_on + timedelta(days=365):
            yield candidate


@lru_cache(maxsize=256)
def _compile(form: str) -> re.Pattern[str]:
    pieces, position = [], 0
    for place in _PLACES.finditer(form):
        pieces += [re.escape(form[position : place.start()]), _PARTS[place[1]]]
        position = place.end()
    return re.compile(r"\b" + "".join(pieces) + re.escape(form[position:]), re.I)


def _find(words: str, word: str) -> int | None:
    """The number (from 1) of the word among those told by their first letters; numbers are themselves."""
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    for number, letters in enumerate(words.split(), 1):
        if word.lower().startswith(tuple(letters.split("|"))):
            return number
    return None
