"""What belongs to an event of The Events Calendar: its image, terms, venue and organisers."""

import html
from collections.abc import Mapping
from typing import Any, Final

from pulsecity_pipeline.sandbox.chance import key_of
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import slugify
from pulsecity_pipeline.sandbox.dialects.formats.native_words import write_category
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import country_name

#: What WordPress makes of typographic characters on their way out.
_TEXTURIZED: Final = {"–": "&#8211;", "—": "&#8212;", "’": "&#8217;", "“": "&#8220;", "”": "&#8221;", "…": "&#8230;"}


def texturize(text: str) -> str:
    """A title as WordPress prints it: entities for what HTML or its own typography touches."""
    escaped = html.escape(text, quote=False).replace("&amp;", "&#038;")
    return "".join(_TEXTURIZED.get(character, character) for character in escaped)


def write_image(row: Mapping[str, Any], number: int) -> Any:
    """An object, or false."""
    if row["image_url"] is None:
        return False
    sizes = {"medium": {"width": 300, "height": 200, "url": row["image_url"]}}
    return {"url": row["image_url"], "id": number + 1, "extension": "jpg", "width": 1200, "height": 800, "sizes": sizes}


def write_categories(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The one category, or none."""
    word = write_category(row["category"], row["subcategory"], is_fine=True)
    return [] if word is None else [write_term(word, "tribe_events_cat")]


def write_term(name: str, taxonomy: str) -> dict[str, Any]:
    """A term of a taxonomy."""
    number = int(key_of(name)) % 900 + 100
    return {
        "name": html.escape(name),
        "slug": slugify(name),
        "taxonomy": taxonomy,
        "id": number,
        "parent": 0,
        "count": 1,
    }


def write_venue(row: Mapping[str, Any], host: str) -> Any:
    """An object without what is empty; an empty list where there is none."""
    if row["venue_name"] is None and row["address"] is None:
        return []
    number = int(row["venue_native_id"] or 0)
    stated = {
        "id": number,
        "author": "1",
        "status": "publish",
        "url": f"http://{host}/venue/{slugify(row['venue_name'] or 'venue')}/",
        "venue": texturize(row["venue_name"] or "Venue"),
        "slug": slugify(row["venue_name"] or "venue"),
        "address": row["address"],
        "city": row["town"],
        "country": country_name(row["country"]),
        "state": row["region"],
        "zip": row["postcode"],
        "stateprovince": row["region"],
        "geo_lat": row["latitude"],
        "geo_lng": row["longitude"],
        "show_map": True,
        "show_map_link": True,
    }
    return {name: value for name, value in stated.items() if value is not None}


def write_organizers(row: Mapping[str, Any], host: str) -> list[dict[str, Any]]:
    """The one organiser, or none."""
    name = row["organizer"]
    if name is None:
        return []
    slug, number = slugify(name), int(row["organizer_native_id"] or 0)
    url = f"http://{host}/organizer/{slug}/"
    return [{"id": number, "status": "publish", "url": url, "organizer": name, "slug": slug}]
