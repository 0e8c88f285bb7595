"""How a publisher words a title, a place and a description of a happening: retitling, misspelling, nicknames, HTML."""

import html
import random
import re

from pulsecity_pipeline.sandbox.chance_v1 import digest_number
from pulsecity_pipeline.sandbox.habits import Habits, Place
from pulsecity_pipeline.sandbox.model import Happening
from pulsecity_pipeline.sandbox.titles import draw_description

_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_ROOMS = ("Meeting Room 1", "Meeting Room 2", "Main Hall", "Room 110", "Lower Level", "Studio B")


def word_title(happening: Happening, habits: Habits, chance: random.Random) -> str:
    """The title in the publisher's words, misspelt in `typo_share` of cases."""
    template = chance.choice(habits.titles)
    venue = happening.venue
    if venue is None and "{venue}" in template:
        template = "{title}"
    place = "" if venue is None else chance.choice((venue.name, venue.nickname))
    worded = template.format(title=happening.title, venue=place, category=happening.category)
    return misspell(worded, chance) if chance.random() < habits.typo_share else worded


def misspell(text: str, chance: random.Random) -> str:
    """One long word with two neighbouring letters swapped, or one letter lost; unchanged without a long word."""
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    at = chance.choice(words).start() + chance.randint(1, 3)
    if chance.random() < 0.5:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def word_place(happening: Happening, place: Place, chance: random.Random) -> str:
    """The location line; online happenings name the software or a link to it. A room is the same in every feed."""
    venue = happening.venue
    if venue is None:
        return chance.choice(("Zoom", "Online", f"https://zoom.example/j/{chance.randrange(10**9, 10**10)}"))
    if place == "venue_and_address" or venue.kind == "neighbour":
        return f"{venue.name}, {venue.address}"
    if place == "room":
        return f"{venue.name} - {_ROOMS[digest_number(happening.happening_id) % len(_ROOMS)]}"
    return {"address": venue.address, "name": venue.name, "nickname": venue.nickname}[place]


def word_description(happening: Happening, habits: Habits, chance: random.Random, url: str) -> str:
    """Description with price and organiser, as text or as the HTML of a rich-text field; 3 in 10 are own words."""
    told = draw_description(chance) if chance.random() < 0.3 else happening.description
    price = None if happening.price_text is None else f"Admission: {happening.price_text}"
    presenter = f"Presented by {happening.organiser.name}."
    paragraphs = [text for text in (told, price, presenter) if text is not None]
    if habits.description == "text":
        return "\n\n".join(paragraphs)
    inner = "</p><p>".join(html.escape(text, quote=False) for text in paragraphs)
    return f'<p>{inner}&nbsp;<br><a href="{url}">More &raquo;</a></p>'
