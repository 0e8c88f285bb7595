"""The few characters of a record that a fault keeps, without the lines that may name private persons."""

import re

from pulsecity_pipeline.sources.formats.text_bytes import decode_text

EXCERPT_CHARACTERS = 500
_PERSONAL_LINES = re.compile(r"^(?:ATTENDEE|ORGANIZER|CONTACT)[;:][^\n]*\n?", re.M | re.I)


def excerpt_event(payload: bytes) -> str:
    """The first 500 characters of an unfolded VEVENT, without attendees, organiser and contact."""
    return _PERSONAL_LINES.sub("", decode_text(payload[: 8 * EXCERPT_CHARACTERS]))[:EXCERPT_CHARACTERS]


_PERSONAL_ELEMENTS = re.compile(r"<((?:dc:)?(?:author|creator|managingEditor))\b.*?(?:</\1>|/>)\s*", re.S | re.I)


def excerpt_item(payload: bytes) -> str:
    """The first 500 characters of a feed item, without its author."""
    return _PERSONAL_ELEMENTS.sub("", decode_text(payload[: 8 * EXCERPT_CHARACTERS]))[:EXCERPT_CHARACTERS]
