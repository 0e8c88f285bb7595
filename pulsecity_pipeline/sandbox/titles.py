"""The small grammars of titles, sentences and prices: one function a kind of happening, drawing from the word lists."""

import random
from collections.abc import Callable
from typing import Final

from pulsecity_pipeline.sandbox.words import (
    ADJECTIVES,
    BOARDS,
    CRAFTS,
    FIRST_NAMES,
    GENRES,
    LANGUAGES,
    LAST_NAMES,
    NOUNS,
    OPENERS,
    PLACES,
    PRODUCE,
    SOFTWARE,
    TEAM_NAMES,
    TOPICS,
)

_CURRENCY_SIGNS: Final = {"USD": "$", "CAD": "$", "AUD": "$", "GBP": "£", "EUR": "€", "BRL": "R$", "JPY": "¥"}
_PRICES: Final = {
    "free": ("Free", "Free admission", None, None),
    "small": ("{c}5", "{c}5–10 sliding scale", "Pay what you can", "Free", None),
    "door": ("{c}12 adv / {c}15 door", "{c}10", "{c}18 + fees", "No cover", None),
    "stage": ("Tickets from {c}24.50", "{c}18–{c}42", "{c}30, students {c}15", None),
}


def _person(chance: random.Random) -> str:
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def _band(chance: random.Random) -> str:
    adjective, noun, other = chance.choice(ADJECTIVES), chance.choice(NOUNS), chance.choice(NOUNS)
    return chance.choice(
        (
            f"The {adjective} {noun} Band",
            f"{adjective} {noun}",
            f"{noun} {other}",
            _person(chance),
            f"{_person(chance)} {chance.choice(('Trio', 'Quartet', 'Orchestra'))}",
            f"{chance.choice(LAST_NAMES)} & the {adjective} {noun}",
        )
    )


def _gig(chance: random.Random) -> str:
    first, second = _band(chance), _band(chance)
    return chance.choice((first, first, f"{first} with {second}", f"{first} + {second}", f"{first}, {second}"))


def _club_night(chance: random.Random) -> str:
    return f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)}: {chance.choice(GENRES)} All Night"


def _play(chance: random.Random) -> str:
    adjective, noun, place = chance.choice(ADJECTIVES), chance.choice(NOUNS), chance.choice(PLACES)
    return chance.choice((f"The {noun} of {place}", f"A {adjective} {noun}", f"{noun}, or the {adjective} Heir"))


def _concert(chance: random.Random) -> str:
    return (
        f"{chance.choice(LAST_NAMES)}: {chance.choice(('Symphony', 'Concerto', 'Serenade'))} No. {chance.randint(1, 9)}"
    )


def _lecture(chance: random.Random) -> str:
    topic, other = chance.sample(TOPICS, 2)
    return chance.choice(
        (f"{topic} and {other}", f"{_person(chance)}: A Short History of {topic}", f"Why {topic} Matter")
    )


def _meeting(chance: random.Random) -> str:
    kinds = ("Regular Meeting", "Special Meeting", "Public Hearing", "Work Session")
    return f"{chance.choice(BOARDS)} {chance.choice(kinds)}"


def _library(chance: random.Random) -> str:
    craft, software = chance.choice(CRAFTS), chance.choice(SOFTWARE)
    author_talk = f"Author Talk: {_person(chance)}"
    return chance.choice((f"Teen {craft} Club", f"Intro to {software}", f"{craft} for Adults", author_talk))


def _workshop(chance: random.Random) -> str:
    return f"{chance.choice(CRAFTS)} {chance.choice(('for Beginners', 'Workshop', 'Drop-in', 'Swap & Share'))}"


def _walk(chance: random.Random) -> str:
    return f"{chance.choice(PLACES)} {chance.choice(('Loop', 'Birding', 'Sunrise', 'Full Moon'))} Walk"


def _code(chance: random.Random) -> str:
    return (
        f"{chance.choice(LANGUAGES)} {chance.choice(('Study Group', 'Lightning Talks', 'Hack Night', 'Office Hours'))}"
    )


def _exhibition(chance: random.Random) -> str:
    return f"{chance.choice(TOPICS)}: {chance.choice(ADJECTIVES)} Visions by {_person(chance)}"


def _fixture(chance: random.Random) -> str:
    home, away = chance.sample(TEAM_NAMES, 2)
    return f"{home} vs. {away}"


def _market(chance: random.Random) -> str:
    goods = chance.choice(("Farmers", "Flea", chance.choice(PRODUCE)))
    return f"{chance.choice(PLACES)} {goods} Market"


def _fair(chance: random.Random) -> str:
    return f"{chance.choice(PLACES)} {chance.choice(PRODUCE)} {chance.choice(('Festival', 'Fair', 'Supper', 'Day'))}"


TITLES: Final[dict[str, Callable[[random.Random], str]]] = {
    "book_club": lambda chance: f"Book Club: {_play(chance)}",
    "club_night": _club_night,
    "code": _code,
    "concert": _concert,
    "exhibition": _exhibition,
    "fair": _fair,
    "fixture": _fixture,
    "gig": _gig,
    "lecture": _lecture,
    "library": _library,
    "market": _market,
    "meeting": _meeting,
    "play": _play,
    "pub_series": lambda chance: chance.choice(("Open Mic", "Pub Quiz", f"{chance.choice(GENRES)} Jam", "Karaoke")),
    "story_time": lambda _: "Family Story Time",
    "walk": _walk,
    "workshop": _workshop,
}


def draw_description(chance: random.Random) -> str:
    """One to three different sentences."""
    return " ".join(chance.sample(OPENERS, chance.randint(1, 3)))


def draw_price(chance: random.Random, level: str, currency: str) -> str | None:
    """A price in words, or None where nobody says; `level` is free, small, door or stage."""
    text = chance.choice(_PRICES[level])
    return None if text is None else text.replace("{c}", _CURRENCY_SIGNS.get(currency, f"{currency} "))
