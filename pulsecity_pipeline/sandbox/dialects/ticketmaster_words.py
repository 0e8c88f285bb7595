"""What Ticketmaster calls what an event is about: its segments, genres and types, with their ids."""

from typing import Any, Final

Named = dict[str, str]

_SEGMENTS: Final = {
    "Music": "KZFzniwnSyZfZ7v7nJ",
    "Sports": "KZFzniwnSyZfZ7v7nE",
    "Arts & Theatre": "KZFzniwnSyZfZ7v7na",
    "Film": "KZFzniwnSyZfZ7v7nn",
    "Miscellaneous": "KZFzniwnSyZfZ7v7n1",
    "Undefined": "KZFzniwnSyZfZ7v7nl",
}
_GENRES: Final = {
    "Rock": "KnvZfZ7vAeA", "Pop": "KnvZfZ7vAev", "Hip-Hop/Rap": "KnvZfZ7vAv1", "Dance/Electronic": "KnvZfZ7vAvF",
    "Jazz": "KnvZfZ7vAvE", "Classical": "KnvZfZ7vAeJ", "Country": "KnvZfZ7vAv6", "Folk": "KnvZfZ7vAva",
    "Latin": "KnvZfZ7vAJ6", "Metal": "KnvZfZ7vAvt", "World": "KnvZfZ7vAeF", "Religious": "KnvZfZ7vAe7",
    "Other": "KnvZfZ7vAvl", "Theatre": "KnvZfZ7v7l1", "Comedy": "KnvZfZ7vAe1", "Dance": "KnvZfZ7v7nI",
    "Opera": "KnvZfZ7v7lk", "Children's Theatre": "KnvZfZ7v7na", "Magic & Illusion": "KnvZfZ7v7lv",
    "Documentary": "KnvZfZ7vAkk", "Basketball": "KnvZfZ7vAde", "Football": "KnvZfZ7vAdE", "Boxing": "KnvZfZ7vAdA",
    "Undefined": "KnvZfZ7vAe6",
}  # fmt: skip
#: Of the taxonomy's subcategories and categories.
_WORDS: Final = {
    "music": ("Music", "Other"), "rock": ("Music", "Rock"), "pop": ("Music", "Pop"),
    "hip_hop_rnb": ("Music", "Hip-Hop/Rap"), "electronic_dj": ("Music", "Dance/Electronic"),
    "jazz_blues": ("Music", "Jazz"), "classical": ("Music", "Classical"), "country_folk": ("Music", "Folk"),
    "latin": ("Music", "Latin"), "metal_punk": ("Music", "Metal"), "world_reggae": ("Music", "World"),
    "religious_music": ("Music", "Religious"), "nightlife_social": ("Music", "Dance/Electronic"),
    "club_night": ("Music", "Dance/Electronic"), "performing_arts": ("Arts & Theatre", "Theatre"),
    "musical": ("Arts & Theatre", "Theatre"), "comedy": ("Arts & Theatre", "Comedy"),
    "dance": ("Arts & Theatre", "Dance"), "opera": ("Arts & Theatre", "Opera"),
    "circus_magic": ("Arts & Theatre", "Magic & Illusion"), "visual_arts_film": ("Arts & Theatre", "Undefined"),
    "film_screening": ("Film", "Documentary"), "sports_fitness": ("Sports", "Undefined"),
    "pro_team_sport": ("Sports", "Basketball"), "college_sport": ("Sports", "Football"),
    "combat_motor": ("Sports", "Boxing"), "music_festival": ("Music", "Other"),
    "kids_family": ("Arts & Theatre", "Children's Theatre"),
}  # fmt: skip
#: What is sold beside events.
_TYPES: Final = {
    "parking": {"id": "KZAyXgnZfZ7v7lk", "name": "Nonticket"},
    "gift_card": {"id": "KZAyXgnZfZ7v7lk", "name": "Nonticket"},
    "upsell": {"id": "KZAyXgnZfZ7v7nJ", "name": "Upsell"},
}
_NO_TYPE: Final = {"id": "KZAyXgnZfZ7v7nI", "name": "Undefined"}
_NO_SUBTYPE: Final = {"id": "KZFzBErXgnZfZ7v7lJ", "name": "Undefined"}
_NO_SUBGENRE: Final = {"id": "KZazBEonSMnZfZ7v6kl", "name": "Undefined"}


def find_segment(subcategory: str | None, category: str | None) -> str:
    """The id of the segment of a category; what nobody has classified is `Miscellaneous` there, or `Undefined`."""
    return _SEGMENTS[_find_words(subcategory, category)[0]]


def write_classification(subcategory: str | None, category: str | None, listing_class: str) -> dict[str, Any]:
    """The one classification of an event or attraction."""
    segment, genre = _find_words(subcategory, category)
    return {
        "primary": True,
        "segment": {"id": _SEGMENTS[segment], "name": segment},
        "genre": {"id": _GENRES[genre], "name": genre},
        "subGenre": _NO_SUBGENRE,
        "type": _TYPES.get(listing_class, _NO_TYPE),
        "subType": _NO_SUBTYPE,
        "family": subcategory == "kids_family",
    }


def _find_words(subcategory: str | None, category: str | None) -> tuple[str, str]:
    if category is None:
        return "Undefined", "Undefined"
    return _WORDS.get(subcategory or "") or _WORDS.get(category) or ("Miscellaneous", "Undefined")
