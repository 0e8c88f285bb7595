"""Dates in words, by declared forms; a day without a year is the next one, and on the weekday it names."""

from datetime import date

import pytest

from pulsecity_pipeline.sources.formats.worded_dates import read_worded

NIGHT = date(2026, 7, 23)


@pytest.mark.parametrize(
    ("text", "form", "language", "found"),
    [
        ("Miércoles 12 de agosto 2026", "{weekday} {day} de {month} {year}", "es", "2026-08-12"),
        ("Am 3. März 2027, Saal 2", "{day} {month} {year}", "de", "2027-03-03"),
        ("le 1er février 2027", "{day} {month} {year}", "fr", "2027-02-01"),
        ("1 juin 2027 et 1 juillet 2027", "{day} {month} {year}", "fr", "2027-06-01"),
        ("Sept. 5th, 2026", "{month} {day}, {year}", "en", "2026-09-05"),
        ("9/5/26", "{month}/{day}/{year}", "en", "2026-09-05"),
        ("9 settembre 2026", "{day} {month} {year}", "it", "2026-09-09"),
        ("Tuesday, Aug 11 @ 10:00 am", "{weekday}, {month} {day}", "en", "2026-08-11"),
        ("Jan 9", "{month} {day}", "en", "2027-01-09"),
        ("Jul 23", "{month} {day}", "en", "2026-07-23"),
        ("Jul 22", "{month} {day}", "en", "2027-07-22"),
        ("12 Brumaire 2026", "{day} {month} {year}", "fr", None),
        ("soon", "{day} {month} {year}", "en", None),
    ],
)
def test_forms(text: str, form: str, language: str, found: str | None) -> None:
    read = read_worded(text, form, language, NIGHT)
    assert (read and read.isoformat()) == found


@pytest.mark.parametrize("text", ["Monday, Aug 11", "Sunday, Feb 30"])
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="no day"):
        read_worded(text, "{weekday}, {month} {day}", "en", NIGHT)
