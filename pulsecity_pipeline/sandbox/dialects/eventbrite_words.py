"""What Eventbrite calls what an event is about, and its shape: categories, subcategories and formats with their ids."""

from typing import Any, Final

_CATEGORIES: Final = {
    101: "Business & Professional", 102: "Science & Technology", 103: "Music", 104: "Film, Media & Entertainment",
    105: "Performing & Visual Arts", 107: "Health & Wellness", 108: "Sports & Fitness", 109: "Travel & Outdoor",
    110: "Food & Drink", 111: "Charity & Causes", 112: "Government & Politics", 113: "Community & Culture",
    114: "Religion & Spirituality", 115: "Family & Education", 116: "Seasonal & Holiday", 117: "Home & Lifestyle",
    119: "Hobbies & Special Interest", 120: "School Activities", 199: "Other",
}  # fmt: skip
_SUBCATEGORIES: Final = {
    "rock": (3017, "Rock"), "pop": (3013, "Pop"), "hip_hop_rnb": (3008, "Hip Hop / Rap"),
    "electronic_dj": (3006, "EDM / Electronic"), "jazz_blues": (3002, "Blues & Jazz"),
    "classical": (3003, "Classical"), "country_folk": (3007, "Folk"), "latin": (3010, "Latin"),
    "metal_punk": (3011, "Metal"), "world_reggae": (3015, "Reggae"), "religious_music": (3016, "Religious/Spiritual"),
    "club_night": (3006, "EDM / Electronic"), "lgbtq_social": (13004, "LGBT"), "theatre": (5001, "Theatre"),
    "musical": (5002, "Musical"), "comedy": (5010, "Comedy"), "dance": (5004, "Dance"), "opera": (5005, "Opera"),
    "exhibition": (5008, "Fine Art"), "gallery_opening": (5008, "Fine Art"), "film_screening": (4002, "Film"),
    "photography": (19004, "Photography"), "literature_books": (5009, "Literary Arts"),
    "race_endurance": (8001, "Running"), "seasonal_holiday": (16006, "Christmas"),
    "tasting_beer_wine": (10002, "Wine"), "dinner_popup": (10003, "Food"), "cooking_class": (10003, "Food"),
    "startup_pitch": (1001, "Startups & Small Business"), "career_fair": (1010, "Career"),
    "meetup_tech": (2004, "High Tech"), "workshop_coding": (2004, "High Tech"), "science_talk": (2002, "Science"),
    "kids_family": (15005, "Children & Youth"), "class_workshop": (15001, "Education"),
    "school_campus": (20006, "Public Speaker"), "public_meeting": (12004, "Other"), "outdoor_hike": (9001, "Hiking"),
    "health_wellness": (7005, "Yoga"), "pets_auto_home": (17002, "Pets & Animals"),
    "charity_fundraiser": (11999, "Other"), "volunteering": (11999, "Other"), "religious_service": (14999, "Other"),
    "political_rally": (12999, "Other"), "recreational_fitness": (8999, "Other"), "hobby_craft": (19003, "DIY"),
    "dating_singles": (17001, "Dating"), "trivia_games_night": (19002, "Gaming"),
}  # fmt: skip
_OF_CATEGORY: Final = {
    "music": 103, "nightlife_social": 113, "performing_arts": 105, "visual_arts_film": 105, "sports_fitness": 108,
    "festivals_fairs": 113, "food_drink": 110, "business_professional": 101, "tech_science": 102,
    "learning_family": 115, "community_civic": 113, "lifestyle_outdoors": 107,
}  # fmt: skip
_FORMATS: Final = {
    "conference": (1, "Conference"), "science_talk": (2, "Seminar or Talk"), "trade_show_expo": (3, "Tradeshow"),
    "film_screening": (7, "Screening"), "dinner_popup": (8, "Dinner or Gala"),
    "class_workshop": (9, "Class, Training, or Workshop"), "workshop_coding": (9, "Class, Training, or Workshop"),
    "cooking_class": (9, "Class, Training, or Workshop"), "networking": (10, "Meeting or Networking Event"),
    "meetup_tech": (10, "Meeting or Networking Event"), "public_meeting": (10, "Meeting or Networking Event"),
    "party": (11, "Party or Social Gathering"), "club_night": (11, "Party or Social Gathering"),
    "trivia_games_night": (14, "Game or Competition"), "race_endurance": (15, "Race or Endurance Event"),
    "music": (6, "Concert or Performance"), "performing_arts": (6, "Concert or Performance"),
    "festivals_fairs": (5, "Festival or Fair"), "nightlife_social": (11, "Party or Social Gathering"),
}  # fmt: skip


def find_category(subcategory: str | None, category: str | None) -> int:
    """The number of a category: that of its subcategory where that has one, `Other` for what is not classified."""
    narrow = _SUBCATEGORIES.get(subcategory or "")
    return narrow[0] // 1000 + 100 if narrow else _OF_CATEGORY.get(category or "", 199)


def write_tags(subcategory: str | None, category: str | None, tags: list[str] | None) -> list[dict[str, Any]]:
    """The tags of an event, in the order of theirs: category, subcategory, format, the organiser's own."""
    number = find_category(subcategory, category)
    found = [_tag("EventbriteCategory", number, _CATEGORIES[number])]
    if narrow := _SUBCATEGORIES.get(subcategory or ""):
        found.append(_tag("EventbriteSubCategory", *narrow))
    if shape := _FORMATS.get(subcategory or "") or _FORMATS.get(category or ""):
        found.append(_tag("EventbriteFormat", *shape))
    return found + [_tag("OrganizerTag", word.lower().replace(" ", "_"), word) for word in tags or []]


def _tag(prefix: str, number: int | str, name: str) -> dict[str, Any]:
    return {"prefix": prefix, "tag": f"{prefix}/{number}", "display_name": name, "_type": "tag"}
